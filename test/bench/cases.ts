/** The networks of the benchmark: test/bench/pytorch/models.py has the same ones. */
import type { ModelDescription } from '#app/model/description.ts';
import { LayerStack } from '#app/model/layers.ts';
import { SeededRandom } from '#app/run/random.ts';
import type { Batch } from '../../main/engine/train/trainer.ts';

export interface Case {
  model: string;
  /** Layers and batch, in words. */
  title: string;
  samples: number;
  /** Groups of equal size that the batch is split into. */
  groups: number;
  inputShape: readonly number[];
  build(stack: LayerStack): LayerStack;
}

const vectors = { samples: 32, groups: 2 } as const;
const volumes = { samples: 16, groups: 2, build: convolutions } as const;

export const cases: readonly Case[] = [
  {
    ...vectors,
    model: 'mlp-small',
    title: 'MLP 410-512-256-2, batch 32',
    inputShape: [410],
    build: (stack) => stack.dense(512).relu().dense(256).relu().dense(2),
  },
  {
    ...vectors,
    samples: 64,
    model: 'mlp-large',
    title: 'MLP 4096-1024-1024-2, batch 64',
    inputShape: [4096],
    build: (stack) => stack.dense(1024).relu().dense(1024).relu().dense(2),
  },
  {
    ...volumes,
    model: 'cnn-32',
    title: '3-D CNN 32x32x32, 8-16-32-64 channels, batch 16',
    inputShape: [32, 32, 32, 1],
  },
  {
    ...volumes,
    model: 'cnn-61',
    title: '3-D CNN 61x73x61, 8-16-32-64 channels, batch 16',
    inputShape: [61, 73, 61, 1],
  },
  {
    ...vectors,
    model: 'lstm',
    title: 'LSTM 50-64, 120 steps, batch 32',
    inputShape: [120, 50],
    build: (stack) => stack.recurrent('lstm', 64).dense(2),
  },
  {
    ...vectors,
    model: 'transformer',
    title: 'Transformer, 2 blocks of width 64, 4 heads, 100 tokens, batch 32',
    inputShape: [100, 50],
    build: (stack) =>
      block(block(stack.dense(64)))
        .globalPool()
        .dense(2),
  },
];

/** @throws Error when there is no such model */
export function caseNamed(model: string): Case {
  const found = cases.find((each) => each.model === model);
  if (found !== undefined) return found;
  throw new Error(`There is no model '${model}': choose among ${cases.map((each) => each.model).join(', ')}.`);
}

function convolutions(stack: LayerStack): LayerStack {
  for (const filters of [8, 16, 32, 64]) stack.conv(filters, { kernel: [3, 3, 3], strides: [2, 2, 2] }).relu();
  return stack.flatten().dense(64).relu().dense(2);
}

/** Attention, then a feed-forward part, each behind a layer norm and beside a residual connection. */
function block(stack: LayerStack): LayerStack {
  const input = stack.place;
  const attended = stack.layerNorm().attention(4).join('add', [input]).place;
  return stack.layerNorm().dense(256).relu().dense(64).join('add', [attended]);
}

export function describeCase({ model, inputShape, build }: Case): ModelDescription {
  const { layers } = build(new LayerStack(inputShape));
  return { name: model, inputShape, task: { kind: 'classification', classes: 2 }, layers };
}

/** Normal values; half of the samples are of each class. */
export function randomBatch({ samples, groups, inputShape }: Case): Batch {
  const random = new SeededRandom(1);
  const size = inputShape.reduce((product, each) => product * each, samples);
  return {
    values: Float32Array.from({ length: size }, () => random.normal()),
    targets: Array.from({ length: samples }, (_, i) => (i < samples / 2 ? 0 : 1)),
    groupSizes: new Array<number>(groups).fill(samples / groups),
  };
}
