/** The data of one fold as its network sees them: prepared by what was fitted on the training part alone. */
import type { Metrics } from '#app/contract/session.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { targetQuantiles, type Fold } from '#app/study/split.ts';
import type { FitWatch, Showing } from '../rows/row-reader.ts';
import type { RunPreparation } from '../session/types.ts';
import type { BatchRow } from './batches.ts';
import { foldSource, type FoldSource } from './fold-source.ts';
import { classWeightsOf } from './metrics.ts';
import type { PreparedData } from './types.ts';

/** Mean and deviation of the training part's targets, in their own units. */
export interface TargetScale {
  mean: number;
  deviation: number;
}

export class FoldData {
  readonly fold: Fold;
  private readonly source: FoldSource;
  /** Of a regression; null: targets are classes or there are none. */
  readonly targetScale: TargetScale | null;
  /** 1 for all where they are not balanced; empty without classes. */
  readonly classWeights: readonly number[];
  /** The training part with what its batches are balanced by: a regression's target counts as a fifth of its range. */
  readonly trainingRows: readonly BatchRow[];
  private readonly preparationSettings: RunConfiguration['preparation'];
  private readonly data: PreparedData;
  private readonly seed: number;

  /**
   * @param seed of the run: what changes of training samples are drawn from
   * @param watch of the fit of scans that are streamed, which takes minutes
   * @throws SpectroscopeError (setting) when a step of the preparation cannot be fitted on the training part; (cancelled) when
   *   `watch` ended it
   */
  static async of(
    data: PreparedData,
    fold: Fold,
    configuration: RunConfiguration,
    seed: number,
    watch: FitWatch = {},
  ): Promise<FoldData> {
    const source = await foldSource(data, fold, configuration.preparation, watch);
    return new FoldData(data, fold, configuration, seed, source);
  }

  private constructor(
    data: PreparedData,
    fold: Fold,
    { task, classWeights, preparation }: RunConfiguration,
    seed: number,
    source: FoldSource,
  ) {
    this.data = data;
    this.fold = fold;
    this.seed = seed;
    this.preparationSettings = preparation;
    this.source = source;
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

  /** As they are measured: [rows x width], without a copy more where they are in memory. */
  valuesOf(rows: readonly number[]): Float32Array | Promise<Float32Array> {
    return this.source.rows.rows(rows, null);
  }

  /** As they are trained on in an epoch, changed where that is asked for: the same each time that is asked. */
  trainingValuesOf(rows: readonly number[], epoch: number): Float32Array | Promise<Float32Array> {
    return this.source.rows.rows(rows, this.showing(epoch));
  }

  /** Says which rows will be measured next; they are read meanwhile. */
  expect(rows: readonly number[]): void {
    if (rows.length > 0) this.source.rows.expect(rows, null);
  }

  /** Says which batches will be trained on next. */
  expectBatches(batches: readonly (readonly BatchRow[])[], epoch: number): void {
    const showing = this.showing(epoch);
    for (const batch of batches) {
      this.source.rows.expect(
        batch.map(({ row }) => row),
        showing,
      );
    }
  }

  /** Nothing is read after it. */
  close(): void {
    this.source.rows.close();
  }

  /** Classes, or numbers on the scale of the network's output. */
  targetsOf(rows: readonly number[]): number[] {
    const { mean, deviation } = this.targetScale ?? { mean: 0, deviation: 1 };
    return rows.map((row) => (targetOf(this.data, row) - mean) / deviation);
  }

  /** How inputs become what the network is fed, as a session keeps it. */
  async preparation(): Promise<RunPreparation> {
    const { scaling } = this.source;
    return {
      mean: [...scaling.mean],
      deviation: [...scaling.deviation],
      standardised: this.preparationSettings.standardise,
      target: this.targetScale,
      steps: await this.source.steps(),
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

  private showing(epoch: number): Showing | null {
    const { augment: settings, standardise } = this.preparationSettings;
    if (settings === null) return null;
    const { mean, deviation } = this.source.scaling;
    const [centre = 0, scale = 0] = [mean[0], deviation[0]];
    const isScaled = standardise && this.data.kind === 'volumes';
    const fill = !isScaled || scale === 0 ? 0 : -centre / scale;
    return { settings, fill, seed: this.seed, epoch };
  }
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
