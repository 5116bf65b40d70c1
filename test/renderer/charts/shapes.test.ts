import { describe, expect, it } from 'vitest';
import { cutSideways } from '../../../renderer/charts/shapes.ts';

const cut = (...points: number[]): number[] => [...cutSideways(Float64Array.from(points), 0, 10)];
const broken = [NaN, NaN];

describe('a line that goes out of sight', () => {
  it('is cut where it does, and ends there', () => {
    expect(cut(-10, 0, 10, 20)).toEqual([0, 10, 10, 20, ...broken]);
    expect(cut(5, 0, 15, 10)).toEqual([5, 0, 10, 5, ...broken]);
    expect(cut(-1000, 0, 1000, 2000)).toEqual([0, 1000, 10, 1010, ...broken]);
  });

  it('is left as it is where it does not', () => {
    expect(cut(0, 1, 4, 2, 10, 3)).toEqual([0, 1, 4, 2, 10, 3, ...broken]);
  });

  it('has nothing of what lies wholly outside', () => {
    expect(cut(-9, 1, -5, 2, -1, 3)).toEqual([]);
    expect(cut(11, 1, 14, 2)).toEqual([]);
    expect(cut(-9, 1, -5, 2, 5, 2, 6, 3, 20, 3, 30, 4)).toEqual([0, 2, 5, 2, 6, 3, 10, 3, ...broken]);
  });

  it('stays broken where a value is missing, and keeps one between two missing ones', () => {
    expect(cut(1, 1, 2, NaN, 3, 3, 4, NaN, 5, 5, 6, 6)).toEqual([
      1,
      1,
      ...broken,
      3,
      3,
      ...broken,
      5,
      5,
      6,
      6,
      ...broken,
    ]);
    expect(cut(-3, 3, -2, NaN, 5, 5, 6, 6)).toEqual([5, 5, 6, 6, ...broken]);
  });
});
