/** Rows that agree in everything but the id: one subject under two names, who would be trained on and validated at once. */
import type { Cell } from '#app/study/study.ts';

/** So many pairs of different people that agree by chance are expected before rows that agree mean nothing. */
const mostByChance = 0.01;

/**
 * How likely two people agree by chance is taken from the values themselves: for each column the chance that two rows have
 * the same value, multiplied over the columns as if they were independent.
 * @param columns values of all rows, null: missing; ids and file names left out
 * @returns groups of rows that agree, each of at least two; none where agreement would be no surprise
 */
export function sameRows(columns: readonly (readonly Cell[])[]): number[][] {
  const rows = columns[0]?.length ?? 0;
  if (rows < 2) return [];
  const groups = new Map<string, number[]>();
  for (let row = 0; row < rows; row++) {
    const values = columns.map((cells) => cells[row] ?? null);
    // A row with next to nothing in it agrees with any other such row.
    if (values.filter((value) => value !== null).length < values.length / 2) continue;
    const key = JSON.stringify(values);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [row]);
    else known.push(row);
  }
  const alike = [...groups.values()].filter((group) => group.length > 1);
  if (alike.length === 0) return [];
  // The copies themselves must not make agreement look likely.
  const kept = [...groups.values()].map(([first = 0]) => first);
  const byChance = columns.reduce((chance, cells) => chance * agreement(kept.map((row) => cells[row] ?? null)), 1);
  return (byChance * rows * (rows - 1)) / 2 < mostByChance ? alike : [];
}

/** Chance that two different rows have the same value. */
function agreement(cells: readonly Cell[]): number {
  const counts = new Map<Cell, number>();
  for (const cell of cells) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const pairs = cells.length * (cells.length - 1);
  if (pairs === 0) return 1;
  const equal = [...counts.values()].reduce((sum, count) => sum + count * (count - 1), 0);
  // Values that are all different could still agree once in as many pairs.
  return Math.max(equal, 1) / pairs;
}
