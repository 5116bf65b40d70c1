/** Numbers as a paper prints them. */

const minus = '\u2212';
const none = '–';
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** '0.317', '−12.5', '4.20 × 10⁻⁵'; '–' for what is not there. */
export function figure(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return none;
  if (!Number.isFinite(value)) return value > 0 ? '∞' : `${minus}∞`;
  if (value === 0) return '0';
  const [mantissa = '', power = '0'] = Math.abs(value)
    .toExponential(digits - 1)
    .split('e');
  const exponent = Number(power);
  const sign = value < 0 ? minus : '';
  if (exponent < -3 || exponent > 5) return `${sign}${mantissa} × 10${superscript(exponent)}`;
  return sign + Number(`${mantissa}e${exponent}`).toFixed(Math.max(0, digits - 1 - exponent));
}

/** With so many places after the point. */
export function fixed(value: number | null | undefined, places: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return none;
  const digits = Math.abs(value).toFixed(places);
  return (value < 0 && Number(digits) !== 0 ? minus : '') + digits;
}

/** '12,300' */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A setting as it was given: '0.001', not '0.00100'. */
export function plain(value: number): string {
  const exponent = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  return exponent < -4 ? figure(value, 2) : String(Number(value.toPrecision(6))).replace('-', minus);
}

/** '0.81 (0.74 to 0.87)' */
export function estimate(
  { value, low, high }: { value: number | null; low: number | null; high: number | null },
  digits = 3,
): string {
  if (value === null) return none;
  return low === null || high === null
    ? figure(value, digits)
    : `${figure(value, digits)} (${figure(low, digits)} to ${figure(high, digits)})`;
}

/** 'a', 'a and b', 'a, b and c'. */
export function joined(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}

/** '1 subject', '3 subjects'. */
export function counted(number: number, word: string, plural = `${word}s`): string {
  return `${count(number)} ${number === 1 ? word : plural}`;
}

/** '10⁻³' of −3. */
export function decade(exponent: number): string {
  return `10${superscript(exponent)}`;
}

function superscript(exponent: number): string {
  const digits = String(Math.abs(exponent)).replace(/\d/g, (digit) => superscripts.charAt(Number(digit)));
  return exponent < 0 ? `⁻${digits}` : digits;
}
