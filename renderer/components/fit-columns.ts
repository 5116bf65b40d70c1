/** How wide the columns of a table are in the room that there is, and which of them have none. */
import type { TableColumn } from './table-column.ts';

const leastOf = ({ least, width }: TableColumn): number => least ?? width;
const sumOf = (columns: readonly TableColumn[], of: (column: TableColumn) => number): number =>
  columns.reduce((sum, column) => sum + of(column), 0);

/**
 * Leaves out spare columns until the others fit with their least widths, then shares what is missing or left among them.
 *
 * @param room pixels across
 * @param kept id of a column that is not left out: the rows are in its order
 * @returns the columns with the widths to draw; as wide as they ask where even the least widths need more room
 */
export function fitColumns(columns: readonly TableColumn[], room: number, kept?: string): readonly TableColumn[] {
  let shown = columns;
  while (sumOf(shown, leastOf) > room) {
    const last = shown
      .filter(({ id, spare }) => spare !== undefined && id !== kept)
      .reduce<TableColumn | null>((most, each) => ((each.spare ?? 0) > (most?.spare ?? -1) ? each : most), null);
    if (last === null) return shown;
    shown = shown.filter((column) => column !== last);
  }
  const left = room - sumOf(shown, ({ width }) => width);
  if (left >= 0) {
    const growing = shown.filter(({ grows }) => grows === true).length;
    return growing === 0 ? shown : shared(shown, left, ({ grows }) => (grows === true ? 1 / growing : 0));
  }
  const yielding = sumOf(shown, (column) => column.width - leastOf(column));
  return shared(shown, left, (column) => (column.width - leastOf(column)) / yielding);
}

/** Whole pixels, never more than there are. */
function shared(
  columns: readonly TableColumn[],
  pixels: number,
  share: (column: TableColumn) => number,
): TableColumn[] {
  return columns.map((column) => ({ ...column, width: Math.floor(column.width + pixels * share(column)) }));
}
