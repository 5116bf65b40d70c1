/** Layers without weights. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import type { DropoutDescription, PlainDescription } from '#app/model/description.ts';
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
      return tf.reshape(x, [-1, ...outputShape]);
    },
    backward: (dy) => ({ dx: tf.reshape(dy, kept(shape)), gradients: [] }),
  };
}
