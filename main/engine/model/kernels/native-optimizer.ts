/** Parameters as TensorFlow variables, and the fused updates of TensorFlow on them. */
import type { Scalar, Tensor } from '@tensorflow/tfjs-node-gpu';
import { adamDefaults, momentum } from '#app/run/optimizer-constants.ts';
import { tf } from '../../device/tensorflow.ts';
import { clippedByNorm } from './clip.ts';
import { isAdam, isDecayed, slotName, type Optimizer, type OptimizerSettings, type Parameter } from './kernels.ts';
import { attribute, byId } from './raw.ts';

const dataType = attribute.type('dtype', 'float32');
let variables = 0;

/** A variable that TensorFlow owns; `handle` is its number in the binding. */
class Variable {
  readonly handle: number;

  constructor(shape: readonly number[], values: Float32Array) {
    const name = attribute.text('shared_name', `spectroscope-${variables++}`);
    const attributes = [attribute.text('container', ''), name, dataType, attribute.shape('shape', shape)];
    this.handle = byId.run('VarHandleOp', attributes, []);
    this.assign(shape, values);
  }

  assign(shape: readonly number[], values: Float32Array): void {
    // A copy: TensorFlow may keep the buffer of the tensor that is assigned.
    const initial = tf.tensor(values.slice(), [...shape]);
    this.copy(initial);
    initial.dispose();
  }

  copy(value: Tensor): void {
    byId.runNothing('AssignVariableOp', [dataType], [this.handle, byId.of(value)]);
  }

  read(): Tensor {
    return byId.runTensor('ReadVariableOp', [dataType], [this.handle]);
  }

  /** A copy. */
  numbers(): Float32Array {
    const tensor = this.read();
    const numbers = tensor.dataSync<'float32'>().slice();
    tensor.dispose();
    return numbers;
  }

  dispose(): void {
    byId.runNothing('DestroyResourceOp', [attribute.bool('ignore_lookup_error', true)], [this.handle]);
    byId.delete(this.handle);
  }
}

export class NativeParameter implements Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly variable: Variable;
  private current: Tensor;

  constructor(name: string, shape: readonly number[], values: Float32Array) {
    this.name = name;
    this.shape = shape;
    this.variable = new Variable(shape, values);
    this.current = tf.keep(this.variable.read());
  }

  get value(): Tensor {
    return this.current;
  }

  assign(values: Float32Array): void {
    this.update(() => this.variable.assign(this.shape, values));
  }

  copy(value: Tensor): void {
    this.update(() => this.variable.copy(value));
  }

  /** The value shares memory with the variable, which TensorFlow would copy on a write: let go of it first. */
  update(change: () => void): void {
    this.current.dispose();
    change();
    this.current = tf.keep(this.variable.read());
  }

  dispose(): void {
    this.current.dispose();
    this.variable.dispose();
  }
}

const applyAttributes = [
  attribute.type('T', 'float32'),
  attribute.bool('use_locking', false),
  attribute.bool('use_nesterov', false),
];
const plainAttributes = applyAttributes.slice(0, 2);

export function nativeOptimizer(parameters: readonly NativeParameter[], settings: OptimizerSettings): Optimizer {
  const zeros = (parameter: NativeParameter): Variable =>
    new Variable(parameter.shape, new Float32Array(parameter.shape.reduce((size, each) => size * each, 1)));
  const slots = parameters.map((parameter) => {
    if (isAdam(settings)) return [zeros(parameter), zeros(parameter)];
    return settings.kind === 'momentum' ? [zeros(parameter)] : [];
  });
  const constant = (value: number): Scalar => tf.keep(tf.scalar(value));
  /** The rate and, with weight decay, what it takes of a weight. */
  const ratesOf = (learningRate: number) => ({
    learningRate,
    rate: constant(learningRate),
    decay: constant(learningRate * settings.weightDecay),
  });
  let rates = ratesOf(settings.learningRate);
  const constants = {
    beta1: constant(adamDefaults.beta1),
    beta2: constant(adamDefaults.beta2),
    epsilon: constant(adamDefaults.epsilon),
    momentum: constant(momentum),
  };
  let steps = 0;

  function setRate(learningRate: number): void {
    if (learningRate === rates.learningRate) return;
    disposeRates();
    rates = ratesOf(learningRate);
  }
  function disposeRates(): void {
    rates.rate.dispose();
    rates.decay.dispose();
  }

  function update(
    parameter: NativeParameter,
    slot: readonly Variable[],
    gradient: Tensor,
    powers: readonly number[],
  ): void {
    const { rate, decay } = rates;
    const shrink = settings.weightDecay > 0 && isDecayed(parameter) ? tf.mul(parameter.value, decay) : null;
    parameter.update(() => {
      const { handle } = parameter.variable;
      if (shrink !== null) byId.runNothing('AssignSubVariableOp', [dataType], [handle, byId.of(shrink)]);
      const [first, second] = slot.map((variable) => variable.handle);
      const change = byId.of(gradient);
      if (isAdam(settings)) {
        const { beta1, beta2, epsilon } = constants;
        const numbers = [rate, beta1, beta2, epsilon].map((each) => byId.of(each));
        const inputs = [handle, first as number, second as number, ...powers, ...numbers, change];
        byId.runNothing('ResourceApplyAdam', applyAttributes, inputs);
      } else if (settings.kind === 'momentum') {
        const inputs = [handle, first as number, byId.of(rate), change, byId.of(constants.momentum)];
        byId.runNothing('ResourceApplyMomentum', applyAttributes, inputs);
      } else byId.runNothing('ResourceApplyGradientDescent', plainAttributes, [handle, byId.of(rate), change]);
    });
    shrink?.dispose();
  }

  return {
    apply(gradients, learningRate = settings.learningRate, limit = null) {
      setRate(learningRate);
      const limited = limit === null ? gradients : clippedByNorm(gradients, limit);
      steps += 1;
      const powers = [adamDefaults.beta1 ** steps, adamDefaults.beta2 ** steps].map((value) => tf.scalar(value));
      const ids = powers.map((each) => byId.of(each));
      parameters.forEach((parameter, i) => {
        update(parameter, slots[i] as readonly Variable[], limited[i] as Tensor, ids);
      });
      for (const power of powers) power.dispose();
      if (limited !== gradients) for (const gradient of limited) gradient.dispose();
    },
    state() {
      const named = parameters.flatMap((parameter, i) =>
        (slots[i] ?? []).map((variable, slot) => [slotName(parameter, slot), variable.numbers()] as const),
      );
      return { steps, slots: new Map(named) };
    },
    restore(state) {
      steps = state.steps;
      parameters.forEach((parameter, i) =>
        slots[i]?.forEach((variable, slot) => {
          const stored = state.slots.get(slotName(parameter, slot));
          if (stored !== undefined) variable.assign(parameter.shape, stored);
        }),
      );
    },
    dispose() {
      for (const variable of slots.flat()) variable.dispose();
      disposeRates();
      for (const each of Object.values(constants)) each.dispose();
    },
  };
}
