/** Layers without weights. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import { product, type DropoutDescription, type PlainDescription } from '#app/model/description.ts';
import { kept, type Layer, type LayerMaterials } from './layer.ts';

/**
 * Inverted dropout: what is kept is scaled by 1 / (1 - rate) in training, nothing happens otherwise. Spatial: a channel of a
 * sample is dropped at all its positions (Tompson et al. 2015).
 */
export function dropoutLayer({ rate, spatial, inputShape }: DropoutDescription, { kernels }: LayerMaterials): Layer {
  const channels = inputShape.at(-1) ?? 1;
  const drawn = spatial ? [1, channels] : [product(inputShape)];
  const rows = spatial ? [product(inputShape.slice(0, -1)), channels] : drawn;
  let mask: Tensor | null = null;
  const masked = (x: Tensor, by: Tensor): Tensor =>
    tf.tidy(() => tf.reshape(tf.mul(tf.reshape(x, [-1, ...rows]), by), x.shape));
  return {
    parameters: [],
    forward(x, { training, random, order }) {
      if (!training) return tf.clone(x);
      const inOrder = kernels.dropoutMask([x.shape[0], ...drawn], rate, random);
      mask = order === undefined ? inOrder : tf.gather(inOrder, [...order]);
      return masked(x, mask);
    },
    backward: (dy) => ({ dx: masked(dy, kept(mask)), gradients: [] }),
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
