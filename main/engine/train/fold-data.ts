/** The data of one fold as its network sees them: prepared by what was fitted on the training part alone. */
import type { Metrics } from '#app/contract/session.ts';
import { product } from '#app/model/description.ts';
import { fitChain } from '#app/preparation/chain.ts';
import type { Rows } from '#app/preparation/rows.ts';
import { fitScaling, type Standardisation } from '#app/preparation/standardise.ts';
import type { FittedStep } from '#app/preparation/step.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { targetQuantiles, type Fold } from '#app/study/split.ts';
import type { RunPreparation } from '../session/types.ts';
import type { BatchRow } from './batches.ts';
import { classWeightsOf } from './metrics.ts';
import type { PreparedData } from './types.ts';

/** Mean and deviation of the training part's targets, in their own units. */
export interface TargetScale {
  mean: number;
  deviation: number;
}

export class FoldData {
  readonly fold: Fold;
  private readonly chain: readonly FittedStep[];
  private readonly scaling: Standardisation;
  /** Of a regression; null: targets are classes or there are none. */
  readonly targetScale: TargetScale | null;
  /** 1 for all where they are not balanced; empty without classes. */
  readonly classWeights: readonly number[];
  /** The training part with what its batches are balanced by: a regression's target counts as a fifth of its range. */
  readonly trainingRows: readonly BatchRow[];
  private readonly standardised: boolean;
  private readonly data: PreparedData;
  private readonly width: number;
  /** All rows. */
  private readonly values: Float32Array;

  constructor(data: PreparedData, fold: Fold, { task, classWeights, preparation }: RunConfiguration) {
    this.data = data;
    this.fold = fold;
    this.width = product(data.inputShape);
    const rows: Rows = {
      raw: data.values,
      values: data.values.slice(),
      width: this.width,
      pooled: data.kind === 'volumes',
      indicators: data.indicators ?? 0,
      covariates: data.covariates ?? [],
    };
    this.chain = fitChain(rows, fold.training, preparation);
    const last = this.chain.at(-1)?.stored;
    this.standardised = preparation.standardise;
    this.scaling = isStandardisation(last) ? last : fitScaling(rows, fold.training);
    this.values = rows.values;
    const targets = fold.training.map((row) => targetOf(data, row));
    const isRegression = task.kind === 'regression';
    this.targetScale = isRegression ? scaleOf(targets) : null;
    this.classWeights = classWeightsOf(targets, data.classes.length, classWeights === 'balanced');
    const strata = isRegression ? targetQuantiles(targets) : targets;
    this.trainingRows = fold.training.map((row, i) => ({
      row,
      group: data.subjects[row]?.group ?? 0,
      target: strata[i] ?? 0,
    }));
  }

  /** [rows x width] */
  valuesOf(rows: readonly number[]): Float32Array | Promise<Float32Array> {
    const values = new Float32Array(rows.length * this.width);
    rows.forEach((row, i) =>
      values.set(this.values.subarray(row * this.width, (row + 1) * this.width), i * this.width),
    );
    return values;
  }

  /** Classes, or numbers on the scale of the network's output. */
  targetsOf(rows: readonly number[]): number[] {
    const { mean, deviation } = this.targetScale ?? { mean: 0, deviation: 1 };
    return rows.map((row) => (targetOf(this.data, row) - mean) / deviation);
  }

  /** How inputs become what the network is fed, as a session keeps it. */
  preparation(): RunPreparation {
    return {
      mean: [...this.scaling.mean],
      deviation: [...this.scaling.deviation],
      standardised: this.standardised,
      target: this.targetScale,
      steps: this.chain.map(({ stored }) => stored),
    };
  }

  /** Metrics of what the network said, an absolute error in the target's own units. */
  inUnits(metrics: Metrics): Metrics {
    if (this.targetScale === null || typeof metrics.mae !== 'number') return metrics;
    return { ...metrics, mae: metrics.mae * this.targetScale.deviation };
  }

  /** What the network said of samples, a regression's numbers in the target's own units. */
  outputsInUnits(outputs: Float32Array): Float32Array {
    if (this.targetScale === null) return outputs;
    const { mean, deviation } = this.targetScale;
    return outputs.map((value) => value * deviation + mean);
  }
}

function isStandardisation(stored: FittedStep['stored'] | undefined): stored is Standardisation {
  return stored?.step === 'standardise';
}

function targetOf(data: PreparedData, row: number): number {
  return data.subjects[row]?.target ?? 0;
}

/** Population mean and deviation; a deviation of 1 where all are equal. */
function scaleOf(targets: readonly number[]): TargetScale {
  const mean = targets.reduce((sum, each) => sum + each, 0) / targets.length;
  const variance = targets.reduce((sum, each) => sum + (each - mean) ** 2, 0) / targets.length;
  return { mean, deviation: variance > 0 ? Math.sqrt(variance) : 1 };
}
