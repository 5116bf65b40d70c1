/** What belongs together stays on one line: '5 %', '2.5 MB', '4.20 × 10⁻⁵', 'p = 0.03', 'n = 12', 'p < 0.001'. */

const noBreak = '\u00a0';

/** Signs and units that follow a number; a letter after one makes another word of it ('5 million'). */
const units = '(?:%|°|(?:[kMGT]i?)?B|bytes?|ms|µs|s|min|h|mm|cm|m|Hz|years?)';
const withUnit = new RegExp(`(?<=\\d) (?=${units}(?![\\p{L}\\p{N}]))`, 'gu');
const inPower = /(?<=\d) × (?=10)/gu;
const related = /(?<![\p{L}\p{N}])([\p{L}₀-₉²]{1,2}) ([=<>≤≥≈]) (?=[−-]?\d)/gu;

/** The text with no-break spaces between a number and its unit, in a power of ten, and around the sign of a short symbol. */
export function unbroken(text: string): string {
  return text
    .replace(withUnit, noBreak)
    .replace(inPower, `${noBreak}×${noBreak}`)
    .replace(related, `$1${noBreak}$2${noBreak}`);
}
