/** Layers over positions: axes of a sample before those that a window moves over are rows of their own. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';

/** [samples, …, d1, d2, d3, C] -> [samples x …, d1, d2, d3, C] with `axes` positions. Shares its memory. */
export function mergedRows(x: Tensor, axes: number): Tensor {
  return x.rank === axes + 2 ? x : tf.reshape(x, [-1, ...x.shape.slice(-axes - 1)]);
}

/** A result of merged rows, with the shape of one sample. Shares its memory. */
export function partedRows(y: Tensor, samples: number, shape: readonly number[]): Tensor {
  return y.rank === shape.length + 1 ? y : tf.reshape(y, [samples, ...shape]);
}
