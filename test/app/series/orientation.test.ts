import { expect, it } from 'vitest';
import { asymmetry } from '#app/series/matrices.ts';
import { findOrientation, timesAndChannels } from '#app/series/orientation.ts';

const none = { columns: false, rows: false };

it.each([
  [
    'columns that all share',
    [
      [90, 5],
      [80, 5],
      [70, 5],
    ],
    none,
    'time-by-roi',
    true,
  ],
  [
    'rows that all share',
    [
      [5, 90],
      [5, 80],
      [5, 70],
    ],
    none,
    'roi-by-time',
    true,
  ],
  [
    'names of columns',
    [
      [5, 5],
      [5, 5],
    ],
    { columns: true, rows: false },
    'time-by-roi',
    true,
  ],
  [
    'names of rows',
    [
      [5, 90],
      [5, 90],
    ],
    { columns: false, rows: true },
    'roi-by-time',
    true,
  ],
  [
    'the longer axis',
    [
      [90, 5],
      [90, 5],
    ],
    none,
    'time-by-roi',
    false,
  ],
  [
    'the longer axis, the other way',
    [
      [5, 90],
      [5, 90],
    ],
    none,
    'roi-by-time',
    false,
  ],
  [
    'the custom, of squares',
    [
      [5, 5],
      [5, 5],
    ],
    none,
    'time-by-roi',
    false,
  ],
  [
    'one subject alone',
    [
      [90, 5],
      [90, 5],
      [90, 6],
    ],
    none,
    'roi-by-time',
    false,
  ],
] as const)('orientation by %s', (_words, shapes, named, orientation, isSure) => {
  expect(findOrientation(shapes, named, false)).toMatchObject({ orientation, isSure });
});

it('AFNI writes a column for each region', () => {
  expect(findOrientation([[5, 90]], none, true)).toMatchObject({ orientation: 'time-by-roi', isSure: true });
});

it('times and channels follow from it', () => {
  expect(timesAndChannels([90, 5], 'time-by-roi')).toEqual({ times: 90, channels: 5 });
  expect(timesAndChannels([5, 90], 'roi-by-time')).toEqual({ times: 90, channels: 5 });
});

it('asymmetry is a part of the largest entry; what is missing on both sides is alike', () => {
  expect(asymmetry([1, 2, 2, 1], 2)).toBe(0);
  expect(asymmetry([1, 4, 3, 1], 2)).toBeCloseTo(0.25);
  expect(asymmetry([1, NaN, NaN, 1], 2)).toBe(0);
  expect(asymmetry([1, NaN, 2, 1], 2)).toBe(Infinity);
  expect(asymmetry([0, 0, 0, 0], 2)).toBe(0);
});
