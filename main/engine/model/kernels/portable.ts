/** Kernels on public tfjs operations: for any backend, and the oracle of the native ones. */
import type { Tensor, Tensor2D, Tensor5D } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import {
  adamDefaults,
  isAdam,
  isDecayed,
  momentum,
  type Kernels,
  type Optimizer,
  type OptimizerSettings,
  type Parameter,
  type Window,
} from './kernels.ts';
import { portableSequence } from './sequence-portable.ts';

/** Gradient of `forward` at x, for the adjoint dy. */
function pullBack(forward: (x: Tensor) => Tensor, x: Tensor, dy: Tensor): Tensor {
  return tf.grad(forward)(x, dy);
}

type Triple = [number, number, number];
const strides = (window: Window): Triple => [...window.strides] as Triple;
const convolve = (x: Tensor, filter: Tensor, window: Window): Tensor =>
  tf.conv3d(x as Tensor5D, filter as Tensor5D, strides(window), window.padding);
const pool = (x: Tensor, window: Window): Tensor =>
  tf.maxPool3d(x as Tensor5D, [...window.size] as Triple, strides(window), window.padding);

class PortableParameter implements Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  value: Tensor;

  constructor(name: string, shape: readonly number[], values: Float32Array) {
    this.name = name;
    this.shape = shape;
    this.value = tf.keep(tf.tensor(values.slice(), [...shape]));
  }

  assign(values: Float32Array): void {
    this.replace(tf.tensor(values.slice(), [...this.shape]));
  }

  replace(value: Tensor): void {
    this.value.dispose();
    this.value = tf.keep(value);
  }

  dispose(): void {
    this.value.dispose();
  }
}

export const portableKernels: Kernels = {
  name: 'portable',
  sequence: portableSequence,
  matMul: (a, b, transposeA, transposeB) => tf.matMul(a, b, transposeA, transposeB),
  biasAdd: (x, bias) => tf.add(x, bias),
  biasGradient: (dy) => tf.sum(dy, [...Array(dy.rank - 1).keys()]),
  relu: (x) => tf.relu(x),
  reluGradient: (dy, y) => tf.tidy(() => tf.mul(dy, tf.step(y))),
  conv3d: convolve,
  conv3dFilterGradient: (x, filterShape, dy, window) =>
    tf.tidy(() => pullBack((filter) => convolve(x, filter, window), tf.zeros([...filterShape]), dy)),
  conv3dInputGradient: (xShape, filter, dy, window) =>
    tf.tidy(() => pullBack((x) => convolve(x, filter, window), tf.zeros([...xShape]), dy)),
  maxPool3d: pool,
  maxPool3dGradient: (x, _, dy, window) => pullBack((each) => pool(each, window), x, dy),
  softmaxCrossEntropy: (logits, labels) => {
    const classes = logits.shape[1] as number;
    const truth = tf.oneHot(labels, classes);
    const losses = tf.tidy(() => tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(logits as Tensor2D)), 1)));
    const gradients = tf.tidy(() => tf.sub(tf.softmax(logits as Tensor2D), truth));
    truth.dispose();
    return { losses, gradients };
  },
  read: (x) => x.data<'float32'>(),
  sum: (parts) => tf.addN([...parts]),
  parameter: (name, shape, values) => new PortableParameter(name, shape, values),
  optimizer: (parameters, settings) => portableOptimizer(parameters as readonly PortableParameter[], settings),
};

function portableOptimizer(parameters: readonly PortableParameter[], settings: OptimizerSettings): Optimizer {
  const zeros = (): Tensor[] => parameters.map(({ shape }) => tf.keep(tf.zeros([...shape])));
  const first = settings.kind === 'sgd' ? [] : zeros();
  const second = isAdam(settings) ? zeros() : [];
  let steps = 0;

  function replace(slots: Tensor[], i: number, value: Tensor): Tensor {
    slots[i]?.dispose();
    slots[i] = tf.keep(value);
    return value;
  }

  function change(i: number, gradient: Tensor): Tensor {
    if (settings.kind === 'sgd') return tf.mul(gradient, settings.learningRate);
    if (settings.kind === 'momentum') {
      const velocity = replace(first, i, tf.add(tf.mul(first[i] as Tensor, momentum), gradient));
      return tf.mul(velocity, settings.learningRate);
    }
    const { beta1, beta2, epsilon } = adamDefaults;
    const m = replace(first, i, tf.add(tf.mul(first[i] as Tensor, beta1), tf.mul(gradient, 1 - beta1)));
    const v = replace(second, i, tf.add(tf.mul(second[i] as Tensor, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const rate = (settings.learningRate * Math.sqrt(1 - beta2 ** steps)) / (1 - beta1 ** steps);
    return tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon));
  }

  return {
    apply(gradients) {
      steps += 1;
      parameters.forEach((parameter, i) => {
        const value = tf.tidy(() => {
          const decay = isDecayed(parameter) ? 1 - settings.learningRate * settings.weightDecay : 1;
          return tf.sub(tf.mul(parameter.value, decay), change(i, gradients[i] as Tensor));
        });
        parameter.replace(value);
      });
    },
    dispose() {
      for (const slot of [...first, ...second]) slot.dispose();
    },
  };
}
