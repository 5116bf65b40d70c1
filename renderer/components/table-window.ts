/** Which part of a long table is on the screen, and where the keyboard goes in it. */

export interface Span {
  /** First row or column to draw, and one past the last. */
  from: number;
  to: number;
}

/**
 * Rows of equal height that meet the viewport, with a few beyond each edge.
 * @param top scrolled distance in pixels
 * @param height of the viewport in pixels
 */
export function visibleRows(top: number, height: number, rowHeight: number, rows: number, beyond = 6): Span {
  const from = Math.max(0, Math.floor(top / rowHeight) - beyond);
  const to = Math.min(rows, Math.ceil((top + height) / rowHeight) + beyond);
  return { from: Math.min(from, rows), to: Math.max(to, Math.min(from, rows)) };
}

/**
 * Columns that meet the viewport.
 * @param offsets left edge of each column, ascending, and the right edge of the last [columns + 1]
 */
export function visibleColumns(left: number, width: number, offsets: readonly number[]): Span {
  const columns = offsets.length - 1;
  let from = 0;
  while (from < columns && (offsets[from + 1] as number) <= left) from += 1;
  let to = from;
  while (to < columns && (offsets[to] as number) < left + width) to += 1;
  return { from, to };
}

/** @returns the row that a key moves to from `at` (-1: none yet), null when the key does not move */
export function rowOfKey(key: string, at: number, rows: number, page: number): number | null {
  if (rows === 0) return null;
  const within = (row: number): number => Math.min(rows - 1, Math.max(0, row));
  switch (key) {
    case 'ArrowDown':
      return within(at + 1);
    case 'ArrowUp':
      return within(at - 1);
    case 'PageDown':
      return within(at + page);
    case 'PageUp':
      return within(at - page);
    case 'Home':
      return 0;
    case 'End':
      return rows - 1;
    default:
      return null;
  }
}
