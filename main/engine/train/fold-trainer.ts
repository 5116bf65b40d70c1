/** The network of a fold with its optimizer, as a run's configuration has them, and what decides its steps. */
import type { ModelDescription } from '#app/model/description.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { learningRateAt } from '#app/run/schedule.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import type { Fold } from '#app/study/split.ts';
import type { Capture } from '../capture/types.ts';
import type { Kernels } from '../model/kernels/kernels.ts';
import { batchSizes } from './batches.ts';
import type { FoldData } from './fold-data.ts';
import { Trainer } from './trainer.ts';
import type { PreparedData } from './types.ts';

export interface FoldSetup {
  data: PreparedData;
  model: ModelDescription;
  fold: Fold;
  configuration: RunConfiguration;
  plan: readonly LayerPlan[];
  kernels: Kernels;
  seed: number;
  /** The weights are kept for replay before the first step of every n-th epoch; 0: never. */
  replayEvery: number;
}

/** @param data of the fold, as its network sees them */
export function foldTrainer(setup: FoldSetup, data: FoldData, capture: Capture | null): Trainer {
  const { model, configuration, kernels, seed } = setup;
  const { optimizer, learningRate, weightDecay, gradientClipping, task } = configuration;
  return new Trainer({
    model,
    kernels,
    optimizer: { kind: optimizer, learningRate, weightDecay },
    classWeights: data.classWeights,
    ...(task.kind === 'classification' ? {} : { loss: task.loss }),
    gradientClipping,
    seed,
    capture,
  });
}

/** @returns of a step from 0 */
export function foldLearningRate({ configuration, fold }: FoldSetup, step: number): number {
  const { schedule, learningRate, epochs, batchSize } = configuration;
  const stepsPerEpoch = batchSizes(fold.training.length, batchSize).length;
  return learningRateAt(schedule, learningRate, step, { epochs, stepsPerEpoch });
}
