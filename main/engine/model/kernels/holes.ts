/**
 * A dilated filter as an ordinary one with zeros between its numbers: exact, and TensorFlow's kernels on the CPU have no
 * dilated gradients of their own (without oneDNN), nor volumes. Axis by axis, so that no tensor has more than four axes.
 */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { product } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import type { Window } from './kernels.ts';

/** Positions under the window along each axis, those that are skipped among them. */
export function reach({ size, dilations }: Window): number[] {
  return size.map((length, axis) => (length - 1) * (dilations[axis] ?? 1) + 1);
}

/** [k1, k2, k3, C, F] -> [reach of each axis, C, F] */
export function withHoles(filter: Tensor, { size, dilations }: Window): Tensor {
  let shape = filter.shape;
  let result = filter;
  dilations.forEach((dilation, axis) => {
    const length = size[axis] ?? 1;
    if (dilation === 1 || length === 1) return;
    const [before, after] = [product(shape.slice(0, axis)), product(shape.slice(axis + 1))];
    const apart = tf.pad(tf.reshape(result, [before, length, 1, after]), [
      [0, 0],
      [0, 0],
      [0, dilation - 1],
      [0, 0],
    ]);
    const whole = (length - 1) * dilation + 1;
    // The zeros after the last number are none of the window.
    result = tf.slice(tf.reshape(apart, [before, length * dilation, after]), [0, 0, 0], [before, whole, after]);
    shape = [...shape.slice(0, axis), whole, ...shape.slice(axis + 1)];
  });
  return result === filter ? filter : tf.reshape(result, shape);
}

/** Of the gradient of a filter with zeros, the places of its numbers. */
export function withoutHoles(gradient: Tensor, { size, dilations }: Window): Tensor {
  let shape = gradient.shape;
  let result = gradient;
  dilations.forEach((dilation, axis) => {
    const length = size[axis] ?? 1;
    if (dilation === 1 || length === 1) return;
    const [before, after] = [product(shape.slice(0, axis)), product(shape.slice(axis + 1))];
    const whole = shape[axis] ?? 1;
    const rows = tf.reshape(result, [before, whole, after]);
    result = tf.stridedSlice(rows, [0, 0, 0], [before, whole, after], [1, dilation, 1]);
    shape = [...shape.slice(0, axis), length, ...shape.slice(axis + 1)];
  });
  return result === gradient ? gradient : tf.reshape(result, shape);
}
