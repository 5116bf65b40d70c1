/** Plain and captured training steps of one network, in one process, by turns. */
import { planCapture, type LayerPlan } from '#app/spectra/plan.ts';
import { captureOn } from '../../main/engine/capture/read-back.ts';
import type { Capture } from '../../main/engine/capture/types.ts';
import type { Kernels } from '../../main/engine/model/kernels/kernels.ts';
import { nativeKernels } from '../../main/engine/model/kernels/native.ts';
import { Trainer } from '../../main/engine/train/trainer.ts';
import { describeCase, randomBatch, type Case } from './cases.ts';
import { median, milliseconds, round } from './timing.ts';

export interface Effort {
  /** Pairs of blocks. */
  blocks: number;
  /** Milliseconds of a plain block: long enough that the wait for the last result at its end is a small part. */
  blockMs: number;
  /** On a slow or busy machine the blocks end here. */
  longestMs: number;
}

export const thorough: Effort = { blocks: 21, blockMs: 250, longestMs: 25_000 };
export const quick: Effort = { blocks: 5, blockMs: 100, longestMs: 5_000 };

export interface TrainingRow {
  model: string;
  /** Layers and batch, in words. */
  title: string;
  /** Medians over the blocks, milliseconds a step. */
  plainMs: number;
  capturedMs: number;
  /** Median of captured over plain of two neighbouring blocks. */
  ratio: number;
  /** The same in time of all cores together: what is left of the clock's times when other programs run. */
  plainCpuMs: number;
  capturedCpuMs: number;
  /** How long the background thread works on a step. */
  threadMs: number;
  /** How long a step waits for that thread because its queue is full. */
  waitMs: number;
}

export function planOf(one: Case): LayerPlan[] {
  return planCapture(describeCase(one), one.samples, one.groups, {
    layers: null,
    quantities: ['activations', 'adjoints', 'gradient'],
    every: 1,
  });
}

export function trainerOf(one: Case, capture: Capture | null, kernels: Kernels = nativeKernels): Trainer {
  return new Trainer({
    model: describeCase(one),
    kernels,
    optimizer: { kind: 'adam', learningRate: 1e-3, weightDecay: 0 },
    classWeights: [1, 1],
    seed: 1,
    capture,
  });
}

/** Every weight layer and quantity is captured at every step, for each group and all samples. */
export async function measure(one: Case, effort: Effort, kernels: Kernels = nativeKernels): Promise<TrainingRow> {
  const capture = captureOn(kernels.name, planOf(one));
  const plain = trainerOf(one, null, kernels);
  const captured = trainerOf(one, capture, kernels);
  const batch = randomBatch(one);
  let step = 0;
  let stepsPerBlock = 5;
  const plainBlock = async (): Promise<void> => {
    for (let i = 0; i < stepsPerBlock; i++) await plain.step(batch, null);
  };
  const capturedBlock = async (): Promise<void> => {
    for (let i = 0; i < stepsPerBlock; i++) {
      await captured.step(batch, step++);
      capture.collect();
    }
    capture.drain();
  };
  const timed = async (block: () => Promise<void>): Promise<number> => (await milliseconds(block)) / stepsPerBlock;
  // Twice: what the first steps set up is not a block's own time.
  await timed(plainBlock);
  await timed(capturedBlock);
  stepsPerBlock = Math.max(4, Math.min(150, Math.round(effort.blockMs / (await timed(plainBlock)))));
  const plainTimes: number[] = [];
  const capturedTimes: number[] = [];
  const cpuTimes: { plain: number[]; captured: number[] } = { plain: [], captured: [] };
  const cpuMs = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000 / stepsPerBlock;
  };
  const before = { ...capture.times(), step };
  const started = performance.now();
  for (let block = 0; block < effort.blocks && performance.now() - started < effort.longestMs; block++) {
    const [start, plainTime, middle, capturedTime, end] = [
      cpuMs(),
      await timed(plainBlock),
      cpuMs(),
      await timed(capturedBlock),
      cpuMs(),
    ];
    plainTimes.push(plainTime);
    capturedTimes.push(capturedTime);
    cpuTimes.plain.push(middle - start);
    cpuTimes.captured.push(end - middle);
  }
  const after = capture.times();
  const ofStep = (ms: number): number => round(ms / (step - before.step));
  capture.dispose();
  plain.dispose();
  captured.dispose();
  return {
    model: one.model,
    title: one.title,
    plainMs: round(median(plainTimes)),
    capturedMs: round(median(capturedTimes)),
    ratio: round(median(capturedTimes.map((each, block) => each / (plainTimes[block] ?? Number.NaN)))),
    plainCpuMs: round(median(cpuTimes.plain)),
    capturedCpuMs: round(median(cpuTimes.captured)),
    threadMs: ofStep(after.busyMs - before.busyMs),
    waitMs: ofStep(after.waitedMs - before.waitedMs),
  };
}
