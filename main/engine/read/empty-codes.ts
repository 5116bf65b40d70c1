/** Numbers that a person names as codes for 'missing' become empty cells, before anything is said of the values. */
import type { Cohort } from './cohort.ts';

/** In all columns but those of ids and files. */
export function emptyCodes({ columns, rows }: Cohort, codes: readonly number[]): void {
  if (codes.length === 0) return;
  const written = new Set<unknown>([...codes, ...codes.map(String)]);
  const measured = columns.filter(({ role }) => role !== 'id' && role !== 'file').map(({ name }) => name);
  for (const { values } of rows) {
    for (const name of measured) if (written.has(values[name])) values[name] = null;
  }
}
