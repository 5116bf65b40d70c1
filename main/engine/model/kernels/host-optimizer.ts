/** Parameters in memory of their own, and updates of all of them in one pass by the native binding (optimizer.h). */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { adamDefaults, momentum } from '#app/run/optimizer-constants.ts';
import { tf } from '../../device/tensorflow.ts';
import { callHost } from './host.ts';
import { isAdam, isDecayed, slotName, type Optimizer, type OptimizerSettings, type Parameter } from './kernels.ts';

/** Memory that nothing else shares: TensorFlow may use a JavaScript array, or another tensor's memory, in place. */
function owned(value: Tensor): Tensor {
  const [copy] = callHost('ownTensor', [], [value], [value.shape]) as [Tensor];
  return tf.keep(copy);
}

function ownedNumbers(shape: readonly number[], values: Float32Array): Tensor {
  const given = tf.tensor(values, [...shape]);
  const copy = owned(given);
  given.dispose();
  return copy;
}

export class HostParameter implements Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  /** The optimizer changes its numbers in place. */
  value: Tensor;

  constructor(name: string, shape: readonly number[], values: Float32Array) {
    this.name = name;
    this.shape = shape;
    this.value = ownedNumbers(shape, values);
  }

  assign(values: Float32Array): void {
    this.replace(ownedNumbers(this.shape, values));
  }

  copy(value: Tensor): void {
    this.replace(owned(value));
  }

  dispose(): void {
    this.value.dispose();
  }

  private replace(value: Tensor): void {
    this.value.dispose();
    this.value = value;
  }
}

const kinds = { sgd: 0, momentum: 1, adam: 2, adamw: 2 } as const;
const means = { sgd: 0, momentum: 1, adam: 2, adamw: 2 } as const;

export function hostOptimizer(parameters: readonly HostParameter[], settings: OptimizerSettings): Optimizer {
  const { kind, weightDecay } = settings;
  const zeros = ({ shape }: HostParameter): Tensor =>
    ownedNumbers(shape, new Float32Array(shape.reduce((size, each) => size * each, 1)));
  const slots = parameters.map((parameter) => Array.from({ length: means[kind] }, () => zeros(parameter)));
  const sizes = [kinds[kind], ...parameters.map((parameter) => Number(isDecayed(parameter)))];
  const { beta1, beta2, epsilon } = adamDefaults;
  let steps = 0;
  return {
    apply(gradients, learningRate = settings.learningRate, limit = null) {
      steps += 1;
      const tensors = parameters.flatMap(({ value }, i) => [value, ...(slots[i] ?? []), gradients[i] as Tensor]);
      const first = isAdam(settings) ? beta1 : momentum;
      const numbers = Float64Array.of(learningRate, weightDecay, limit ?? 0, first, beta2, epsilon, steps);
      callHost('updateParameters', sizes, tensors, [], numbers);
    },
    state() {
      const named = parameters.flatMap((parameter, i) =>
        (slots[i] ?? []).map((mean, slot) => [slotName(parameter, slot), mean.dataSync<'float32'>().slice()] as const),
      );
      return { steps, slots: new Map(named) };
    },
    restore(state) {
      steps = state.steps;
      parameters.forEach((parameter, i) =>
        slots[i]?.forEach((mean, slot, all) => {
          const stored = state.slots.get(slotName(parameter, slot));
          if (stored === undefined) return;
          mean.dispose();
          all[slot] = ownedNumbers(parameter.shape, stored);
        }),
      );
    },
    dispose() {
      for (const mean of slots.flat()) mean.dispose();
    },
  };
}
