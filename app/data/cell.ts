/** The grammar of one cell of a table: missing, number (with a decimal point or a decimal comma), truth value, or text. */

/** How a column writes numbers: 3.14 and 1,234.5, or 3,14 and 1.234,5. */
export type DecimalMark = 'point' | 'comma';

const missing = new Set([
  '',
  'n/a',
  'na',
  'nan',
  '-nan',
  '<na>',
  'null',
  '.',
  '#n/a',
  '#na',
  '#null!',
  '#div/0!',
  '#value!',
]);

/** Empty, `n/a` (BIDS), NA (R), NaN, NULL, and what spreadsheets leave in place of a value. */
export function isMissing(text: string): boolean {
  return missing.has(text.trim().toLowerCase());
}

const grammar: Readonly<Record<DecimalMark, RegExp>> = {
  point: /^[+-]?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)?(?:(?<=\d)\.\d*|\.\d+|(?<=\d))(?:[eE][+-]?\d+)?$/,
  comma: /^[+-]?(?:\d+|[1-9]\d{0,2}(?:\.\d{3})+)?(?:(?<=\d),\d*|,\d+|(?<=\d))(?:[eE][+-]?\d+)?$/,
};

/** @returns the number, or null where the text is none (or not finite) */
export function parseNumber(text: string, mark: DecimalMark): number | null {
  // A minus sign from a word processor, and spaces that group thousands.
  const plain = text
    .trim()
    .replace(/^\u2212/, '-')
    .replace(/(?<=\d)[\u00a0\u2009\u202f](?=\d{3})/g, '');
  if (!grammar[mark].test(plain)) return null;
  const value = Number(mark === 'point' ? plain.replaceAll(',', '') : plain.replaceAll('.', '').replace(',', '.'));
  return Number.isFinite(value) ? value : null;
}

/** A code with leading zeros ('007') names something; it counts nothing. */
export function isCode(text: string): boolean {
  return /^0\d+$/.test(text.trim());
}

/** @returns 'true' or 'false' for TRUE, true, True and their opposites; null for anything else */
export function parseTruth(text: string): 'true' | 'false' | null {
  const lower = text.trim().toLowerCase();
  return lower === 'true' || lower === 'false' ? lower : null;
}

/**
 * Which mark the numbers of a column show: 'comma' for '3,14', 'point' for '3.14', null where all would read
 * the same or both ('1,234').
 */
export function decimalMarkOf(values: readonly string[]): DecimalMark | null {
  let comma = false;
  let point = false;
  for (const value of values) {
    // Most cells of most tables have neither mark; they would read the same.
    if (!/[.,]/.test(value)) continue;
    const asPoint = parseNumber(value, 'point') !== null;
    const asComma = parseNumber(value, 'comma') !== null;
    if (asPoint && !asComma) point = true;
    if (asComma && !asPoint) comma = true;
  }
  if (comma === point) return null;
  return comma ? 'comma' : 'point';
}
