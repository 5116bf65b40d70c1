/**
 * p values as a reader meets them everywhere, in the window, reports and on the command line: three decimals below 0.1,
 * where they decide something, two above, and no more zeros than '< 0.001' (as the AMA Manual of Style has it).
 */

/** '0.032', '0.46', '< 0.001'; '–' where there is none. */
export function pCell(p: number | null | undefined): string {
  if (p === null || p === undefined || Number.isNaN(p)) return '–';
  if (p < 0.001) return '< 0.001';
  // What is written as 0.10 has two decimals.
  return p < 0.0995 ? p.toFixed(3) : p.toFixed(2);
}

/** The same in a sentence: 'p = 0.032', 'p < 0.001'. */
export function pText(p: number | null | undefined): string {
  const cell = pCell(p);
  return /^\d/.test(cell) ? `p = ${cell}` : `p ${cell}`;
}
