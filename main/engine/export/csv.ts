/** Comma-separated values as in RFC 4180, UTF-8: readable by spreadsheets, R and Python as it is. */
import type { OutputFile } from './output-file.ts';
import type { ColumnType, ExportCell, ExportTable } from './tables/table.ts';

/** @returns rows written, without the head */
export function writeCsv({ columns, rows }: ExportTable, output: OutputFile): number {
  const types = columns.map(({ type }) => type);
  output.appendText(`${columns.map(({ name }) => csvText(name)).join(',')}\r\n`);
  let written = 0;
  for (const row of rows) {
    output.appendText(`${row.map((cell, i) => csvCell(cell, types[i])).join(',')}\r\n`);
    written += 1;
  }
  return written;
}

function csvCell(cell: ExportCell, type: ColumnType | undefined): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return csvText(cell);
  if (Number.isInteger(cell)) return String(cell);
  if (Number.isNaN(cell)) return '';
  // Nine digits give a float32 back exactly.
  return String(type === 'real32' ? Number(cell.toPrecision(9)) : cell);
}

function csvText(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
