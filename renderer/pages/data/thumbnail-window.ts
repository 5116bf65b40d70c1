/** Cells of a grid that scrolls downwards: which are on the screen, and where the keyboard goes. */
import type { Span } from '../../components/table-window.ts';

export interface GridShape {
  /** Cells side by side. */
  columns: number;
  rows: number;
}

/** As many columns as fit, at least one. */
export function gridShape(cells: number, width: number, cellWidth: number): GridShape {
  const columns = Math.max(1, Math.floor(width / cellWidth));
  return { columns, rows: Math.ceil(cells / columns) };
}

/** Cells whose row meets the viewport, with a row beyond each edge. */
export function visibleCells(
  top: number,
  height: number,
  rowHeight: number,
  { columns, rows }: GridShape,
  cells: number,
): Span {
  const from = Math.min(rows, Math.max(0, Math.floor(top / rowHeight) - 1));
  const to = Math.min(rows, Math.ceil((top + height) / rowHeight) + 1);
  return { from: from * columns, to: Math.max(from * columns, Math.min(cells, to * columns)) };
}

/** @returns the cell that a key moves to from `at` (-1: none yet), null when the key does not move */
export function cellOfKey(
  key: string,
  at: number,
  { columns }: GridShape,
  cells: number,
  pageRows: number,
): number | null {
  if (cells === 0) return null;
  const by: Readonly<Record<string, number>> = {
    ArrowRight: 1,
    ArrowLeft: -1,
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: columns * Math.max(1, pageRows),
    PageUp: -columns * Math.max(1, pageRows),
    Home: -cells,
    End: cells,
  };
  const step = by[key];
  if (step === undefined) return null;
  if (at < 0) return 0;
  const next = at + step;
  // Up from the first row and down from the last stay where they are; the other keys go to the end.
  if ((key === 'ArrowUp' && next < 0) || (key === 'ArrowDown' && next >= cells)) return at;
  return Math.min(cells - 1, Math.max(0, next));
}
