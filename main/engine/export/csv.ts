/** Comma-separated values as in RFC 4180, UTF-8: readable by spreadsheets, R and Python as it is. */
import type { ExportCell, ExportTable } from './tables.ts';

/** @returns lines of the file, each with its end; the first names the columns */
export function* csvLines({ columns, rows }: ExportTable): Iterable<string> {
  yield `${columns.map(csvCell).join(',')}\r\n`;
  for (const row of rows) yield `${row.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: ExportCell): string {
  if (cell === null) return '';
  if (typeof cell === 'string') return /[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  if (Number.isInteger(cell)) return String(cell);
  // Nine digits give a float32 back exactly.
  return Number.isNaN(cell) ? '' : String(Number(cell.toPrecision(9)));
}
