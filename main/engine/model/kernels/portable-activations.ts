/** Activations on public tfjs operations, and their gradients by its tape. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { ActivationFunction } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import type { ActivationKernels } from './kernels.ts';
import { pullBack } from './pull-back.ts';

const activations: Record<ActivationFunction, (x: Tensor, alpha: number) => Tensor> = {
  relu: (x) => tf.relu(x),
  // Not tf.leakyRelu, which has no gradient.
  'leaky-relu': (x, alpha) => tf.sub(tf.relu(x), tf.mul(tf.relu(tf.neg(x)), alpha)),
  elu: (x, alpha) => tf.add(tf.relu(x), tf.mul(tf.elu(tf.neg(tf.relu(tf.neg(x)))), alpha)),
  gelu: (x) => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1)),
  tanh: (x) => tf.tanh(x),
  sigmoid: (x) => tf.sigmoid(x),
  softplus: (x) => tf.softplus(x),
  swish: (x) => tf.mul(x, tf.sigmoid(x)),
  softmax: (x) => tf.softmax(x),
};

export const portableActivations: ActivationKernels = {
  activation: (name, alpha, x) => ({ y: tf.tidy(() => activations[name](x, alpha)), inner: null }),
  activationGradient: (name, alpha, dy, x) => tf.tidy(() => pullBack((each) => activations[name](each, alpha), x, dy)),
};
