/** A column of the table. `text` is asked only for the rows on the screen. */
export interface TableColumn {
  id: string;
  title: string;
  /** Under the title: role, unit. */
  note?: string;
  /** Pixels, where there is room for all. */
  width: number;
  /** Pixels that it can do with, where it spares scrolling sideways; absent: its width. */
  least?: number;
  /** Takes the room that the others leave. */
  grows?: boolean;
  /** Left out where there is no room for it, the largest number first; absent: the table is scrolled sideways instead. */
  spare?: number;
  align?: 'left' | 'right';
  /** Shown as long as the rest scrolls sideways. */
  frozen?: boolean;
  hasMenu?: boolean;
  text: (row: number) => string;
  /** Colour of a small square before the text, null: none. */
  swatch?: (row: number) => string | null;
  tone?: (row: number) => 'soft' | 'warning' | 'error' | '';
}
