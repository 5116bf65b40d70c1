/**
 * How long a training step takes plain and captured, in one process, by turns: a block of plain steps, a block of captured
 * ones with the wait for the last result, again and again. Every weight layer and quantity is captured at every step, for
 * two groups and all samples. As one line of JSON: node test/bench/training.ts
 */
import type { Task } from '#app/model/description.ts';
import { LayerStack } from '#app/model/layers.ts';
import { SeededRandom } from '#app/run/random.ts';
import { planCapture } from '#app/spectra/plan.ts';
import { createCapture } from '../../main/engine/capture/capture.ts';
import { nativeKernels } from '../../main/engine/model/kernels/native.ts';
import { type Batch, Trainer } from '../../main/engine/train/trainer.ts';

export interface TrainingRow {
  model: string;
  /** Layers and batch, in words. */
  title: string;
  /** Medians over the blocks, milliseconds a step. */
  plainMs: number;
  capturedMs: number;
  /** Median of captured over plain of two neighbouring blocks. */
  ratio: number;
  /** How long the background thread works on a step. */
  threadMs: number;
  /** How long a step waits for that thread because its queue is full. */
  waitMs: number;
}

interface Case {
  model: string;
  title: string;
  samples: number;
  inputShape: readonly number[];
  build(stack: LayerStack): LayerStack;
}

const cases: readonly Case[] = [
  {
    model: 'mlp-small',
    title: 'MLP 410-512-256-2, batch 32',
    samples: 32,
    inputShape: [410],
    build: (stack) => stack.dense(512).relu().dense(256).relu().dense(2),
  },
  {
    model: 'mlp-large',
    title: 'MLP 4096-1024-1024-2, batch 64',
    samples: 64,
    inputShape: [4096],
    build: (stack) => stack.dense(1024).relu().dense(1024).relu().dense(2),
  },
  {
    model: 'cnn-32',
    title: '3-D CNN 32x32x32, 8-16-32-64 channels, batch 16',
    samples: 16,
    inputShape: [32, 32, 32, 1],
    build: convolutions,
  },
  {
    model: 'cnn-61',
    title: '3-D CNN 61x73x61, 8-16-32-64 channels, batch 16',
    samples: 16,
    inputShape: [61, 73, 61, 1],
    build: convolutions,
  },
];

function convolutions(stack: LayerStack): LayerStack {
  for (const filters of [8, 16, 32, 64]) stack.conv(filters, { kernel: [3, 3, 3], strides: [2, 2, 2] }).relu();
  return stack.flatten().dense(64).relu().dense(2);
}

const blocks = 21;
/** Long enough that the wait for the last result at its end is a small part. */
const blockMs = 250;
/** On a slow or busy machine the blocks end here. */
const longestMs = 25_000;

export function benchTraining(): TrainingRow[] {
  return cases.map(measure);
}

function measure({ model, title, samples, inputShape, build }: Case): TrainingRow {
  const task: Task = { kind: 'classification', classes: 2 };
  const description = { name: model, inputShape, task, layers: build(new LayerStack(inputShape)).layers };
  const everything = { layers: null, quantities: ['activations', 'adjoints', 'gradient'], every: 1 } as const;
  const plan = planCapture(description, samples, 2, { ...everything, quantities: [...everything.quantities] });
  const capture = createCapture(plan);
  const common = {
    model: description,
    kernels: nativeKernels,
    optimizer: { kind: 'adam', learningRate: 1e-3, weightDecay: 0 },
    classWeights: [1, 1],
    seed: 1,
  } as const;
  const plain = new Trainer({ ...common, capture: null });
  const captured = new Trainer({ ...common, capture });
  const batch = randomBatch(samples, inputShape);
  let step = 0;
  let stepsPerBlock = 5;
  const plainBlock = (): void => {
    for (let i = 0; i < stepsPerBlock; i++) plain.step(batch, null);
  };
  const capturedBlock = (): void => {
    for (let i = 0; i < stepsPerBlock; i++) {
      captured.step(batch, step++);
      capture.collect();
    }
    capture.drain();
  };
  const timed = (block: () => void): number => milliseconds(block) / stepsPerBlock;
  // Twice: what the first steps set up is not a block's own time.
  timed(plainBlock);
  timed(capturedBlock);
  stepsPerBlock = Math.max(4, Math.min(150, Math.round(blockMs / timed(plainBlock))));
  const plainTimes: number[] = [];
  const capturedTimes: number[] = [];
  const before = { ...capture.times(), step };
  const started = performance.now();
  for (let block = 0; block < blocks && performance.now() - started < longestMs; block++) {
    plainTimes.push(timed(plainBlock));
    capturedTimes.push(timed(capturedBlock));
  }
  const after = capture.times();
  const ofStep = (ms: number): number => round(ms / (step - before.step));
  capture.dispose();
  plain.dispose();
  captured.dispose();
  return {
    model,
    title,
    plainMs: round(median(plainTimes)),
    capturedMs: round(median(capturedTimes)),
    ratio: round(median(capturedTimes.map((each, block) => each / (plainTimes[block] ?? Number.NaN)))),
    threadMs: ofStep(after.busyMs - before.busyMs),
    waitMs: ofStep(after.waitedMs - before.waitedMs),
  };
}

function randomBatch(samples: number, inputShape: readonly number[]): Batch {
  const random = new SeededRandom(1);
  const size = inputShape.reduce((product, each) => product * each, samples);
  return {
    values: Float32Array.from({ length: size }, () => random.normal()),
    targets: Array.from({ length: samples }, (_, i) => (i < samples / 2 ? 0 : 1)),
    groupSizes: [samples / 2, samples / 2],
  };
}

function milliseconds(block: () => void): number {
  const start = performance.now();
  block();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}

if (import.meta.main) console.info(JSON.stringify(benchTraining()));
