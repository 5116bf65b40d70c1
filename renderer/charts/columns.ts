/** Columns as the engine answers them -> what charts draw. Arrays are flat, C order, first axis the column. */

import type { StepRange } from './ranges.ts';

interface Columns {
  first: Int32Array;
  last: Int32Array;
  minimum: Float32Array;
  mean: Float32Array;
  maximum: Float32Array;
  floor?: Float32Array;
}

/** Middle step of each column [columns]. */
export function middles(columns: Pick<Columns, 'first' | 'last'>): Float64Array {
  return Float64Array.from(columns.first, (first, index) => (first + (columns.last[index] ?? first)) / 2);
}

/** One series out of [columns x width]: a copy of its values [columns]. */
export function pick(values: Float32Array, width: number, position: number): Float32Array {
  const picked = new Float32Array(Math.floor(values.length / width));
  for (let column = 0; column < picked.length; column++) picked[column] = values[column * width + position] ?? NaN;
  return picked;
}

/** Column that holds `step`, or the nearest one; -1 without columns. */
export function columnAt(columns: Pick<Columns, 'first' | 'last'>, step: number): number {
  const { first, last } = columns;
  if (first.length === 0) return -1;
  let low = 0;
  let high = first.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((last[middle] ?? 0) < step) low = middle + 1;
    else high = middle;
  }
  if (low > 0 && (first[low] ?? 0) > step && step - (last[low - 1] ?? 0) < (first[low] ?? 0) - step) return low - 1;
  return low;
}

/**
 * Steps per column: the smallest power of two whose blocks, aligned to step 0, cover the range in at most `columns`.
 * The engine cuts columns in the same way, so newer ones fit to those that are held.
 */
export function columnWidth(range: StepRange, columns: number): number {
  let width = 1;
  while (blocks(range, width) > columns) width *= 2;
  return width;
}

/** Blocks of `width` steps, aligned to step 0, that touch the range. */
export function blocks(range: StepRange, width: number): number {
  return Math.floor(range.to / width) - Math.floor(range.from / width) + 1;
}

/** Smallest and largest finite value above `above`; [NaN, NaN] when there is none. */
export function extentOf(arrays: Iterable<ArrayLike<number>>, above = -Infinity): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const values of arrays) {
    for (let index = 0; index < values.length; index++) {
      const value = values[index] as number;
      if (!(value > above) || value === Infinity) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  return low > high ? [NaN, NaN] : [low, high];
}

function joined<A extends Float32Array | Int32Array>(head: A, length: number, tail: A): A {
  const Kind = head.constructor as new (length: number) => A;
  const whole = new Kind(length + tail.length);
  whole.set(head.subarray(0, length));
  whole.set(tail, length);
  return whole;
}

/**
 * Columns with newer ones in place of the end: what `tail` covers is dropped from `head` first.
 * Both must have the same series.
 */
export function append<C extends Columns>(head: C, tail: C): C {
  if (tail.first.length === 0) return head;
  const start = tail.first[0] as number;
  let keep = head.first.length;
  while (keep > 0 && (head.last[keep - 1] as number) >= start) keep -= 1;
  const width = (values: Float32Array): number => (head.first.length === 0 ? 0 : values.length / head.first.length);
  const result: C = {
    ...tail,
    first: joined(head.first, keep, tail.first),
    last: joined(head.last, keep, tail.last),
    minimum: joined(head.minimum, keep * width(head.minimum), tail.minimum),
    mean: joined(head.mean, keep * width(head.mean), tail.mean),
    maximum: joined(head.maximum, keep * width(head.maximum), tail.maximum),
  };
  if (head.floor !== undefined && tail.floor !== undefined) {
    result.floor = joined(head.floor, keep * width(head.floor), tail.floor);
  }
  return result;
}
