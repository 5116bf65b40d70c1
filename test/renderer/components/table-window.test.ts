import { describe, expect, it } from 'vitest';
import { rowOfKey, visibleColumns, visibleRows } from '../../../renderer/components/table-window.ts';

describe('the part of a table that is drawn', () => {
  it('is what the viewport shows and a few rows more, however many there are', () => {
    const span = visibleRows(130_000, 520, 26, 10_000);
    expect(span).toEqual({ from: 4994, to: 5026 });
  });
  it('ends with the table', () => {
    expect(visibleRows(0, 520, 26, 3)).toEqual({ from: 0, to: 3 });
    expect(visibleRows(0, 520, 26, 0)).toEqual({ from: 0, to: 0 });
  });
  it('is empty but valid when rows vanish while it is scrolled far down', () => {
    const span = visibleRows(130_000, 520, 26, 10);
    expect(span.from).toBeLessThanOrEqual(span.to);
    expect(span.to).toBeLessThanOrEqual(10);
  });
  it('has only the columns that meet the viewport', () => {
    expect(visibleColumns(150, 100, [100, 200, 300, 400, 500])).toEqual({ from: 0, to: 2 });
    expect(visibleColumns(300, 150, [100, 200, 300, 400, 500])).toEqual({ from: 2, to: 4 });
  });
});

describe('keys in a table', () => {
  it('move by a row, a page, to the ends, and stop there', () => {
    expect(rowOfKey('ArrowDown', 4, 10, 5)).toBe(5);
    expect(rowOfKey('ArrowUp', 0, 10, 5)).toBe(0);
    expect(rowOfKey('PageDown', 7, 10, 5)).toBe(9);
    expect(rowOfKey('Home', 7, 10, 5)).toBe(0);
    expect(rowOfKey('End', 0, 10, 5)).toBe(9);
  });
  it('start at the first row when none is chosen', () => {
    expect(rowOfKey('ArrowDown', -1, 10, 5)).toBe(0);
  });
  it('are left alone otherwise', () => {
    expect(rowOfKey('x', 3, 10, 5)).toBeNull();
    expect(rowOfKey('ArrowDown', -1, 0, 5)).toBeNull();
  });
});
