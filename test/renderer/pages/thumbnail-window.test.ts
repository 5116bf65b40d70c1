import { describe, expect, test } from 'vitest';
import { cellOfKey, gridShape, visibleCells } from '../../../renderer/pages/data/thumbnail-window.ts';

const shape = { columns: 4, rows: 3 };

describe('a grid of scans', () => {
  test('has as many columns as fit, and at least one', () => {
    expect(gridShape(10, 900, 220)).toEqual({ columns: 4, rows: 3 });
    expect(gridShape(10, 50, 220)).toEqual({ columns: 1, rows: 10 });
    expect(gridShape(0, 900, 220)).toEqual({ columns: 4, rows: 0 });
  });

  test('draws the rows on the screen and one beyond each edge, whole rows', () => {
    const large = gridShape(10_000, 880, 220);
    expect(visibleCells(0, 500, 100, large, 10_000)).toEqual({ from: 0, to: 24 });
    expect(visibleCells(1000, 500, 100, large, 10_000)).toEqual({ from: 36, to: 64 });
    expect(visibleCells(1e9, 500, 100, large, 10_000)).toEqual({ from: 10_000, to: 10_000 });
    expect(visibleCells(0, 500, 100, shape, 10)).toEqual({ from: 0, to: 10 });
  });

  test.each([
    ['ArrowRight', 3, 4],
    ['ArrowLeft', 0, 0],
    ['ArrowDown', 1, 5],
    ['ArrowDown', 7, 7],
    ['ArrowUp', 2, 2],
    ['ArrowUp', 9, 5],
    ['PageDown', 1, 9],
    ['End', 2, 9],
    ['Home', 8, 0],
    ['ArrowDown', -1, 0],
  ])('%s goes from cell %i to %i of ten', (key, from, to) => {
    expect(cellOfKey(key, from, shape, 10, 2)).toBe(to);
  });

  test('other keys, and a grid without cells, go nowhere', () => {
    expect(cellOfKey('a', 1, shape, 10, 2)).toBeNull();
    expect(cellOfKey('End', 0, shape, 0, 2)).toBeNull();
  });
});
