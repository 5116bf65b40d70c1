/** Kernels on public tfjs operations: for any backend, and the oracle of the native ones. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { adamDefaults, momentum } from '#app/run/optimizer-constants.ts';
import { tf } from '../../device/tensorflow.ts';
import { clippedByNorm } from './clip.ts';
import { composedDense, composedWindows, composedLayerNorm, drawnDropoutMask } from './composed.ts';
import {
  isAdam,
  isDecayed,
  slotName,
  type Kernels,
  type Optimizer,
  type OptimizerSettings,
  type Parameter,
} from './kernels.ts';
import { portableActivations } from './portable-activations.ts';
import { portableNorms } from './portable-norms.ts';
import { portableWindows } from './portable-windows.ts';
import { portableSequence } from './sequence-portable.ts';

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

  copy(value: Tensor): void {
    this.replace(tf.clone(value));
  }

  replace(value: Tensor): void {
    this.value.dispose();
    this.value = tf.keep(value);
  }

  dispose(): void {
    this.value.dispose();
  }
}

const basic = {
  ...portableActivations,
  matMul: (a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor =>
    tf.matMul(a, b, transposeA, transposeB),
  biasAdd: (x: Tensor, bias: Tensor): Tensor => tf.add(x, bias),
  biasGradient: (dy: Tensor): Tensor => tf.sum(dy, [...Array(dy.rank - 1).keys()]),
  sum: (parts: readonly Tensor[]): Tensor => tf.addN([...parts]),
};

export const portableKernels: Kernels = {
  name: 'portable',
  ...basic,
  ...portableNorms,
  ...composedLayerNorm(portableNorms),
  ...portableWindows,
  ...composedWindows({ ...basic, ...composedDense(basic), ...portableWindows }),
  ...composedDense(basic),
  dropoutMask: drawnDropoutMask,
  sequence: portableSequence,
  softmaxCrossEntropy: (logits, labels) => {
    const classes = logits.shape[1] as number;
    const truth = tf.oneHot(labels, classes);
    const losses = tf.tidy(() => tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(logits as Tensor2D)), 1)));
    const gradients = tf.tidy(() => tf.sub(tf.softmax(logits as Tensor2D), truth));
    truth.dispose();
    return { losses, gradients };
  },
  read: (x) => x.data<'float32'>(),
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

  function change(i: number, gradient: Tensor, learningRate: number): Tensor {
    if (settings.kind === 'sgd') return tf.mul(gradient, learningRate);
    if (settings.kind === 'momentum') {
      const velocity = replace(first, i, tf.add(tf.mul(first[i] as Tensor, momentum), gradient));
      return tf.mul(velocity, learningRate);
    }
    const { beta1, beta2, epsilon } = adamDefaults;
    const m = replace(first, i, tf.add(tf.mul(first[i] as Tensor, beta1), tf.mul(gradient, 1 - beta1)));
    const v = replace(second, i, tf.add(tf.mul(second[i] as Tensor, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const rate = (learningRate * Math.sqrt(1 - beta2 ** steps)) / (1 - beta1 ** steps);
    return tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon));
  }

  return {
    apply(gradients, learningRate = settings.learningRate, limit = null) {
      steps += 1;
      const limited = limit === null ? gradients : clippedByNorm(gradients, limit);
      parameters.forEach((parameter, i) => {
        const value = tf.tidy(() => {
          const decay = isDecayed(parameter) ? 1 - learningRate * settings.weightDecay : 1;
          return tf.sub(tf.mul(parameter.value, decay), change(i, limited[i] as Tensor, learningRate));
        });
        parameter.replace(value);
      });
      if (limited !== gradients) for (const gradient of limited) gradient.dispose();
    },
    async state() {
      const named = [first, second].flatMap((means, slot) =>
        means.map(async (mean, i) => {
          const numbers = (await mean.data<'float32'>()).slice();
          return [slotName(parameters[i] as PortableParameter, slot), numbers] as const;
        }),
      );
      return { steps, slots: new Map(await Promise.all(named)) };
    },
    restore(state) {
      steps = state.steps;
      [first, second].forEach((means, slot) =>
        means.forEach((_, i) => {
          const parameter = parameters[i] as PortableParameter;
          const stored = state.slots.get(slotName(parameter, slot));
          if (stored !== undefined) replace(means, i, tf.tensor(stored.slice(), [...parameter.shape]));
        }),
      );
    },
    dispose() {
      for (const slot of [...first, ...second]) slot.dispose();
    },
  };
}
