/** The numbers behind a chart as text that a spreadsheet reads. */
import { plainNumber } from './format.ts';

export interface NumberTable {
  header: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

function cellText(cell: string | number | null): string {
  return typeof cell === 'string' ? cell : plainNumber(cell);
}

/** Tab-separated; tabs and line ends inside a cell become spaces. */
export function toTsv(table: NumberTable): string {
  const line = (cells: readonly (string | number | null)[]): string =>
    cells.map((cell) => cellText(cell).replace(/[\t\r\n]+/g, ' ')).join('\t');
  return [table.header, ...table.rows].map(line).join('\n') + '\n';
}

/** RFC 4180: CRLF line ends, quotes doubled. */
export function toCsv(table: NumberTable): string {
  const quoted = (cell: string | number | null): string => {
    const text = cellText(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [table.header, ...table.rows].map((cells) => cells.map(quoted).join(',')).join('\r\n') + '\r\n';
}
