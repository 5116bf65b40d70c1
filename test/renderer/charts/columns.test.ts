import { describe, expect, it } from 'vitest';
import { append, blocks, columnAt, columnWidth, extentOf, middles, pick } from '../../../renderer/charts/columns.ts';

/** Columns of `width` steps from `from` to `to`, with two series: the first step of the column, and ten times it. */
function columns(from: number, to: number, width: number) {
  const first: number[] = [];
  const last: number[] = [];
  for (let step = from; step <= to; step += width) {
    first.push(step);
    last.push(Math.min(step + width - 1, to));
  }
  const values = Float32Array.from(first.flatMap((step) => [step, step * 10]));
  return {
    first: Int32Array.from(first),
    last: Int32Array.from(last),
    minimum: values,
    mean: values,
    maximum: values,
    floor: Float32Array.from(first, () => 0.5),
  };
}

describe('columns', () => {
  it('are drawn at their middle', () => {
    expect([...middles(columns(0, 9, 4))]).toEqual([1.5, 5.5, 8.5]);
  });

  it('are taken apart by series', () => {
    expect([...pick(columns(0, 5, 2).mean, 2, 1)]).toEqual([0, 20, 40]);
  });

  it('are found by a step, the nearest one where no column holds it', () => {
    const some = columns(0, 11, 4);
    expect([0, 3, 4, 11, 99].map((step) => columnAt(some, step))).toEqual([0, 0, 1, 2, 2]);
    const gaps = { first: Int32Array.of(0, 10, 20), last: Int32Array.of(0, 10, 20) };
    expect([4, 6, 14].map((step) => columnAt(gaps, step))).toEqual([0, 1, 1]);
    expect(columnAt({ first: new Int32Array(0), last: new Int32Array(0) }, 3)).toBe(-1);
  });

  it('have an extent that leaves out what is missing and what a log axis cannot show', () => {
    expect(
      extentOf(
        [
          [NaN, 3, 0, 7],
          [Infinity, 2],
        ],
        0,
      ),
    ).toEqual([2, 7]);
    expect(extentOf([[NaN]])).toEqual([NaN, NaN]);
  });
});

describe('appending newer columns', () => {
  it('replaces the last, half-filled column and gives what one question for everything gives', () => {
    expect(append(columns(0, 9, 4), columns(8, 21, 4))).toEqual(columns(0, 21, 4));
  });

  it('replaces everything when the newer columns begin before', () => {
    expect(append(columns(10, 20, 4), columns(0, 30, 4))).toEqual(columns(0, 30, 4));
  });

  it('keeps what there is when nothing is new', () => {
    const held = columns(0, 9, 4);
    expect(append(held, columns(8, 7, 4))).toBe(held);
  });

  it('starts from nothing', () => {
    expect(append(columns(0, -1, 4), columns(0, 9, 4))).toEqual(columns(0, 9, 4));
  });
});

describe('the width of columns', () => {
  it('is the smallest power of two that fits, with blocks aligned to step 0', () => {
    expect(columnWidth({ from: 0, to: 799 }, 800)).toBe(1);
    expect(columnWidth({ from: 0, to: 800 }, 800)).toBe(2);
    expect(columnWidth({ from: 0, to: 9999 }, 800)).toBe(16);
    expect(blocks({ from: 6, to: 9 }, 4)).toBe(2);
  });
});
