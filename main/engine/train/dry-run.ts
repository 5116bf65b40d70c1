/** A few steps on made-up data before a run begins: how long one takes, plain and captured, and what memory it needs. */
import type { ModelDescription } from '#app/model/description.ts';
import { product } from '#app/model/description.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import { captureOn } from '../capture/read-back.ts';
import type { Capture } from '../capture/types.ts';
import type { Kernels } from '../model/kernels/kernels.ts';
import { Trainer, type Batch } from './trainer.ts';

export interface DryRun {
  /** Milliseconds of a step, the median of a few; `capturedMs` is null where nothing is captured. */
  plainMs: number;
  capturedMs: number | null;
  /** By how much the process grew, at most. */
  grownBytes: number;
}

export interface DryRunSetup {
  model: ModelDescription;
  plan: readonly LayerPlan[];
  kernels: Kernels;
  configuration: RunConfiguration;
  /** Samples of a batch. */
  samples: number;
  groups: number;
}

/** The first steps set up what the later ones use again. */
const warmUp = 2;
const measured = 5;
const longestMs = 15_000;

/** @throws what a step throws; everything that was made is freed */
export async function dryRun(setup: DryRunSetup): Promise<DryRun> {
  const before = process.memoryUsage.rss();
  const peak = { bytes: before };
  const plainMs = await stepTime(setup, null, peak);
  const capture = setup.plan.length === 0 ? null : captureOn(setup.kernels.name, setup.plan);
  try {
    const capturedMs = capture === null ? null : await stepTime(setup, capture, peak);
    return { plainMs, capturedMs, grownBytes: peak.bytes - before };
  } finally {
    capture?.dispose();
  }
}

async function stepTime(setup: DryRunSetup, capture: Capture | null, peak: { bytes: number }): Promise<number> {
  const { model, kernels, configuration } = setup;
  const { optimizer, learningRate, weightDecay, gradientClipping, task } = configuration;
  const classes = model.task.kind === 'classification' ? model.task.classes : 0;
  const trainer = new Trainer({
    model,
    kernels,
    optimizer: { kind: optimizer, learningRate, weightDecay },
    classWeights: new Array<number>(classes).fill(1),
    ...(task.kind === 'classification' ? {} : { loss: task.loss }),
    gradientClipping,
    seed: 1,
    capture,
  });
  const batch = madeUp(setup, classes);
  const times: number[] = [];
  const started = performance.now();
  try {
    for (let step = 0; step < warmUp + measured; step++) {
      const start = performance.now();
      await trainer.step(batch, capture === null ? null : step);
      if (step + 1 === warmUp + measured) capture?.drain();
      capture?.collect();
      if (step >= warmUp) times.push(performance.now() - start);
      peak.bytes = Math.max(peak.bytes, process.memoryUsage.rss());
      if (times.length > 0 && performance.now() - started > longestMs) break;
    }
  } finally {
    capture?.drain();
    trainer.dispose();
  }
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN;
}

/** Uniform numbers, groups of equal size, classes in turn. */
function madeUp({ model, samples, groups }: DryRunSetup, classes: number): Batch {
  const random = new SeededRandom(1);
  return {
    values: Float32Array.from({ length: samples * product(model.inputShape) }, () => random.next()),
    targets: Array.from({ length: samples }, (_, i) => (classes === 0 ? random.next() : i % classes)),
    groupSizes: Array.from(
      { length: groups },
      (_, g) => Math.floor(((g + 1) * samples) / groups) - Math.floor((g * samples) / groups),
    ),
  };
}
