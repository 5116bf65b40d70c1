import { describe, expect, it } from 'vitest';
import { fitColumns } from '../../../renderer/components/fit-columns.ts';
import type { TableColumn } from '../../../renderer/components/table-column.ts';

const column = (id: string, width: number, beside: Partial<TableColumn> = {}): TableColumn => ({
  ...{ id, title: id, width, text: () => '' },
  ...beside,
});
const widths = (columns: readonly TableColumn[]): Record<string, number> =>
  Object.fromEntries(columns.map(({ id, width }) => [id, width]));

const list = [
  column('name', 200, { least: 100, grows: true }),
  column('date', 100),
  column('groups', 150, { least: 100, spare: 1 }),
  column('size', 80, { spare: 2 }),
];

describe('the columns of a table', () => {
  it('are as wide as they ask, and what is left goes to those that grow', () => {
    expect(widths(fitColumns(list, 600))).toEqual({ name: 270, date: 100, groups: 150, size: 80 });
  });
  it('yield where all fit then, none below what it can do with', () => {
    expect(widths(fitColumns(list, 455))).toEqual({ name: 150, date: 100, groups: 125, size: 80 });
    expect(widths(fitColumns(list, 380))).toEqual({ name: 100, date: 100, groups: 100, size: 80 });
  });
  it('are left out by their number where there is no room, but not the one that the rows are sorted by', () => {
    expect(Object.keys(widths(fitColumns(list, 379)))).toEqual(['name', 'date', 'groups']);
    expect(Object.keys(widths(fitColumns(list, 379, 'size')))).toEqual(['name', 'date', 'size']);
    expect(Object.keys(widths(fitColumns(list, 250)))).toEqual(['name', 'date']);
  });
  it('never need more than the room, whatever it is', () => {
    for (let room = 200; room < 900; room += 7) {
      const total = fitColumns(list, room).reduce((sum, { width }) => sum + width, 0);
      expect(total, `of ${room}`).toBeLessThanOrEqual(room);
    }
  });
  it('stay as they are where they have to be scrolled: none is there to be left out', () => {
    const many = [column('a', 300, { least: 250 }), column('b', 300)];
    expect(fitColumns(many, 500)).toEqual(many);
  });
});
