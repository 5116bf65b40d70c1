/** Where each step of a run stands on the axis that runs are aligned by. */
import type { Alignment } from '#app/contract/compare.ts';

/** Coordinates never fall from one entry to the next; a loss is its own negative here, so that training goes to the right. */
export interface Course {
  step: Float64Array<ArrayBuffer>;
  coordinate: Float64Array<ArrayBuffer>;
}

/** The loss of a run, by columns of steps. */
export interface LossColumns {
  first: ArrayLike<number>;
  last: ArrayLike<number>;
  mean: ArrayLike<number>;
}

/** A loss is averaged over this share of the run's steps, half of them before and half after. */
const smoothedShare = 1 / 20;

/**
 * @param steps stored of the run, at least one
 * @returns by loss: the least of the smoothed losses up to each step; empty where no loss is known
 */
export function courseOf(align: Alignment, steps: number, stepsPerEpoch: number, loss: LossColumns): Course {
  const end = Math.max(0, steps - 1);
  if (align === 'step') return { step: Float64Array.of(0, end), coordinate: Float64Array.of(0, end) };
  if (align === 'epoch') {
    return { step: Float64Array.of(0, end), coordinate: Float64Array.of(0, end / Math.max(1, stepsPerEpoch)) };
  }
  const { step, value } = smoothed(loss, steps * smoothedShare);
  let least = Infinity;
  return { step, coordinate: value.map((each) => -(least = Math.min(least, each))) };
}

/** Means over `width` steps around the middle of each column that has a loss, columns weighted by their steps. */
function smoothed(
  { first, last, mean }: LossColumns,
  width: number,
): { step: Float64Array<ArrayBuffer>; value: Float64Array<ArrayBuffer> } {
  const known = Array.from(first, (_, i) => i).filter((i) => Number.isFinite(mean[i]));
  const from = known.map((i) => first[i] as number);
  const count = known.map((i) => (last[i] as number) - (first[i] as number) + 1);
  const step = Float64Array.from(known, (_, i) => (from[i] as number) + ((count[i] as number) - 1) / 2);
  const value = step.map((middle) => {
    let [sum, weight] = [0, 0];
    known.forEach((column, i) => {
      if (Math.abs((step[i] as number) - middle) > width / 2) return;
      sum += (mean[column] as number) * (count[i] as number);
      weight += count[i] as number;
    });
    return sum / weight;
  });
  return { step, value };
}

/** On the line between the entries around the step; beyond the ends, that of the end. NaN of an empty course. */
export function coordinateAt({ step, coordinate }: Course, at: number): number {
  const next = step.findIndex((each) => each >= at);
  if (next === -1) return coordinate.at(-1) ?? Number.NaN;
  if (next === 0) return coordinate[0] as number;
  const [x0, x1] = [step[next - 1] as number, step[next] as number];
  const [y0, y1] = [coordinate[next - 1] as number, coordinate[next] as number];
  return y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
}

/** Steps between which the run is within the span: the last one not beyond its beginning, the first one at its end. */
export function stepsWithin({ step, coordinate }: Course, { from, to }: Span): Span {
  const before = coordinate.findLastIndex((each) => each <= from);
  const after = coordinate.findIndex((each) => each >= to);
  const end = step.length - 1;
  const between = (i: number, at: number): number => {
    const [c0, c1] = [coordinate[i] as number, coordinate[i + 1] as number];
    const [s0, s1] = [step[i] as number, step[i + 1] as number];
    return s0 + ((s1 - s0) * (at - c0)) / (c1 - c0);
  };
  return {
    from: before === -1 ? (step[0] as number) : before === end ? (step[end] as number) : between(before, from),
    to: after === -1 ? (step[end] as number) : after === 0 ? (step[0] as number) : between(after - 1, to),
  };
}

export interface Span {
  from: number;
  to: number;
}

export function spanOf({ coordinate }: Course): Span {
  return { from: coordinate[0] ?? Number.NaN, to: coordinate.at(-1) ?? Number.NaN };
}

/** Coordinates that any of the spans holds. */
export function wholeSpan(spans: readonly Span[]): Span {
  return { from: Math.min(...spans.map(({ from }) => from)), to: Math.max(...spans.map(({ to }) => to)) };
}

/** Coordinates that all of them hold; null: none. */
export function commonSpan(spans: readonly Span[]): Span | null {
  const common = { from: Math.max(...spans.map(({ from }) => from)), to: Math.min(...spans.map(({ to }) => to)) };
  return common.from < common.to ? common : null;
}

/** Coordinate <-> what a person reads: a loss is kept as its negative. */
export function turned(align: Alignment, value: number): number {
  if (align !== 'loss') return value;
  return value === 0 ? 0 : -value;
}
