/** Limits the norm of the whole gradient (Pascanu et al. 2013), before the optimizer sees it. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';

/**
 * The factor stays a tensor, so that no backend has to be waited for; it is exactly 1 where the norm is within the limit.
 *
 * @param gradients of all parameters; left as they are
 * @returns each times limit / max(norm, limit), the norm over all of them
 */
export function clippedByNorm(gradients: readonly Tensor[], limit: number): Tensor[] {
  if (gradients.length === 0) return [];
  return tf.tidy(() => {
    const norm = tf.sqrt(tf.addN(gradients.map((gradient) => tf.sum(tf.square(gradient)))));
    const factor = tf.div(limit, tf.maximum(norm, limit));
    return gradients.map((gradient) => tf.mul(gradient, factor));
  });
}
