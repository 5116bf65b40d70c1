import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';

/** Gradient of `forward` at x, for the adjoint dy. */
export function pullBack(forward: (x: Tensor) => Tensor, x: Tensor, dy: Tensor): Tensor {
  return tf.grad(forward)(x, dy);
}
