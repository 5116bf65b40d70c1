/** The values of a study column by column: a large table is asked for each of its columns again with every edit. */
import type { Cell, Subject } from './study.ts';

export type CellsOf = (column: string) => readonly Cell[];

interface Known {
  values: readonly Subject['values'][];
  columns: Map<string, Cell[]>;
}

/** The latest of each study: the values of its first subject tell which it is. */
const known = new WeakMap<Subject['values'], Known>();

/**
 * What is kept goes with the values that it was taken from; edits of labels and of who takes part keep those.
 * @returns for a column, the cell of every subject, null where there is none
 */
export function cellsOf(subjects: readonly Subject[]): CellsOf {
  const { columns } = knownOf(subjects);
  return (column) => {
    let cells = columns.get(column);
    if (cells === undefined) {
      cells = subjects.map(({ values }) => values[column] ?? null);
      columns.set(column, cells);
    }
    return cells;
  };
}

function knownOf(subjects: readonly Subject[]): Known {
  const first = subjects[0]?.values;
  const found = first === undefined ? undefined : known.get(first);
  const isSame =
    found?.values.length === subjects.length && subjects.every(({ values }, row) => values === found.values[row]);
  if (found !== undefined && isSame) return found;
  const fresh = { values: subjects.map(({ values }) => values), columns: new Map<string, Cell[]>() };
  if (first !== undefined) known.set(first, fresh);
  return fresh;
}
