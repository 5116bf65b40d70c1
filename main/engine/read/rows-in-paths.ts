/** How well a table fits the scans that it lies beside. */
import { findFileColumn, findIdColumn } from '#app/data/columns.ts';
import { fileStem, idKey } from '#app/data/matching.ts';
import type { ReadTable } from './table.ts';

/** Rows whose id or file is part of some path. */
export function rowsInPaths(table: ReadTable, paths: readonly string[]): number {
  const bare = paths.map((path) => path.replace(/[^\p{L}\p{N}]/gu, ''));
  const id = findIdColumn(table);
  const file = findFileColumn(table);
  const isThere = (text: string) => text !== '' && bare.some((path) => path.includes(idKey(text)));
  return table.lines.filter(
    (_, row) => isThere(id?.texts[row] ?? '') || isThere(fileStem((file?.texts[row] ?? '').replaceAll('\\', '/'))),
  ).length;
}
