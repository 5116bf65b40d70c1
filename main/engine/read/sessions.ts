/** The `sub-01_sessions.tsv` of a BIDS tree, one a subject, as one table of all of them. */
import { join } from 'node:path';
import { tableFromRows, type TextRow } from '#app/data/table.ts';
import type { TableSource } from './cohort.ts';
import { readTable, type ReadTable } from './table.ts';

const pattern = /^(sub-[^/]+)\/\1_sessions\.tsv$/;

/**
 * @param files relative to the root
 * @param failed told of a table that cannot be read; the others are taken all the same
 * @returns null where there is none
 */
export async function readSessions(
  root: string,
  files: readonly string[],
  failed: (error: unknown) => void,
): Promise<TableSource | null> {
  const parts: { subject: string; table: ReadTable }[] = [];
  for (const path of files) {
    const subject = pattern.exec(path)?.[1];
    if (subject === undefined) continue;
    try {
      parts.push({ subject, table: await readTable(join(root, path)) });
    } catch (error) {
      failed(error);
    }
  }
  const [first] = parts;
  if (first === undefined) return null;
  const names = [...new Set(parts.flatMap(({ table }) => table.columns.map(({ name }) => name)))];
  const rows = parts.flatMap(({ subject, table }) =>
    table.lines.map((line, row): TextRow => {
      const textOf = new Map(table.columns.map(({ name, texts }) => [name, texts[row] ?? '']));
      return { line, fields: [subject, ...names.map((name) => textOf.get(name) ?? '')] };
    }),
  );
  const table = tableFromRows('sessions.tsv', [{ line: 1, fields: ['participant_id', ...names] }, ...rows], '\t');
  return { table: { ...first.table, ...table }, sidecar: null, parts: parts.map((part) => part.table) };
}
