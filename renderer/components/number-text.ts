/** Numbers as people read them: 3 significant figures, a real minus, thin-space thousands. */

const thinSpace = '\u2009';
const minus = '\u2212';

/** '0.317', '12.4', '1 240', '3.20e−5'; an en dash where there is no number. */
export function numberText(value: number | null | undefined, figures = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${minus}∞`;
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e9)) {
    const [mantissa = '', exponent = ''] = value.toExponential(figures - 1).split('e');
    return `${signed(mantissa)}e${signed(exponent.replace('+', ''))}`;
  }
  // Of the rounded number: 9.996 becomes 10.0, not 10.00.
  const rounded = Number(size.toPrecision(figures));
  const digits = size === 0 ? 0 : Math.max(0, figures - 1 - Math.floor(Math.log10(rounded)));
  return grouped(signed(value.toFixed(digits)));
}

/** A value of a table as it stands there: all its digits, whole numbers without a fraction. */
export function cellText(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : signed(String(value));
}

/** '1 240'. */
export function countText(value: number): string {
  return grouped(signed(String(Math.round(value))));
}

/** '25.9 MB'; powers of 1000. */
export function bytesText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let at = 0;
  let value = bytes;
  while (value >= 999.5 && at < units.length - 1) {
    value /= 1000;
    at += 1;
  }
  return `${at === 0 ? countText(value) : numberText(value)} ${units[at] ?? ''}`;
}

function signed(text: string): string {
  return text.replace('-', minus);
}

function grouped(text: string): string {
  const [whole = '', fraction] = text.split('.');
  const parted = whole.replace(/\B(?=(\d{3})+(?!\d))/g, thinSpace);
  return fraction === undefined ? parted : `${parted}.${fraction}`;
}
