/** Pooling over windows of one to three axes, and over all positions. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { product, type GlobalPoolDescription, type PoolDescription } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import type { Window } from '../kernels/kernels.ts';
import type { TimeMask } from '../mask.ts';
import { kept, type Layer, type LayerMaterials } from './layer.ts';
import { mergedRows, partedRows } from './positions.ts';

export function poolLayer(description: PoolDescription, { kernels }: LayerMaterials): Layer {
  const { kind, strides, padding, inputShape, outputShape } = description;
  const window: Window = { size: description.window, strides, dilations: strides.map(() => 1), padding };
  const axes = strides.length;
  const pool = kind === 'max-pool' ? kernels.maxPool : kernels.averagePool;
  let input: Tensor | null = null;
  let output: Tensor | null = null;
  return {
    parameters: [],
    forward(x) {
      input = mergedRows(x, axes);
      output = pool(input, window);
      return partedRows(output, x.shape[0], outputShape);
    },
    backward(dy) {
      const [x, y, errors] = [kept(input), kept(output), mergedRows(dy, axes)];
      const dx =
        kind === 'max-pool'
          ? kernels.maxPoolGradient(x, y, errors, window)
          : kernels.averagePoolGradient(x.shape, errors, window);
      return { dx: partedRows(dx, dy.shape[0], inputShape), gradients: [] };
    },
  };
}

/** All axes but the last are one, and the window is as long as it is. The gradient of a maximum goes to the first place. */
export function globalPoolLayer(description: GlobalPoolDescription, { kernels }: LayerMaterials): Layer {
  const { kind, inputShape } = description;
  const positions = product(inputShape.slice(0, -1));
  const channels = inputShape.at(-1) ?? 1;
  const window: Window = { size: [positions], strides: [positions], dilations: [1], padding: 'valid' };
  let input: Tensor | null = null;
  let output: Tensor | null = null;
  let mask: TimeMask | null = null;
  return {
    parameters: [],
    forward(x, context) {
      mask = context.mask ?? null;
      const rows = tf.reshape(x, [-1, positions, channels]);
      if (kind === 'global-average-pool') {
        // The mean of the times that there are: padding is 0.
        return mask === null ? tf.mean(rows, 1) : tf.tidy(() => tf.mul(tf.mean(rows, 1), kept(mask).stretch));
      }
      // Far below anything, so that padding is never the maximum.
      input = mask === null ? rows : tf.tidy(() => tf.add(rows, tf.mul(tf.sub(kept(mask).rows, 1), 1e9)));
      output = kernels.maxPool(input, window);
      return tf.reshape(output, [-1, channels]);
    },
    backward(dy) {
      const stretched = mask === null || kind !== 'global-average-pool' ? dy : tf.mul(dy, mask.stretch);
      const errors = tf.reshape(stretched, [-1, 1, channels]);
      const dx =
        kind === 'global-average-pool'
          ? tf.tidy(() => tf.tile(tf.div(errors, positions), [1, positions, 1]))
          : kernels.maxPoolGradient(kept(input), kept(output), errors, window);
      return { dx: tf.reshape(dx, [-1, ...inputShape]), gradients: [] };
    },
  };
}
