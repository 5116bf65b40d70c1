import { describe, expect, it } from 'vitest';
import { rowsWithin, type Corner } from '../../../renderer/pages/cohort/scatter-points.ts';

const points = [
  { row: 3, x: 1, y: 1 },
  { row: 5, x: 3, y: 1 },
  { row: 8, x: 2, y: 2.5 },
  { row: 9, x: 5, y: 5 },
];

describe('a lasso', () => {
  it('takes in the points inside its outline, closed from its end to its beginning', () => {
    const square: Corner[] = [
      [0, 0],
      [4, 0],
      [4, 4],
      [0, 4],
    ];
    expect(rowsWithin(points, square)).toEqual([3, 5, 8]);
  });

  it('leaves out a point in a bay of its outline', () => {
    const bay: Corner[] = [
      [0, 0],
      [4, 0],
      [4, 4],
      [2, 2],
      [0, 4],
    ];
    expect(rowsWithin(points, bay)).toEqual([3, 5]);
  });

  it('takes in nothing without an outline', () => {
    expect(rowsWithin(points, [])).toEqual([]);
  });
});
