/** Times and channels of one subject, from the numbers as they lie in a file. */
import type { Orientation } from '#app/study/study.ts';
import { timesAndChannels } from './orientation.ts';

export interface SubjectSeries {
  times: number;
  channels: number;
  /** [times x channels] */
  values: Float64Array;
}

/**
 * @param values [rows x columns] of the file
 * @param included places of the channels that are kept, in order
 */
export function subjectSeries(
  values: Float64Array,
  shape: readonly [number, number],
  orientation: Orientation,
  included: readonly number[],
): SubjectSeries {
  const { times } = timesAndChannels(shape, orientation);
  const [, columns] = shape;
  const kept = new Float64Array(times * included.length);
  for (let time = 0; time < times; time++) {
    included.forEach((channel, place) => {
      const at = orientation === 'time-by-roi' ? time * columns + channel : channel * columns + time;
      kept[time * included.length + place] = finite(values[at] as number);
    });
  }
  return { times, channels: included.length, values: kept };
}

/** Rows and columns of the included regions of a square matrix. */
export function subjectMatrix(values: Float64Array, size: number, included: readonly number[]): Float64Array {
  const kept = new Float64Array(included.length ** 2);
  included.forEach((row, i) => {
    included.forEach((column, j) => (kept[i * included.length + j] = finite(values[row * size + column] as number)));
  });
  return kept;
}

/** Infinity is no measurement: it counts as missing. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}
