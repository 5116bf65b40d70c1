/** Gradients of a convolution's filters for each group, by public TensorFlow.js functions. */
import type { Tensor, Tensor5D } from '@tensorflow/tfjs-node-gpu';
import type { ConvDescription } from '#app/model/description.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';

/**
 * @param activations [samples, x, y, z, channels], sorted by group
 * @param adjoints [samples, x, y, z, filters]
 */
export function groupGradients(
  layer: ConvDescription,
  activations: Tensor,
  adjoints: Tensor,
  groupSizes: readonly number[],
): { parts: (Tensor | null)[]; total: Tensor } {
  const gradient = (first: number, count: number): Tensor => {
    const x = activations.slice([first], [count]) as Tensor5D;
    const dz = adjoints.slice([first], [count]);
    const filters = tf.zeros([...layer.kernel, layer.inputShape.at(-1) ?? 0, layer.filters]);
    const output = (w: Tensor): Tensor =>
      tf
        .conv3d(x, w as Tensor5D, [...layer.strides] as [number, number, number], layer.padding)
        .mul(dz)
        .sum();
    return tf.grad(output)(filters);
  };
  let first = 0;
  const parts = groupSizes.map((size) => {
    first += size;
    return size === 0 ? null : gradient(first - size, size);
  });
  return { parts, total: gradient(0, first) };
}
