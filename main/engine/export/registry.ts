/** Export formats by name: one file and one line each. */
import type { Input } from '#app/contract/operations.ts';
import { csvLines } from './csv.ts';
import type { ExportTable } from './tables.ts';

export type ExportFormat = Input<'session.export'>['format'];

/** A format turns a table into text; the first piece is its head, each piece after it one row. */
export const exportFormats: Readonly<Record<ExportFormat, (table: ExportTable) => Iterable<string>>> = {
  csv: csvLines,
};
