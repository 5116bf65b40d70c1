/**
 * A whole captured step against an independent way to the same numbers: tfjs's automatic differentiation for the adjoints
 * and each group's gradient, TensorFlow's SVD for the singular values. No code of ours but the weights is shared.
 */
import type { Tensor, Tensor2D, Tensor5D } from '@tensorflow/tfjs-node-gpu';
import { describe, expect, it } from 'vitest';
import { cnn3d } from '#app/model/cnn3d.ts';
import { isConvolution, isWeightLayer, outputSize, type ModelDescription, type Task } from '#app/model/description.ts';
import { mlp } from '#app/model/mlp.ts';
import { quantities, type Quantity } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import { gradientCosines } from '#app/spectra/alignment.ts';
import { alignmentOffset, spectrumOffset } from '#app/spectra/layout.ts';
import { planCapture } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { Trainer } from '../../../main/engine/train/trainer.ts';
import { singularValues } from '../../fixtures/singular-values.ts';

const tolerance = 1e-5;
const classWeights = [0.8, 1.3];

interface Case {
  name: string;
  model: ModelDescription;
  groupSizes: readonly number[];
}

const two: Task = { kind: 'classification', classes: 2 };
const cases: readonly Case[] = [
  {
    name: 'a perceptron with layers wider and narrower than the batch, a group of one and an absent group',
    model: mlp.describe([23], two, { hidden: [40, 5], dropout: 0 }),
    groupSizes: [9, 1, 0, 4],
  },
  {
    name: 'a perceptron fed by more subjects than it has features',
    model: mlp.describe([4], two, { hidden: [6], dropout: 0 }),
    groupSizes: [17, 13],
  },
  {
    name: 'a 3-D convolutional network',
    model: cnn3d.describe([7, 8, 6, 1], two, { filters: [4, 6], dense: [5], dropout: 0 }),
    groupSizes: [5, 3],
  },
  {
    name: 'a 3-D convolutional network that averages over the volume, one group absent',
    model: cnn3d.describe([8, 8, 8, 1], two, { filters: [3, 8], dense: [], globalPooling: true, dropout: 0 }),
    groupSizes: [0, 4, 2],
  },
];

/** What the reference finds for one weight layer. */
interface Matrices {
  activations: Tensor2D[];
  adjoints: Tensor2D[];
  gradient: Tensor2D[];
}

/** The network in public tfjs operations; `shifts` are added to the pre-activations, so that their gradients are adjoints. */
function forward(
  model: ModelDescription,
  weights: ReadonlyMap<string, Tensor>,
  x: Tensor,
  shifts: readonly Tensor[],
  inputs: Tensor[],
): Tensor {
  let value = x;
  let layerIndex = 0;
  for (const layer of model.layers) {
    const of = (part: string): Tensor => weights.get(`${layer.name}/${part}`) as Tensor;
    if (isWeightLayer(layer)) {
      inputs.push(value);
      const product = isConvolution(layer)
        ? tf.conv3d(
            value as Tensor5D,
            of('filter') as Tensor5D,
            [...layer.strides] as [number, number, number],
            layer.padding,
          )
        : tf.matMul(value, of('weight'));
      value = tf.add(tf.add(product, of('bias')), shifts[layerIndex++] as Tensor);
    } else if (layer.kind === 'activation') value = tf.relu(value);
    else if (layer.kind === 'flatten') value = tf.reshape(value, [value.shape[0], -1]);
    else if (layer.kind === 'global-average-pool') value = tf.mean(value, [1, 2, 3]);
    else throw new Error(`The reference has no ${layer.kind}.`);
  }
  return value;
}

function reference({ model, groupSizes }: Case, weights: ReadonlyMap<string, Tensor>, x: Tensor, targets: number[]) {
  const samples = targets.length;
  const layers = model.layers.filter(isWeightLayer);
  const shares = tf.tensor1d(targets.map((target) => (classWeights[target] as number) / samples));
  const truth = tf.oneHot(tf.tensor1d(targets, 'int32'), outputSize(model.task, model.inputShape));
  /** Loss of some samples, their share of the batch's mean. */
  const lossOf = (mask: Tensor, named: ReadonlyMap<string, Tensor>, shifts: readonly Tensor[]): Tensor => {
    const logits = forward(model, named, x, shifts, []);
    const losses = tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(logits)), 1));
    return tf.sum(tf.mul(tf.mul(losses, shares), mask));
  };
  const zeros = layers.map((layer) => tf.zeros([samples, ...layer.outputShape]));
  const everyone = tf.ones([samples]);
  const adjoints = tf.grads((...shifts: Tensor[]) => lossOf(everyone, weights, shifts))(zeros);
  const inputs: Tensor[] = [];
  forward(model, weights, x, zeros, inputs);

  let first = 0;
  const sets = [...groupSizes, samples].map((size, set) => {
    const start = set === groupSizes.length ? 0 : first;
    first += size;
    return { start, size };
  });
  const rows = (tensor: Tensor, start: number, size: number): Tensor2D => {
    const part = tf.slice(tensor, [start, ...tensor.shape.slice(1).map(() => 0)], [size, ...tensor.shape.slice(1)]);
    return tf.reshape(part, [-1, tensor.shape.at(-1) as number]);
  };
  return layers.map((layer, l): Matrices => {
    const name = `${layer.name}/${layer.kind === 'dense' ? 'weight' : 'filter'}`;
    const gradientOf = (start: number, size: number): Tensor2D => {
      const mask = tf.tensor1d(targets.map((_, i) => (i >= start && i < start + size ? 1 : 0)));
      const gradient = tf.grad((weight: Tensor) => lossOf(mask, new Map([...weights, [name, weight]]), zeros));
      return tf.reshape(gradient(weights.get(name) as Tensor), [-1, layer.outputShape.at(-1) as number]);
    };
    const present = sets.filter(({ size }) => size > 0);
    return {
      activations: present.map(({ start, size }) => rows(inputs[l] as Tensor, start, size)),
      adjoints: present.map(({ start, size }) => rows(adjoints[l] as Tensor, start, size)),
      gradient: present.map(({ start, size }) => gradientOf(start, size)),
    };
  });
}

describe('the spectra of a captured step', () => {
  it.each(cases)('are those of automatic differentiation and SVD: $name', async (each) => {
    const { model, groupSizes } = each;
    const random = new SeededRandom(7);
    const samples = groupSizes.reduce((sum, size) => sum + size, 0);
    const size = model.inputShape.reduce((product, edge) => product * edge, 1);
    const values = Float32Array.from({ length: samples * size }, () => random.normal());
    const targets = Array.from({ length: samples }, () => random.integer(2));
    const plan = planCapture(model, samples, groupSizes.length, {
      layers: null,
      quantities: [...quantities],
      every: 1,
    });
    const capture = createCapture(plan);
    const trainer = new Trainer({
      model,
      kernels: nativeKernels,
      optimizer: { kind: 'sgd', learningRate: 0.1, weightDecay: 0 },
      classWeights,
      seed: 3,
      capture,
    });
    try {
      // The weights move on in a step: what they were before it is what was captured.
      const before = await trainer.network.weights();
      await trainer.step({ values: values.slice(), targets, groupSizes }, 0);
      const [step] = capture.drain();
      tf.tidy(() => {
        const weights = new Map([...before].map(([name, { shape, values: w }]) => [name, tf.tensor(w, [...shape])]));
        const x = tf.tensor(values, [samples, ...model.inputShape]);
        const expected = reference(each, weights, x, targets);
        const presentSets = [...groupSizes, samples].flatMap((count, set) => (count > 0 ? [set] : []));
        plan.forEach(({ layout }, l) => {
          const row = step?.rows[l] as Float32Array;
          for (const quantity of quantities)
            compare(row, layout, quantity, (expected[l] as Matrices)[quantity], presentSets);
          compareAlignment(row, layout, (expected[l] as Matrices).gradient, presentSets);
        });
      });
    } finally {
      trainer.dispose();
      capture.dispose();
    }
  });
});

type Layout = Parameters<typeof spectrumOffset>[0];

function compare(
  row: Float32Array,
  layout: Layout,
  quantity: Quantity,
  matrices: Tensor2D[],
  presentSets: number[],
): void {
  const kept = layout.quantities.find((each) => each.quantity === quantity)?.values ?? 0;
  presentSets.forEach((set, i) => {
    const offset = spectrumOffset(layout, quantity, set);
    const found = row.subarray(offset, offset + kept);
    const expected = singularValues(matrices[i] as Tensor2D);
    // All zero where no unit of a layer answers to a lone subject.
    const largest = Math.max(expected[0] as number, Number.MIN_VALUE);
    found.forEach((value, index) => {
      if (Number.isNaN(value)) expect((expected[index] ?? 0) / largest).toBeLessThan(tolerance);
      else expect(Math.abs(value - (expected[index] ?? 0)) / largest).toBeLessThan(tolerance);
    });
    expect(Number.isNaN(found[0])).toBe(false);
  });
  for (let set = 0; set < layout.groups; set++) {
    if (presentSets.includes(set)) continue;
    const offset = spectrumOffset(layout, quantity, set);
    expect(row.subarray(offset, offset + kept).every(Number.isNaN)).toBe(true);
  }
}

function compareAlignment(row: Float32Array, layout: Layout, gradients: Tensor2D[], presentSets: number[]): void {
  const cosines = gradientCosines(row.subarray(alignmentOffset(layout)), layout.groups);
  const groups = presentSets.filter((set) => set < layout.groups);
  groups.forEach((g, i) => {
    groups.forEach((h, j) => {
      const [a, b] = [gradients[i] as Tensor2D, gradients[j] as Tensor2D];
      const inner = tf.sum(tf.mul(a, b)).dataSync()[0] as number;
      const norms = (tf.norm(a).dataSync()[0] as number) * (tf.norm(b).dataSync()[0] as number);
      const cosine = cosines[g * layout.groups + h];
      // A gradient of zero has no direction.
      if (norms === 0) expect(cosine).toBeNaN();
      else expect(cosine).toBeCloseTo(inner / norms, 4);
    });
  });
}
