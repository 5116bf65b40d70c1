/** Numbers as they are printed: 3 significant figures, a real minus, thin spaces between thousands. */

const minus = '\u2212';
const thinSpace = '\u2009';
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const absent = '–';

function withThousands(digits: string): string {
  const [whole = '', fraction] = digits.split('.');
  const grouped = whole.length > 4 ? whole.replace(/\B(?=(\d{3})+$)/g, thinSpace) : whole;
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

function superscript(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => superscripts[Number(digit)] ?? digit);
  return exponent < 0 ? `⁻${digits}` : digits;
}

/** '0.317', '−12.5', '12 300', '4.20×10⁻⁵'; '–' for what is not a number. */
export function formatNumber(value: number | null | undefined, figures = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return absent;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${minus}∞`;
  if (value === 0) return '0';
  const size = Math.abs(value);
  const sign = value < 0 ? minus : '';
  const [mantissa = '', power = '0'] = size.toExponential(figures - 1).split('e');
  const exponent = Number(power);
  if (exponent < -3 || exponent > 6) return `${sign}${mantissa}×10${superscript(exponent)}`;
  const decimals = Math.max(0, figures - 1 - exponent);
  return sign + withThousands(Number(`${mantissa}e${exponent}`).toFixed(decimals));
}

/** A number whose whole value is told: a step, a count. */
export function formatCount(value: number): string {
  const sign = value < 0 ? minus : '';
  return sign + withThousands(String(Math.abs(Math.round(value))));
}

/** A tick of a linear axis: no more decimals than the interval between ticks needs. */
export function formatTick(value: number, interval: number): string {
  const power = Math.floor(Math.log10(interval) + 1e-9);
  const whole = Math.abs(interval / 10 ** power - Math.round(interval / 10 ** power)) < 1e-6;
  const decimals = Math.max(0, whole ? -power : 1 - power);
  const digits = Math.abs(value).toFixed(decimals);
  return (value < 0 && Number(digits) !== 0 ? minus : '') + withThousands(digits);
}

/** A tick of a log axis: '10⁻³' of its exponent. */
export function formatDecade(exponent: number): string {
  return `10${superscript(Math.round(exponent))}`;
}

/** '61 %' of 0.61. */
export function formatPercent(fraction: number | null | undefined): string {
  if (fraction === null || fraction === undefined || !Number.isFinite(fraction)) return absent;
  const percent = fraction * 100;
  const digits = percent !== 0 && Math.abs(percent) < 10 ? Math.abs(percent).toFixed(1) : Math.abs(percent).toFixed(0);
  return `${percent < 0 ? minus : ''}${digits}${thinSpace}%`;
}

/** '25.9 MB' (powers of 1000, as file managers say it). */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? formatCount(value) : formatNumber(value)}${thinSpace}${units[unit] ?? ''}`;
}

/** '0.874 ± 0.031' of values, '0.874' of one, '–' of none; sd with n − 1. */
export function formatMeanSd(values: readonly (number | null)[]): string {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length === 0) return absent;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  if (known.length === 1) return formatNumber(mean);
  const sd = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (known.length - 1));
  return `${formatNumber(mean)} ± ${sd.toFixed(3)}`;
}

/** A number for a file: full precision, plain ASCII, empty where there is none. */
export function plainNumber(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? '' : String(value);
}

/** A value of a table as it stands there: all its digits, whole numbers without a fraction. */
export function cellText(value: number | string | null | undefined): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : String(value).replace('-', minus);
}
