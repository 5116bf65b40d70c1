/** Products of a weight with rows: all axes but the last are rows. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import type { Kernels } from '../kernels/kernels.ts';

/** All axes but the last as one. Shares its memory. */
function asRows(x: Tensor): Tensor {
  return tf.reshape(x, [-1, x.shape.at(-1) ?? 1]);
}

/** x W + b along the last axis. */
export function project(kernels: Kernels, x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const product = kernels.matMul(asRows(x), weight, false, false);
  const z = kernels.biasAdd(product, bias);
  product.dispose();
  return tf.reshape(z, [...x.shape.slice(0, -1), weight.shape[1] ?? 1]);
}

/** dL/dW = A'D of activations and adjoints. */
export function rowsGradient(kernels: Kernels): (activations: Tensor, adjoints: Tensor) => Tensor {
  return (activations, adjoints) => kernels.matMul(asRows(activations), asRows(adjoints), true, false);
}

/** dL/dA = D W'. */
export function inputGradient(kernels: Kernels, adjoints: Tensor, weight: Tensor): Tensor {
  const product = kernels.matMul(asRows(adjoints), weight, false, true);
  const [inputs = 1] = weight.shape;
  return tf.reshape(product, [...adjoints.shape.slice(0, -1), inputs]);
}

/** dL/db: the sum over rows. */
export function rowsBiasGradient(kernels: Kernels, adjoints: Tensor): Tensor {
  return kernels.biasGradient(asRows(adjoints));
}
