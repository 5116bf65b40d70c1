/** A column of the table. `text` is asked only for the rows on the screen. */
export interface TableColumn {
  id: string;
  title: string;
  /** Under the title: role, unit. */
  note?: string;
  width: number;
  align?: 'left' | 'right';
  /** Shown as long as the rest scrolls sideways. */
  frozen?: boolean;
  hasMenu?: boolean;
  text: (row: number) => string;
  /** Colour of a small square before the text, null: none. */
  swatch?: (row: number) => string | null;
  tone?: (row: number) => 'soft' | 'warning' | 'error' | '';
}
