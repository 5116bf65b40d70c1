/** Values of a run on coordinates that all runs share. */
import type { Alignment } from '#app/contract/compare.ts';
import { coordinateAt, type Course, type Span } from './course.ts';

/** Coordinates from one end of the span to the other, at most `columns`: steps are whole, the others lie evenly. */
export function gridOf(align: Alignment, { from, to }: Span, columns: number): Float64Array<ArrayBuffer> {
  if (align === 'step') {
    const [first, last] = [Math.ceil(from), Math.floor(to)];
    const width = Math.max(1, Math.ceil((last - first + 1) / columns));
    const count = Math.max(1, Math.floor((last - first) / width) + 1);
    return Float64Array.from({ length: count }, (_, i) => first + i * width);
  }
  if (!(to > from)) return Float64Array.of(from);
  return Float64Array.from({ length: columns }, (_, i) =>
    // The end itself, not what rounding makes of it: beyond it there is nothing.
    i === columns - 1 ? to : from + ((to - from) * i) / (columns - 1),
  );
}

/** Steps and values of one series of a run: columns of steps, each with its mean. */
export interface StepSeries {
  first: ArrayLike<number>;
  last: ArrayLike<number>;
  /** Entry i of the series lies at `offset + i * stride` of `mean`. */
  mean: ArrayLike<number>;
  offset: number;
  stride: number;
}

/** Coordinates of the columns of a run: of the middle of each, of its first step before them and its last one after. */
export function columnCoordinates(course: Course, { first, last }: Pick<StepSeries, 'first' | 'last'>): Float64Array {
  const steps = Array.from(first, (from, i) => (from + (last[i] as number)) / 2);
  const ends = steps.length === 0 ? [] : [first[0] as number, ...steps, last[last.length - 1] as number];
  return Float64Array.from(ends, (step) => coordinateAt(course, step));
}

/**
 * The series on the grid: on the line between its neighbours, NaN outside of what the run has. Steps that stand at the same
 * coordinate (a loss that does not fall) count as one, with their mean.
 *
 * @param coordinates as `columnCoordinates` gives them
 */
export function onGrid(coordinates: Float64Array, series: StepSeries, grid: Float64Array): Float64Array {
  const { x, y } = points(coordinates, series);
  const result = new Float64Array(grid.length).fill(Number.NaN);
  let next = 0;
  grid.forEach((at, i) => {
    while (next < x.length && (x[next] as number) < at) next += 1;
    const [x1, y1] = [x[next], y[next]];
    if (x1 === undefined || y1 === undefined) return;
    const [x0, y0] = [x[next - 1], y[next - 1]];
    if (x1 === at) result[i] = y1;
    else if (x0 !== undefined && y0 !== undefined) result[i] = y0 + ((y1 - y0) * (at - x0)) / (x1 - x0);
  });
  return result;
}

/** What is there, at rising coordinates. */
function points(coordinates: Float64Array, { mean, offset, stride }: StepSeries): { x: number[]; y: number[] } {
  const [x, y, count]: [number[], number[], number[]] = [[], [], []];
  const columns = coordinates.length - 2;
  coordinates.forEach((coordinate, i) => {
    // The ends stand for the first and the last column.
    const column = Math.min(Math.max(i - 1, 0), columns - 1);
    const value = mean[offset + column * stride] ?? Number.NaN;
    if (Number.isNaN(value) || Number.isNaN(coordinate)) return;
    const last = x.length - 1;
    if (x[last] === coordinate) {
      const before = count[last] as number;
      y[last] = ((y[last] as number) * before + value) / (before + 1);
      count[last] = before + 1;
    } else {
      x.push(coordinate);
      y.push(value);
      count.push(1);
    }
  });
  return { x, y };
}

/** Of those that have a value, at each position; NaN where none has. */
export function meanOver(series: readonly Float32Array[]): Float32Array {
  const [only] = series;
  if (series.length === 1 && only !== undefined) return only;
  return Float32Array.from({ length: only?.length ?? 0 }, (_, at) => {
    const known = series.map((values) => values[at] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    return known.length === 0 ? Number.NaN : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
