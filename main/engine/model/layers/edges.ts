/**
 * Layers that add, take away or repeat positions, or change the order of axes. One axis after the other, between what is
 * before and behind it: so that no tensor has more axes than every backend can pad and cut.
 */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import {
  product,
  type EdgeDescription,
  type PermuteDescription,
  type UpsampleDescription,
} from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import type { Layer } from './layer.ts';

/** Zeros before and after; backward takes them off again. */
export function zeroPadLayer({ before, after }: EdgeDescription): Layer {
  return {
    parameters: [],
    forward: (x) => padded(x, before, after),
    backward: (dy) => ({ dx: cropped(dy, before, after), gradients: [] }),
  };
}

/** Cuts positions off; nothing came back from them. */
export function cropLayer({ before, after }: EdgeDescription): Layer {
  return {
    parameters: [],
    forward: (x) => cropped(x, before, after),
    backward: (dy) => ({ dx: padded(dy, before, after), gradients: [] }),
  };
}

/** Each position so many times; its adjoint is the sum of theirs. */
export function upsampleLayer({ factors, inputShape }: UpsampleDescription): Layer {
  // Factors are of the last axes before the channels.
  const first = inputShape.length - factors.length;
  const repeated = factors.flatMap((factor, place) => (factor > 1 ? [{ factor, axis: first + place }] : []));
  return {
    parameters: [],
    forward: (x) =>
      tf.tidy(() =>
        repeated.reduce((whole, { factor, axis }) => {
          const { outer, length, inner } = around(whole, axis);
          const copies = tf.tile(tf.reshape(whole, [outer, length, 1, inner]), [1, 1, factor, 1]);
          return tf.reshape(copies, resized(whole, axis, length * factor));
        }, tf.clone(x)),
      ),
    backward: (dy) => ({
      dx: tf.tidy(() =>
        repeated.reduce((whole, { factor, axis }) => {
          const { outer, length, inner } = around(whole, axis);
          const sums = tf.sum(tf.reshape(whole, [outer, length / factor, factor, inner]), 2);
          return tf.reshape(sums, resized(whole, axis, length / factor));
        }, tf.clone(dy)),
      ),
      gradients: [],
    }),
  };
}

export function permuteLayer({ axes }: PermuteDescription): Layer {
  const order = [0, ...axes.map((axis) => axis + 1)];
  const back = order.map((_, axis) => order.indexOf(axis));
  return {
    parameters: [],
    forward: (x) => tf.transpose(x, order),
    backward: (dy) => ({ dx: tf.transpose(dy, back), gradients: [] }),
  };
}

function padded(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  return tf.tidy(() =>
    before.reduce<Tensor>((whole, zeros, place) => {
      const [axis, others] = [place + 1, after[place] ?? 0];
      if (zeros + others === 0) return whole;
      const { outer, length, inner } = around(whole, axis);
      const wider = tf.pad(tf.reshape(whole, [outer, length, inner]), [
        [0, 0],
        [zeros, others],
        [0, 0],
      ]);
      return tf.reshape(wider, resized(whole, axis, length + zeros + others));
    }, tf.clone(x)),
  );
}

function cropped(x: Tensor, before: readonly number[], after: readonly number[]): Tensor {
  return tf.tidy(() =>
    before.reduce<Tensor>((whole, skipped, place) => {
      const axis = place + 1;
      const { outer, length, inner } = around(whole, axis);
      const left = length - skipped - (after[place] ?? 0);
      if (left === length) return whole;
      const part = tf.slice(tf.reshape(whole, [outer, length, inner]), [0, skipped, 0], [outer, left, inner]);
      return tf.reshape(part, resized(whole, axis, left));
    }, tf.clone(x)),
  );
}

/** Numbers before and behind an axis. */
function around({ shape }: Tensor, axis: number): { outer: number; length: number; inner: number } {
  return { outer: product(shape.slice(0, axis)), length: shape[axis] as number, inner: product(shape.slice(axis + 1)) };
}

function resized({ shape }: Tensor, axis: number, length: number): number[] {
  return [...shape.slice(0, axis), length, ...shape.slice(axis + 1)];
}
