/** Against NumPy: test/fixtures/compare/make_reference.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commonSpan, coordinateAt, courseOf, spanOf, stepsWithin, wholeSpan } from '#app/compare/course.ts';
import { columnCoordinates, gridOf, meanOver, onGrid } from '#app/compare/grid.ts';

interface Reference {
  grid: { x: number[]; y: number[]; grid: number[]; values: (number | null)[] }[];
  loss: { loss: number[]; least: number[] };
}

const file = join(import.meta.dirname, '..', '..', 'fixtures', 'compare', 'reference.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;
const noLoss = { first: [], last: [], mean: [] };

describe('a course', () => {
  it('by epoch counts passes over the subjects', () => {
    const course = courseOf('epoch', 41, 8, noLoss);
    expect(coordinateAt(course, 20)).toBe(2.5);
    expect(spanOf(course)).toEqual({ from: 0, to: 5 });
  });

  it('by loss is the least smoothed loss so far, turned round', () => {
    const { loss, least } = reference.loss;
    const steps = loss.map((_, i) => i);
    const course = courseOf('loss', loss.length, 8, { first: steps, last: steps, mean: loss });
    expect(course.coordinate.length).toBe(loss.length);
    course.coordinate.forEach((coordinate, i) => {
      expect(-coordinate).toBeCloseTo(least[i] as number, 12);
      if (i > 0) expect(coordinate).toBeGreaterThanOrEqual(course.coordinate[i - 1] as number);
    });
  });

  it('leaves out steps without a loss, and is empty without any', () => {
    const steps = [0, 1, 2];
    const some = courseOf('loss', 3, 1, { first: steps, last: steps, mean: [2, Number.NaN, 1] });
    expect([...some.step]).toEqual([0, 2]);
    expect(courseOf('loss', 3, 1, { first: steps, last: steps, mean: steps.map(() => Number.NaN) }).step).toHaveLength(
      0,
    );
  });

  it('finds the steps that a span of it takes, between its entries and beyond its ends', () => {
    const course = courseOf('epoch', 101, 10, noLoss);
    expect(stepsWithin(course, { from: 2, to: 4.5 })).toEqual({ from: 20, to: 45 });
    expect(stepsWithin(course, { from: -3, to: 40 })).toEqual({ from: 0, to: 100 });
  });
});

describe('spans', () => {
  const spans = [
    { from: 0, to: 5 },
    { from: 2, to: 9 },
  ];
  it('are taken together or in common', () => {
    expect(wholeSpan(spans)).toEqual({ from: 0, to: 9 });
    expect(commonSpan(spans)).toEqual({ from: 2, to: 5 });
    expect(commonSpan([...spans, { from: 6, to: 7 }])).toBeNull();
  });
});

describe('a grid', () => {
  it('of steps has whole steps, no more than asked for', () => {
    expect([...gridOf('step', { from: 0, to: 9 }, 20)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect([...gridOf('step', { from: 0, to: 9 }, 4)]).toEqual([0, 3, 6, 9]);
    expect(gridOf('step', { from: 17, to: 99_999 }, 400).length).toBeLessThanOrEqual(400);
  });

  it('of anything else reaches exactly from end to end', () => {
    const grid = gridOf('loss', { from: -0.7, to: -0.1 }, 7);
    expect([grid[0], grid.at(-1), grid.length]).toEqual([-0.7, -0.1, 7]);
  });

  it.each(reference.grid.map((each, index) => ({ index, ...each })))(
    'takes a series as NumPy does, standing still included: case $index',
    ({ x, y, grid, values }) => {
      // The ends stand for the first and the last column: here they are those columns.
      const coordinates = Float64Array.of(x[0] as number, ...x, x.at(-1) as number);
      const series = { first: x, last: x, mean: y, offset: 0, stride: 1 };
      const ends = [x.filter((each) => each === x[0]).length, x.filter((each) => each === x.at(-1)).length];
      const found = onGrid(coordinates, series, Float64Array.from(grid));
      found.forEach((value, i) => {
        const at = grid[i] as number;
        const nearEnd = at < (x[ends[0] as number] as number) || at > (x[x.length - 1 - (ends[1] as number)] as number);
        if (values[i] === null) expect(value).toBeNaN();
        else if (!nearEnd) expect(value).toBeCloseTo(values[i] as number, 12);
      });
    },
  );

  it('leaves out what is missing, and reaches to the first and the last step of wide columns', () => {
    const course = courseOf('step', 40, 1, noLoss);
    const columns = { first: [0, 10, 20, 30], last: [9, 19, 29, 39] };
    const mean = [1, Number.NaN, 3, 4];
    const coordinates = columnCoordinates(course, columns);
    const found = onGrid(
      coordinates,
      { ...columns, mean, offset: 0, stride: 1 },
      Float64Array.of(0, 4.5, 14.5, 24.5, 39, 40),
    );
    expect([...found]).toEqual([1, 1, 2, 3, 4, Number.NaN]);
  });
});

describe('the mean over runs', () => {
  it('is of those that have a value at a position', () => {
    const none = Number.NaN;
    const mean = meanOver([Float32Array.of(1, 2, none), Float32Array.of(3, none, none)]);
    expect([...mean]).toEqual([2, 2, none]);
    expect(meanOver([])).toHaveLength(0);
  });
});
