/** Normalisation on public tfjs operations. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import type { NormKernels } from './kernels.ts';
import { pullBack } from './pull-back.ts';

/** Mean 0 and variance 1 along an axis. */
function standardized(x: Tensor, axis: number, epsilon: number): Tensor {
  const { mean, variance } = tf.moments(x, axis, true);
  return tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon)));
}

function moved(from: Tensor, to: Tensor, momentum: number): Tensor {
  return tf.add(tf.mul(from, momentum), tf.mul(to, 1 - momentum));
}

export const portableNorms: Omit<NormKernels, 'layerNorm' | 'layerNormGradient'> = {
  batchNorm(x, scale, offset, running, { epsilon, momentum }) {
    const [y, mean, variance] = tf.tidy(() => {
      const [rows] = x.shape as [number, number];
      const moments = tf.moments(x, 0);
      const unbiased = tf.mul(moments.variance, rows / Math.max(rows - 1, 1));
      return [
        tf.add(tf.mul(standardized(x, 0, epsilon), scale), offset),
        moved(running.mean, moments.mean, momentum),
        moved(running.variance, unbiased, momentum),
      ] as [Tensor, Tensor, Tensor];
    });
    return { y, running: { mean, variance }, moments: [] };
  },
  batchNormGradient(dy, x, scale, _, epsilon) {
    const dx = tf.tidy(() => pullBack((each) => tf.mul(standardized(each, 0, epsilon), scale), x, dy));
    const dScale = tf.tidy(() => tf.sum(tf.mul(dy, standardized(x, 0, epsilon)), 0));
    return { dx, dScale, dOffset: tf.sum(dy, 0) };
  },
  batchNormInference: (x, scale, offset, { mean, variance }, epsilon) =>
    tf.tidy(() => {
      const factor = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
      return tf.add(tf.mul(tf.sub(x, mean), factor), offset);
    }),
  scaleColumns: (x, scale, offset) => tf.tidy(() => tf.add(tf.mul(x, scale), offset)),
  scaleColumnsGradient: (dy, x, scale) => ({
    dx: tf.mul(dy, scale),
    dScale: tf.tidy(() => tf.sum(tf.mul(dy, x), 0)),
    dOffset: tf.sum(dy, 0),
  }),
  standardize(x, epsilon) {
    const [y, precision] = tf.tidy(() => {
      const { variance } = tf.moments(x, 1, true);
      return [standardized(x, 1, epsilon), tf.rsqrt(tf.add(variance, epsilon))] as [Tensor, Tensor];
    });
    return { y, precision };
  },
  standardizeGradient: (dy, { y, precision }) =>
    tf.tidy(() => {
      const along = tf.mul(y, tf.mean(tf.mul(dy, y), 1, true));
      return tf.mul(tf.sub(tf.sub(dy, tf.mean(dy, 1, true)), along), precision);
    }),
};
