/** Layers without weights. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import type { DropoutDescription, MaxPool3dDescription } from '#app/model/description.ts';
import type { Kernels, Window3d } from '../kernels/kernels.ts';
import { kept, type Layer } from './layer.ts';

export function reluLayer(kernels: Kernels): Layer {
  let output: Tensor | null = null;
  return {
    parameters: [],
    forward: (x) => (output = kernels.relu(x)),
    backward: (dy) => ({ dx: kernels.reluGradient(dy, kept(output)), gradients: [] }),
  };
}

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

/** Mean over the three spatial axes. */
export function globalAveragePool3dLayer(): Layer {
  let shape: number[] | null = null;
  return {
    parameters: [],
    forward(x) {
      shape = x.shape;
      return tf.mean(x, [1, 2, 3]);
    },
    backward(dy) {
      const [samples = 0, d1 = 0, d2 = 0, d3 = 0, channels = 0] = kept(shape);
      const dx = tf.tidy(() => {
        const share = tf.div(dy, d1 * d2 * d3);
        return tf.mul(tf.reshape(share, [samples, 1, 1, 1, channels]), tf.ones([1, d1, d2, d3, 1]));
      });
      return { dx, gradients: [] };
    },
  };
}

export function maxPool3dLayer(description: MaxPool3dDescription, kernels: Kernels): Layer {
  const window: Window3d = { size: description.window, strides: description.strides, padding: 'valid' };
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
