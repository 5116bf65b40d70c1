/** Times of series that are padding: they are written as NaN, and no layer is to see them. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../device/tensorflow.ts';

export interface TimeMask {
  /** Times of the whole batch. */
  times: number;
  /** [samples, times, 1]: 1 where a series is, 0 after its end. */
  rows: Tensor;
  /** [samples, times, 1]: 1 at the last time of each series alone. */
  last: Tensor;
  /** [samples, 1]: times of the batch over those of the series. */
  stretch: Tensor;
}

/**
 * @param values [samples x product(inputShape)]; a series ends where all that follows is NaN
 * @returns the input with zeros in the place of what is padded; the mask is null where nothing is
 */
export function maskedInput(
  values: Float32Array,
  samples: number,
  inputShape: readonly number[],
): { x: Tensor; mask: TimeMask | null } {
  const shape = [samples, ...inputShape];
  const [times = 1, channels = 1] = inputShape;
  if (inputShape.length !== 2 || !values.some((value) => Number.isNaN(value))) {
    return { x: tf.tensor(values, shape), mask: null };
  }
  const lengths = Array.from({ length: samples }, (_, sample) => lengthOf(values, sample * times, times, channels));
  const rows = new Float32Array(samples * times);
  const last = new Float32Array(samples * times);
  lengths.forEach((length, sample) => {
    rows.fill(1, sample * times, sample * times + length);
    last[sample * times + length - 1] = 1;
  });
  return {
    x: tf.tensor(
      values.map((value) => (Number.isNaN(value) ? 0 : value)),
      shape,
    ),
    mask: {
      times,
      rows: tf.tensor(rows, [samples, times, 1]),
      last: tf.tensor(last, [samples, times, 1]),
      stretch: tf.tensor2d(
        lengths.map((length) => times / length),
        [samples, 1],
      ),
    },
  };
}

/** At least one time, so that there is something to say of an empty series. */
function lengthOf(values: Float32Array, firstRow: number, times: number, channels: number): number {
  for (let time = times; time > 1; time--) {
    const first = (firstRow + time - 1) * channels;
    if (values.subarray(first, first + channels).some((value) => !Number.isNaN(value))) return time;
  }
  return 1;
}

/** Zeros after the end of each series; what has no such axis of time is left as it is. */
export function masked(x: Tensor, mask: TimeMask | null): Tensor {
  return mask === null || x.rank !== 3 || x.shape[1] !== mask.times ? x : tf.mul(x, mask.rows);
}
