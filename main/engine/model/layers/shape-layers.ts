/** Layers without weights. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import {
  product,
  type DropoutDescription,
  type PlainDescription,
  type PoolDescription,
} from '#app/model/description.ts';
import type { Kernels, Window } from '../kernels/kernels.ts';
import { kept, type Layer } from './layer.ts';

/** Inverted dropout: what is kept is scaled by 1 / (1 - rate) in training, nothing happens otherwise. */
export function dropoutLayer({ rate }: DropoutDescription): Layer {
  let mask: Tensor | null = null;
  return {
    parameters: [],
    forward(x, { training, random }) {
      if (!training) return tf.clone(x);
      const scale = 1 / (1 - rate);
      const values = new Float32Array(x.size);
      for (let i = 0; i < values.length; i++) values[i] = random.next() < rate ? 0 : scale;
      mask = tf.tensor(values, x.shape);
      return tf.mul(x, mask);
    },
    backward: (dy) => ({ dx: tf.mul(dy, kept(mask)), gradients: [] }),
  };
}

export function flattenLayer(): Layer {
  let shape: number[] | null = null;
  return {
    parameters: [],
    forward(x) {
      shape = x.shape;
      return tf.reshape(x, [x.shape[0], -1]);
    },
    backward: (dy) => ({ dx: tf.reshape(dy, kept(shape)), gradients: [] }),
  };
}

export function reshapeLayer({ outputShape }: PlainDescription): Layer {
  let shape: number[] | null = null;
  return {
    parameters: [],
    forward(x) {
      shape = x.shape;
      return tf.reshape(x, [x.shape[0] ?? 1, ...outputShape]);
    },
    backward: (dy) => ({ dx: tf.reshape(dy, kept(shape)), gradients: [] }),
  };
}

/** The axes between samples and channels. */
function positionsOf(shape: readonly number[]): number[] {
  return shape.slice(1, -1).map((_, axis) => axis + 1);
}

/** Mean over all axes but the last. */
export function globalAveragePoolLayer(): Layer {
  let shape: number[] | null = null;
  return {
    parameters: [],
    forward(x) {
      shape = x.shape;
      return tf.mean(x, positionsOf(x.shape));
    },
    backward(dy) {
      const full = kept(shape);
      const [samples = 0] = full;
      const axes = positionsOf(full);
      const dx = tf.tidy(() => {
        const share = tf.div(dy, product(full.slice(1, -1)));
        const single = [samples, ...axes.map(() => 1), full.at(-1) ?? 0];
        return tf.mul(tf.reshape(share, single), tf.ones([1, ...full.slice(1, -1), 1]));
      });
      return { dx, gradients: [] };
    },
  };
}

export function maxPoolLayer(description: PoolDescription, kernels: Kernels): Layer {
  const { strides, padding } = description;
  const window: Window = { size: description.window, strides, dilations: strides.map(() => 1), padding };
  let input: Tensor | null = null;
  let output: Tensor | null = null;
  return {
    parameters: [],
    forward(x) {
      input = x;
      output = kernels.maxPool3d(x, window);
      return output;
    },
    backward: (dy) => ({ dx: kernels.maxPool3dGradient(kept(input), kept(output), dy, window), gradients: [] }),
  };
}
