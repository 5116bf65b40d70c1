/**
 * A captured step of layers over time, tokens and words against an independent way to the same numbers: the layers as
 * formulas in public tfjs operations, their automatic differentiation for adjoints and each group's gradient, and
 * TensorFlow's SVD. No code of ours but the weights is shared.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-node-gpu';
import { describe, expect, it } from 'vitest';
import { LayerStack } from '#app/model/layers.ts';
import type { AttentionDescription, ModelDescription, RecurrentDescription } from '#app/model/description.ts';
import { quantities, type Quantity } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import { spectrumOffset } from '#app/spectra/layout.ts';
import { planCapture, type LayerPlan } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import type { Kernels } from '../../../main/engine/model/kernels/kernels.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';
import { Trainer } from '../../../main/engine/train/trainer.ts';
import { singularValues } from '../../fixtures/singular-values.ts';

const tolerance = 1e-5;
const classWeights = [0.8, 1.3];
const groupSizes = [4, 0, 3];
const samples = 7;

function described(inputShape: number[], build: (stack: LayerStack) => LayerStack): ModelDescription {
  const { layers } = build(new LayerStack(inputShape)).dense(2);
  return { name: 'test', inputShape, task: { kind: 'classification', classes: 2 }, layers };
}

const cases: [string, ModelDescription][] = [
  ['an LSTM', described([6, 5], (stack) => stack.recurrent('lstm', 4))],
  [
    'an LSTM that reads backward, all states',
    described([4, 3], (stack) => stack.recurrent('lstm', 6, { direction: 'backward', sequences: true }).globalPool()),
  ],
  ['a GRU', described([6, 5], (stack) => stack.recurrent('gru', 4))],
  ['a GRU that reads backward', described([4, 3], (stack) => stack.recurrent('gru', 6, { direction: 'backward' }))],
  ['a GRU that resets before', described([6, 5], (stack) => stack.recurrent('gru', 4, { resetBefore: true }))],
  [
    'a GRU that resets before and reads backward, all states',
    described([4, 3], (stack) =>
      stack.recurrent('gru', 6, { direction: 'backward', sequences: true, resetBefore: true }).globalPool(),
    ),
  ],
  ['attention', described([5, 6], (stack) => stack.attention(2, 4).globalPool())],
  ['words of an embedding', described([5], (stack) => stack.embedding(9, 4).globalPool())],
];

type Named = Record<string, Tensor>;

/** The network by formula: adds `shifts` to the pre-activation of each weight, notes the rows that meet it in `met`. */
class Formula {
  readonly met: Named = {};
  private readonly weights: Named;
  private readonly shifts: Named;

  constructor(weights: Named, shifts: Named) {
    this.weights = weights;
    this.shifts = shifts;
  }

  logits(model: ModelDescription, x: Tensor): Tensor {
    let value = x;
    for (const layer of model.layers) {
      if (layer.kind === 'lstm' || layer.kind === 'gru') value = this.recurrent(layer, value);
      else if (layer.kind === 'attention') value = this.attention(layer, value);
      else if (layer.kind === 'embedding') {
        value = this.product(layer.name, 'weight', tf.oneHot(tf.cast(value, 'int32'), layer.vocabulary), null);
      } else if (layer.kind === 'dense') value = this.product(layer.name, 'weight', value, 'bias');
      else if (layer.kind === 'global-average-pool') value = tf.mean(value, 1);
      else throw new Error(`The reference has no ${layer.kind}.`);
    }
    return value;
  }

  private product(layer: string, part: string, rows: Tensor, bias: string | null): Tensor {
    const name = part === 'weight' ? layer : `${layer}/${part}`;
    const weight = this.weights[`${layer}/${part}`] as Tensor;
    this.met[name] = rows;
    const flat = tf.reshape(tf.cast(rows, 'float32'), [-1, rows.shape.at(-1) ?? 1]);
    const columns = weight.shape.at(-1) ?? 1;
    const z = tf.reshape(tf.matMul(flat, weight), [...rows.shape.slice(0, -1), columns]);
    const shifted = tf.add(z, this.shifts[name] as Tensor);
    return bias === null ? shifted : tf.add(shifted, this.weights[`${layer}/${bias}`] as Tensor);
  }

  private recurrent(layer: RecurrentDescription, x: Tensor): Tensor {
    const { name, kind, units, direction, sequences, resetBefore, inputShape } = layer;
    const inputs = tf.unstack(this.product(name, 'input', x, 'bias'), 1);
    const shifts = tf.unstack(this.shifts[`${name}/recurrent`] as Tensor, 1);
    const order = [...Array(inputShape[0] ?? 0).keys()];
    if (direction === 'backward') order.reverse();
    const states: Tensor[] = [];
    const before: Tensor[] = [];
    const after: Tensor[] = [];
    let state: Tensor = tf.zeros([samples, units]);
    let cell = state;
    for (const time of order) {
      before[time] = state;
      const plain = tf.matMul(state, this.weights[`${name}/recurrent`] as Tensor);
      const product = tf.add(plain, shifts[time] as Tensor);
      const input = inputs[time] as Tensor;
      if (kind === 'lstm') {
        const [i, f, g, o] = tf.split(tf.add(input, product), 4, 1) as [Tensor, Tensor, Tensor, Tensor];
        cell = tf.add(tf.mul(tf.sigmoid(f), cell), tf.mul(tf.sigmoid(i), tf.tanh(g)));
        state = tf.mul(tf.sigmoid(o), tf.tanh(cell));
      } else if (resetBefore) {
        const [pz, pr, pg] = tf.split(input, 3, 1) as [Tensor, Tensor, Tensor];
        const [hz, hr] = tf.split(product, 2, 1) as [Tensor, Tensor];
        const update = tf.sigmoid(tf.add(pz, hz));
        const left = (after[time] = tf.mul(tf.sigmoid(tf.add(pr, hr)), state));
        const shift = tf.unstack(this.shifts[`${name}/candidate`] as Tensor, 1)[time] as Tensor;
        const own = tf.add(tf.matMul(left, this.weights[`${name}/candidate`] as Tensor), shift);
        state = tf.add(tf.mul(update, state), tf.mul(tf.sub(1, update), tf.tanh(tf.add(pg, own))));
      } else {
        const biased = tf.add(product, this.weights[`${name}/recurrent_bias`] as Tensor);
        const [pz, pr, pg] = tf.split(input, 3, 1) as [Tensor, Tensor, Tensor];
        const [hz, hr, hg] = tf.split(biased, 3, 1) as [Tensor, Tensor, Tensor];
        const update = tf.sigmoid(tf.add(pz, hz));
        const candidate = tf.tanh(tf.add(pg, tf.mul(tf.sigmoid(tf.add(pr, hr)), hg)));
        state = tf.add(tf.mul(update, state), tf.mul(tf.sub(1, update), candidate));
      }
      states[time] = state;
    }
    this.met[`${name}/recurrent`] = tf.stack(before, 1);
    if (resetBefore) this.met[`${name}/candidate`] = tf.stack(after, 1);
    return sequences ? tf.stack(states, 1) : state;
  }

  private attention({ name, heads, keySize }: AttentionDescription, x: Tensor): Tensor {
    const [q, k, v] = ['query', 'key', 'value'].map((part) =>
      tf.split(this.product(name, part, x, `${part}_bias`), heads, 2),
    ) as [Tensor[], Tensor[], Tensor[]];
    const outputs = q.map((query, head) => {
      const scores = tf.div(tf.matMul(query, k[head] as Tensor, false, true), Math.sqrt(keySize));
      return tf.matMul(tf.softmax(scores), v[head] as Tensor);
    });
    return this.product(name, 'output', tf.concat(outputs, 2), 'output_bias');
  }
}

interface Matrices {
  activations: Tensor2D[];
  adjoints: Tensor2D[];
  gradient: Tensor2D[];
}

/** For each weight of the plan, its matrices of each group that is present and of all. */
function reference(model: ModelDescription, plan: readonly LayerPlan[], weights: Named, x: Tensor, targets: number[]) {
  const shares = tf.tensor1d(targets.map((target) => (classWeights[target] as number) / samples));
  const truth = tf.oneHot(tf.tensor1d(targets, 'int32'), 2);
  const lossOf = (mask: Tensor, formula: Formula): Tensor => {
    const losses = tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(formula.logits(model, x))), 1));
    return tf.sum(tf.mul(tf.mul(losses, shares), mask));
  };
  const names = plan.map(({ weight }) => weight.name);
  const zeros = plan.map(({ weight }) => tf.zeros([samples, ...weight.outputShape]));
  const named = (tensors: Tensor[]): Named => Object.fromEntries(names.map((name, i) => [name, tensors[i] as Tensor]));
  const everyone = tf.ones([samples]);
  const adjoints = named(
    tf.grads((...shifts: Tensor[]) => lossOf(everyone, new Formula(weights, named(shifts))))(zeros),
  );
  const formula = new Formula(weights, named(zeros));
  formula.logits(model, x);
  let first = 0;
  const sets = [...groupSizes, samples].map((size, set) => {
    const start = set === groupSizes.length ? 0 : first;
    first += size;
    return { start, size };
  });
  const present = sets.filter(({ size }) => size > 0);
  return plan.map(({ weight: { name, part, layer } }): Matrices => {
    const of = (tensor: Tensor): Tensor2D[] =>
      present.map(({ start, size }) => tf.reshape(tf.slice(tensor, start, size), [-1, tensor.shape.at(-1) ?? 1]));
    const parameter = `${layer.name}/${part}`;
    return {
      activations: of(tf.cast(formula.met[name] as Tensor, 'float32')),
      adjoints: of(adjoints[name] as Tensor),
      gradient: present.map(({ start, size }) => {
        const mask = tf.tensor1d(targets.map((_, i) => (i >= start && i < start + size ? 1 : 0)));
        const gradient = tf.grad((weight: Tensor) =>
          lossOf(mask, new Formula({ ...weights, [parameter]: weight }, named(zeros))),
        );
        return gradient(weights[parameter] as Tensor) as Tensor2D;
      }),
    };
  });
}

function inputValues(model: ModelDescription, random: SeededRandom): Float32Array {
  const size = model.inputShape.reduce((product, each) => product * each, samples);
  const words = model.layers[0]?.kind === 'embedding';
  return Float32Array.from({ length: size }, () => (words ? random.integer(9) : random.normal()));
}

describe.each([nativeKernels, portableKernels] as Kernels[])('the spectra of a step, $name kernels', (kernels) => {
  it.each(cases)('are those of automatic differentiation and SVD: %s', async (_name, model) => {
    const random = new SeededRandom(7);
    const values = inputValues(model, random);
    const targets = Array.from({ length: samples }, () => random.integer(2));
    const plan = planCapture(model, samples, groupSizes.length, {
      layers: null,
      quantities: [...quantities],
      every: 1,
    });
    const capture = createCapture(plan);
    const optimizer = { kind: 'sgd', learningRate: 0.1, weightDecay: 0 } as const;
    const trainer = new Trainer({ model, kernels, optimizer, classWeights, seed: 3, capture });
    try {
      const before = await trainer.network.weights();
      const tensors = tf.memory().numTensors;
      await trainer.step({ values: values.slice(), targets, groupSizes }, 0);
      expect(tf.memory().numTensors).toBe(tensors);
      const [step] = capture.drain();
      tf.tidy(() => {
        const weights = Object.fromEntries(
          [...before].map(([name, { shape, values: w }]) => [name, tf.tensor(w, [...shape])]),
        );
        const x = tf.tensor(values, [samples, ...model.inputShape]);
        const expected = reference(model, plan, weights, x, targets);
        plan.forEach((layer, l) => {
          for (const quantity of quantities)
            compare(step?.rows[l] as Float32Array, layer, quantity, (expected[l] as Matrices)[quantity]);
        });
      });
    } finally {
      trainer.dispose();
      capture.dispose();
    }
  });
});

function compare(row: Float32Array, { layout, weight }: LayerPlan, quantity: Quantity, matrices: Tensor2D[]): void {
  const stored = layout.quantities.find((each) => each.quantity === quantity)?.values ?? 0;
  const presentSets = [...groupSizes, samples].flatMap((count, set) => (count > 0 ? [set] : []));
  presentSets.forEach((set, i) => {
    const offset = spectrumOffset(layout, quantity, set);
    const found = row.subarray(offset, offset + stored);
    const expected = singularValues(matrices[i] as Tensor2D);
    const largest = expected[0] as number;
    expect(largest, `${weight.name} ${quantity}`).toBeGreaterThan(0);
    expect(Number.isNaN(found[0])).toBe(false);
    found.forEach((value, index) => {
      const difference = Number.isNaN(value) ? (expected[index] ?? 0) : value - (expected[index] ?? 0);
      expect(Math.abs(difference) / largest, `${weight.name} ${quantity} of set ${set}`).toBeLessThan(tolerance);
    });
  });
}
