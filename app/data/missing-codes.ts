/** Numbers that stand for 'missing' in many data sets and would be read as measurements. */
import type { Cell } from '#app/study/study.ts';

const codes = [-9, -99, -999, -9999, 999, 9999, 99999];
/** A code lies far outside of what was measured: so many times the largest measurement. */
const farOutside = 3;

/** @returns the code that a column seems to use for missing values, with the rows that hold it; null for none */
export function findMissingCode(cells: readonly Cell[]): { code: number; rows: number[] } | null {
  for (const code of codes) {
    const rows = [...cells.keys()].filter((row) => cells[row] === code);
    if (rows.length === 0) continue;
    const others = cells.filter((cell) => typeof cell === 'number' && cell !== code) as number[];
    if (others.length < 3) continue;
    const low = others.reduce((least, value) => Math.min(least, value));
    const high = others.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (code < 0 ? low >= 0 : high * farOutside < code) return { code, rows };
  }
  return null;
}
