/** Layers of all kinds in training: what sharing rows and summing the groups' gradients may not change. */
import { describe, expect, it } from 'vitest';
import type { Task } from '#app/model/description.ts';
import { LayerStack } from '#app/model/layers.ts';
import { quantities } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import { planCapture, type LayerPlan } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { Trainer } from '../../../main/engine/train/trainer.ts';

const task: Task = { kind: 'classification', classes: 2 };
const groupSizes = [3, 2, 4];
const samples = 9;
const steps = 4;

const networks: readonly { name: string; inputShape: readonly number[]; build(stack: LayerStack): LayerStack }[] = [
  { name: 'LSTM', inputShape: [6, 4], build: (stack) => stack.recurrent('lstm', 5).dense(2) },
  { name: 'GRU', inputShape: [6, 4], build: (stack) => stack.recurrent('gru', 5).dense(2) },
  {
    name: 'GRU that resets before',
    inputShape: [6, 4],
    build: (stack) => stack.recurrent('gru', 5, { resetBefore: true }).dense(2),
  },
  { name: 'attention', inputShape: [7, 6], build: (stack) => stack.attention(2).globalPool().dense(2) },
  {
    name: 'convolutions of one axis, dilated',
    inputShape: [12, 3],
    build: (stack) =>
      stack
        .conv(4, { kernel: [3], dilations: [2] })
        .relu()
        .flatten()
        .dense(2),
  },
  {
    name: 'convolutions of two axes, grouped',
    inputShape: [6, 5, 4],
    build: (stack) =>
      stack
        .conv(6, { kernel: [3, 3], groups: 2 })
        .relu()
        .globalPool()
        .dense(2),
  },
  {
    name: 'transposed convolutions',
    inputShape: [4, 3],
    build: (stack) =>
      stack
        .convTranspose(3, { kernel: [3], strides: [2] })
        .relu()
        .flatten()
        .dense(2),
  },
];

interface Outcome {
  rows: (readonly Float32Array[])[];
  weights: Float32Array[];
}

/** A few steps, captured by the plan that `change` makes of the usual one; null: not captured. */
async function train(
  { inputShape, build }: (typeof networks)[number],
  change: ((plan: LayerPlan) => LayerPlan) | null,
): Promise<Outcome> {
  const model = { name: 'test', inputShape, task, layers: build(new LayerStack(inputShape)).layers };
  const everything = { layers: null, quantities: [...quantities], every: 1 };
  const plan = planCapture(model, samples, groupSizes.length, everything);
  const capture = change === null ? null : createCapture(plan.map(change));
  const trainer = new Trainer({
    model,
    kernels: nativeKernels,
    optimizer: { kind: 'sgd', learningRate: 0.1, weightDecay: 0 },
    classWeights: [1, 1],
    seed: 3,
    capture,
  });
  const random = new SeededRandom(5);
  const size = inputShape.reduce((product, each) => product * each, samples);
  const values = Float32Array.from({ length: size }, () => random.normal());
  const targets = Array.from({ length: samples }, (_, i) => i % 2);
  for (let step = 0; step < steps; step++) {
    await trainer.step({ values, targets, groupSizes }, capture === null ? null : step);
  }
  const rows = capture?.drain().map((step) => step.rows) ?? [];
  const weights = [...(await trainer.network.weights()).values()].map((each) => each.values);
  capture?.dispose();
  trainer.dispose();
  return { rows, weights };
}

function largestOf(values: Float32Array): number {
  return values.reduce((most, each) => (Math.abs(each) > most ? Math.abs(each) : most), 0);
}

function expectClose(
  found: Float32Array,
  expected: Float32Array,
  tolerance: number,
  largest = largestOf(expected),
): void {
  expected.forEach((value, i) => {
    if (Number.isNaN(value)) expect(found[i]).toBeNaN();
    else expect(Math.abs((found[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(tolerance * largest);
  });
}

const alone = { sharedActivations: null, sharedAdjoints: null };

describe.each(networks)('a network of $name', (network) => {
  it('has the spectra with shared rows that each weight has alone', async () => {
    const shared = await train(network, (plan) => plan);
    const apart = await train(network, (plan) => ({ ...plan, ...alone }));
    shared.rows.flat().forEach((row, i) => expectClose(row, apart.rows.flat()[i] ?? new Float32Array(), 1e-6));
    expect(shared.weights).toEqual(apart.weights);
  });

  it('has the same spectra whether the thread or the backward pass forms the gradients', async () => {
    const fromThread = await train(network, (plan) => plan);
    const fromBackward = await train(network, (plan) => ({ ...plan, groupGradients: true }));
    fromThread.rows
      .flat()
      .forEach((row, i) => expectClose(row, fromBackward.rows.flat()[i] ?? new Float32Array(), 1e-5));
    expect(fromThread.rows.flat().length).toBeGreaterThanOrEqual(2 * steps);
  });

  it('learns the same whether it is watched or not', async () => {
    const plain = await train(network, null);
    const watched = await train(network, (plan) => plan);
    const inParts = await train(network, (plan) => ({ ...plan, groupGradients: true }));
    // Of all weights: those of a bias that cancels, as the key's in a softmax, are rounding alone.
    const largest = Math.max(...plain.weights.map(largestOf));
    plain.weights.forEach((weights, i) => {
      expectClose(watched.weights[i] ?? new Float32Array(), weights, 1e-6, largest);
      expectClose(inParts.weights[i] ?? new Float32Array(), weights, 1e-6, largest);
    });
  });
});
