/** One run: a network trained on the training part of a fold, watched, recorded, and measured on the validation part. */
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { Metrics, RunStatus } from '#app/contract/session.ts';
import type { ModelDescription } from '#app/model/description.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import { learningRateAt } from '#app/run/schedule.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import type { Fold } from '#app/study/split.ts';
import type { Capture } from '../capture/types.ts';
import type { Kernels } from '../model/kernels/kernels.ts';
import type { NetworkWeights } from '../model/network.ts';
import type { SessionWriter } from '../session/types.ts';
import { batchSizes, epochBatches, groupSizesOf, type BatchRow } from './batches.ts';
import type { Control } from './control.ts';
import { FoldData } from './fold-data.ts';
import type { Predictions } from './metrics.ts';
import { Recorder } from './recorder.ts';
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
}

/** Names of the per-step scalars, in stored order. */
export const scalarNames = ['loss', 'accuracy', 'step-time-ms', 'capture-wait-ms'] as const;

/** What a run tells of each step. */
export interface StepReport {
  step: number;
  epoch: number;
  loss: number;
  durationMs: number;
  /** What capture took of it on the training thread. */
  captureMs: number;
}

export interface FoldRunOptions {
  run: number;
  setup: FoldSetup;
  writer: SessionWriter;
  capture: Capture | null;
  control: Control;
  report(step: StepReport): void;
}

interface EpochMetrics {
  training: Metrics;
  validation: Metrics;
}

interface Checkpoint {
  epoch: number;
  step: number;
  weights: Map<string, NetworkWeights>;
}

/** The weights of a large network are as dear to store as an epoch of a small study is to train: not after each epoch. */
const checkpointIntervalMs = 30_000;

export class FoldRun {
  private readonly options: FoldRunOptions;
  private readonly trainer: Trainer;
  private readonly recorder: Recorder;
  private readonly order: SeededRandom;
  private readonly data: FoldData;
  private step = 0;
  /** The epoch with the lowest validation loss, kept where training may stop early. */
  private best: (Checkpoint & { loss: number; metrics: EpochMetrics }) | null = null;
  private storedAt = performance.now();

  constructor(options: FoldRunOptions) {
    this.options = options;
    const { data, model, fold, configuration, kernels, seed } = options.setup;
    const { optimizer, learningRate, weightDecay, gradientClipping, task } = configuration;
    this.data = new FoldData(data, fold, configuration);
    // A stream of its own, so that another dropout does not change the order of the subjects.
    this.order = new SeededRandom(new SeededRandom(seed).integer(2 ** 32));
    this.trainer = new Trainer({
      model,
      kernels,
      optimizer: { kind: optimizer, learningRate, weightDecay },
      classWeights: this.data.classWeights,
      ...(task.kind === 'classification' ? {} : { loss: task.loss }),
      gradientClipping,
      seed,
      capture: options.capture,
    });
    this.recorder = new Recorder(options.writer, options.capture);
  }

  async carryOut(): Promise<void> {
    const { run, writer, control } = this.options;
    let status: RunStatus = 'failed';
    let metrics: EpochMetrics | null = null;
    try {
      writer.runStatus(run, 'running', null);
      metrics = await this.epochs();
      status = control.stopped ? 'stopped' : 'finished';
    } finally {
      this.trainer.dispose();
      writer.runStatus(run, status, metrics);
    }
  }

  private async epochs(): Promise<EpochMetrics | null> {
    const { run, writer, control, setup } = this.options;
    let metrics: EpochMetrics | null = null;
    let latest = -1;
    for (let epoch = 0; epoch < setup.configuration.epochs; epoch++) {
      const said = await this.steps(epoch);
      this.recorder.drain();
      if (said.targets.length === 0) break;
      metrics = { training: this.metricsOf(said), validation: await this.validation() };
      writer.epoch(run, epoch, this.step - 1, metrics.training, metrics.validation);
      latest = epoch;
      if ((await this.isToStopEarly(epoch, metrics)) || control.stopped) break;
      if (performance.now() - this.storedAt >= checkpointIntervalMs) this.store(await this.checkpoint(epoch));
    }
    if (metrics === null) return null;
    // Early stopping keeps the weights of the best epoch, and what was measured with them.
    this.store(this.best ?? (await this.checkpoint(latest)));
    return this.best?.metrics ?? metrics;
  }

  private async checkpoint(epoch: number): Promise<Checkpoint> {
    return { epoch, step: this.step - 1, weights: await this.trainer.network.weights() };
  }

  private store({ epoch, step, weights }: Checkpoint): void {
    this.options.writer.checkpoint(this.options.run, epoch, step, weights);
    this.storedAt = performance.now();
  }

  /** @returns what the network said of the epoch's samples at each step, as the weights then were, with dropout */
  private async steps(epoch: number): Promise<Predictions> {
    const { run, writer, control, setup } = this.options;
    const { batchSize } = setup.configuration;
    const said: Predictions[] = [];
    for (const batch of epochBatches(this.data.trainingRows, batchSize, this.order)) {
      await control.betweenSteps(
        () => this.pausing(epoch),
        () => writer.runStatus(run, 'running', null),
      );
      if (control.stopped) break;
      said.push(await this.trainOn(batch, epoch));
    }
    return joined(said);
  }

  /** A paused run has everything on disk. */
  private async pausing(epoch: number): Promise<void> {
    this.recorder.drain();
    if (this.step > 0) this.store(await this.checkpoint(epoch));
    this.options.writer.runStatus(this.options.run, 'paused', null);
  }

  private async trainOn(batch: readonly BatchRow[], epoch: number): Promise<Predictions> {
    const { run, capture, setup, report } = this.options;
    const { data, configuration } = setup;
    const started = performance.now();
    const waitedBefore = capture?.times().waitedMs ?? 0;
    const captured = capture !== null && this.step % configuration.capture.every === 0;
    const rows = batch.map(({ row }) => row);
    const groupSizes = groupSizesOf(batch, data.groups.length);
    const said = await this.trainer.step(
      { values: this.data.valuesOf(rows), targets: this.data.targetsOf(rows), groupSizes },
      captured ? this.step : null,
      this.learningRate(),
    );
    const { loss, accuracy } = this.metricsOf(said);
    if (loss === null || !Number.isFinite(loss)) throw lossError();
    const waitedMs = (capture?.times().waitedMs ?? 0) - waitedBefore;
    const durationMs = performance.now() - started;
    this.recorder.add({
      run,
      step: this.step,
      epoch,
      scalars: Float32Array.of(loss, accuracy ?? NaN, durationMs, waitedMs),
      groupSizes: Int32Array.from(groupSizes),
      subjects: Int32Array.from(batch, ({ row }) => row),
      captured,
    });
    this.step += 1;
    report({
      step: this.step,
      epoch,
      loss,
      durationMs: performance.now() - started,
      captureMs: this.trainer.watchingMs,
    });
    return said;
  }

  private learningRate(): number {
    const { schedule, learningRate, epochs, batchSize } = this.options.setup.configuration;
    const stepsPerEpoch = batchSizes(this.data.trainingRows.length, batchSize).length;
    return learningRateAt(schedule, learningRate, this.step, { epochs, stepsPerEpoch });
  }

  private metricsOf(said: Predictions): Metrics {
    return this.data.inUnits(this.trainer.objective.metrics(said));
  }

  private async validation(): Promise<Metrics> {
    const { validation } = this.options.setup.fold;
    return this.metricsOf(
      await this.trainer.predict((rows) => this.data.valuesOf(rows), validation, this.data.targetsOf(validation)),
    );
  }

  /** Whether the validation loss has not improved for as many epochs as a person allows. */
  private async isToStopEarly(epoch: number, metrics: EpochMetrics): Promise<boolean> {
    const { earlyStopping } = this.options.setup.configuration;
    const { loss } = metrics.validation;
    if (earlyStopping === null || loss === null) return false;
    if (this.best === null || loss < this.best.loss) {
      this.best = { ...(await this.checkpoint(epoch)), loss, metrics };
    }
    return epoch - this.best.epoch >= earlyStopping.patience;
  }
}

function joined(parts: readonly Predictions[]): Predictions {
  return {
    outputs: joinedFloats(parts.map(({ outputs }) => outputs)),
    losses: joinedFloats(parts.map(({ losses }) => losses)),
    targets: parts.flatMap(({ targets }) => targets),
  };
}

function joinedFloats(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let first = 0;
  for (const part of parts) {
    all.set(part, first);
    first += part.length;
  }
  return all;
}

function lossError(): SpectroscopeError {
  return new SpectroscopeError(
    'setting',
    'loss-not-finite',
    'The loss is not a number any more: the learning rate is too large for these data. Take a smaller one and train again.',
    { field: 'learningRate' },
  );
}
