/** One run: a network trained on the training part of a fold, watched, recorded, and measured on the validation part. */
import type { Metrics, RunStatus } from '#app/contract/session.ts';
import { SeededRandom, type RandomState } from '#app/run/random.ts';
import type { Capture } from '../capture/types.ts';
import type { RunState, SessionWriter } from '../session/types.ts';
import { epochBatches, groupSizesOf, nextFirstBatch, type BatchRow } from './batches.ts';
import type { Control } from './control.ts';
import type { FoldData } from './fold-data.ts';
import { foldLearningRate, foldTrainer, type FoldSetup } from './fold-trainer.ts';
import { joined, type Predictions } from './metrics.ts';
import { lossError } from './objective.ts';
import { batchesAhead } from '../rows/row-reader.ts';
import { Recorder } from './recorder.ts';
import { foldState, storedState, type BestEpoch, type EpochMetrics } from './run-state.ts';
import { scalarsOf, streamedScalar, type StepReport } from './step-scalars.ts';
import type { Trainer } from './trainer.ts';

export interface FoldRunOptions {
  run: number;
  setup: FoldSetup;
  writer: SessionWriter;
  capture: Capture | null;
  control: Control;
  /** Where it goes on; null: it begins. */
  resumed: RunState | null;
  report(step: StepReport): void;
  /** A step is in the session. */
  stored?(step: number): void;
}

const minuteMs = 60_000;

export class FoldRun {
  private readonly options: FoldRunOptions;
  private readonly trainer: Trainer;
  private readonly recorder: Recorder;
  private readonly order: SeededRandom;
  private readonly data: FoldData;
  private step = 0;
  private epoch = 0;
  /** Batches of the epoch that are done, and what the network said of them. */
  private position = 0;
  private said: Predictions[] = [];
  /** `order` as it was when the epoch began. */
  private orderOfEpoch: RandomState;
  private latest: { epoch: number; metrics: EpochMetrics } | null = null;
  private best: BestEpoch | null = null;
  private storedAt = performance.now();

  /** @param data of the fold; closed at the end */
  constructor(options: FoldRunOptions, data: FoldData) {
    this.options = options;
    this.data = data;
    const { seed } = options.setup;
    // A stream of its own, so that another dropout does not change the order of the subjects.
    this.order = new SeededRandom(new SeededRandom(seed).integer(2 ** 32));
    this.orderOfEpoch = this.order.state();
    this.trainer = foldTrainer(options.setup, this.data, options.capture);
    const step: SessionWriter['step'] = (record) => {
      options.writer.step(record);
      options.stored?.(record.step);
    };
    this.recorder = new Recorder({ step }, options.capture);
  }

  /** @returns false: stopped before its end */
  async carryOut(): Promise<boolean> {
    const { run, writer, resumed } = this.options;
    let status: RunStatus = 'failed';
    let metrics: EpochMetrics | null = null;
    try {
      if (resumed !== null) await this.restore(resumed);
      writer.runStatus(run, 'running', null);
      const isOver = await this.epochs();
      metrics = await this.end();
      status = isOver ? 'finished' : 'stopped';
      return isOver;
    } finally {
      this.trainer.dispose();
      this.data.close();
      writer.runStatus(run, status, metrics);
    }
  }

  /** @returns false: stopped before its end */
  private async epochs(): Promise<boolean> {
    const { run, writer, control, setup } = this.options;
    while (this.epoch < setup.configuration.epochs) {
      const isWhole = await this.steps();
      this.recorder.drain();
      const said = joined(this.said);
      if (said.targets.length === 0) return false;
      const metrics = { training: this.metricsOf(said), validation: this.metricsOf(await this.validation()) };
      writer.epoch(run, this.epoch, this.step - 1, metrics.training, metrics.validation);
      this.latest = { epoch: this.epoch, metrics };
      if (!isWhole) return false;
      const stopsEarly = await this.isToStopEarly(this.epoch, metrics);
      this.beginEpoch(this.epoch + 1);
      if (stopsEarly) return true;
      if (control.stopped && this.epoch < setup.configuration.epochs) {
        await this.store();
        return false;
      }
    }
    return true;
  }

  private beginEpoch(epoch: number): void {
    this.epoch = epoch;
    this.position = 0;
    this.said = [];
    this.orderOfEpoch = this.order.state();
  }

  /**
   * Stores the weights that are kept, and what they say of the validation part. Early stopping keeps those of the best
   * epoch, and what was measured with them.
   */
  private async end(): Promise<EpochMetrics | null> {
    const { run, writer } = this.options;
    const { best, latest } = this;
    if (latest === null) return null;
    const kept = (best?.weights ?? null) === null ? null : best;
    this.trainer.network.restore(kept?.weights ?? new Map());
    writer.checkpoint(
      run,
      kept?.epoch ?? latest.epoch,
      kept?.step ?? this.step - 1,
      await this.trainer.network.weights(),
    );
    const { outputs, losses } = await this.validation();
    const shown = this.data.outputsInUnits(outputs);
    const { kept: width } = this.trainer.objective;
    writer.outcome(run, {
      bestEpoch: best?.epoch ?? null,
      preparation: await this.data.preparation(),
      predictions: this.data.fold.validation.map((subject, i) => ({
        subject,
        loss: losses[i] as number,
        outputs: shown.slice(i * width, (i + 1) * width),
      })),
    });
    return kept?.metrics ?? latest.metrics;
  }

  /**
   * What the network says of the samples is kept as it is at each step, as the weights then are, with dropout.
   *
   * @returns whether the epoch is through
   */
  private async steps(): Promise<boolean> {
    const { run, writer, control, setup } = this.options;
    const batches = epochBatches(this.data.trainingRows, setup.configuration.batchSize, this.order);
    if (this.position === 0 && this.epoch % setup.replayEvery === 0) await this.keepForReplay();
    const left = batches.slice(this.position);
    for (const [at, batch] of left.entries()) {
      await control.betweenSteps(
        () => this.pausing(),
        () => writer.runStatus(run, 'running', null),
      );
      if (control.stopped || this.isStoreDue()) await this.store();
      if (control.stopped) return false;
      this.said.push(await this.trainOn(batch, left.slice(at + 1, at + 1 + batchesAhead)));
      this.position += 1;
    }
    return true;
  }

  private async keepForReplay(): Promise<void> {
    const { run, writer } = this.options;
    const { weights, random } = await this.trainer.weightsAndRandom();
    writer.replayCheckpoint(run, { step: this.step, random, weights });
  }

  /** A paused run has everything on disk. */
  private async pausing(): Promise<void> {
    await this.store();
    this.options.writer.runStatus(this.options.run, 'paused', null);
  }

  private isStoreDue(): boolean {
    return performance.now() - this.storedAt >= this.options.setup.configuration.checkpointMinutes * minuteMs;
  }

  /** Stores what the run can be resumed from, and its weights for whoever wants them as they are. */
  private async store(): Promise<void> {
    this.recorder.drain();
    this.storedAt = performance.now();
    if (this.step === 0) return;
    const { run, writer } = this.options;
    const trainer = await this.trainer.state();
    writer.progress(
      run,
      storedState({
        step: this.step,
        epoch: this.epoch,
        position: this.position,
        order: this.orderOfEpoch,
        trainer,
        said: joined(this.said),
        latest: this.latest,
        best: this.best,
      }),
    );
    writer.checkpoint(run, this.epoch, this.step - 1, trainer.weights);
  }

  private async restore(stored: RunState): Promise<void> {
    const state = foldState(stored, await this.trainer.network.weights());
    this.trainer.restore(state.trainer);
    this.order.restore(state.order);
    this.orderOfEpoch = state.order;
    this.step = state.step;
    this.epoch = state.epoch;
    this.position = state.position;
    this.said = [state.said];
    this.latest = state.latest;
    this.best = state.best;
  }

  /** @param next batches of the same epoch; none: the validation part comes after it */
  private async trainOn(batch: readonly BatchRow[], next: readonly BatchRow[][]): Promise<Predictions> {
    const { run, capture, setup, report, writer } = this.options;
    const { data, configuration } = setup;
    const { epoch } = this;
    const learningRate = foldLearningRate(setup, this.step);
    const started = performance.now();
    const waitedBefore = capture?.times().waitedMs ?? 0;
    const captured = capture !== null && this.step % configuration.capture.every === 0;
    const rows = batch.map(({ row }) => row);
    const values = await this.data.trainingValuesOf(rows, epoch);
    const dataMs = data.stored === undefined ? null : performance.now() - started;
    this.expectNext(next);
    const groupSizes = groupSizesOf(batch, data.groups.length);
    const said = await this.trainer.step(
      { values, targets: this.data.targetsOf(rows), groupSizes },
      captured ? this.step : null,
      learningRate,
    );
    const { loss, accuracy } = this.metricsOf(said);
    if (loss === null || !Number.isFinite(loss)) throw lossError();
    const waitedMs = (capture?.times().waitedMs ?? 0) - waitedBefore;
    const durationMs = performance.now() - started;
    this.recorder.add({
      run,
      step: this.step,
      epoch,
      scalars: scalarsOf(writer.scalars, {
        loss,
        accuracy: accuracy ?? Number.NaN,
        'step-time-ms': durationMs,
        'capture-wait-ms': waitedMs,
        'learning-rate': learningRate,
        [streamedScalar]: dataMs ?? Number.NaN,
      }),
      groupSizes: Int32Array.from(groupSizes),
      subjects: Int32Array.from(rows),
      captured,
    });
    this.step += 1;
    report({
      step: this.step,
      epoch,
      loss,
      durationMs: performance.now() - started,
      captureMs: this.trainer.watchingMs,
      waitedMs,
      dataMs,
    });
    return said;
  }

  private metricsOf(said: Predictions): Metrics {
    return this.data.inUnits(this.trainer.objective.metrics(said));
  }

  private async validation(): Promise<Predictions> {
    const { validation } = this.options.setup.fold;
    const targets = this.data.targetsOf(validation);
    return await this.trainer.predict(
      (rows, next) => {
        const values = this.data.valuesOf(rows);
        this.data.expect(next);
        return values;
      },
      validation,
      targets,
    );
  }

  /** Has the rows read that come after the batch in hand. */
  private expectNext(next: readonly BatchRow[][]): void {
    const { data, fold, configuration } = this.options.setup;
    if (data.stored === undefined) return;
    if (next.length > 0) return this.data.expectBatches(next, this.epoch);
    this.data.expect(fold.validation.slice(0, this.trainer.evaluationBatch));
    if (this.epoch + 1 === configuration.epochs) return;
    const first = nextFirstBatch(this.data.trainingRows, configuration.batchSize, this.order);
    this.data.expectBatches([first], this.epoch + 1);
  }

  /** Marks the best epoch. @returns whether the validation loss has not improved for as many epochs as a person allows */
  private async isToStopEarly(epoch: number, metrics: EpochMetrics): Promise<boolean> {
    const { earlyStopping } = this.options.setup.configuration;
    const { loss } = metrics.validation;
    if (loss !== null && (this.best === null || loss < this.best.loss)) {
      const weights = earlyStopping === null ? null : await this.trainer.network.weights();
      this.best = { epoch, step: this.step - 1, loss, metrics, weights };
    }
    return earlyStopping !== null && this.best !== null && epoch - this.best.epoch >= earlyStopping.patience;
  }
}
