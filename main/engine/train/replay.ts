/**
 * Steps of a recorded training looked at again, exactly, under other groups: a forward and a backward pass over the batch of
 * the step, with the weights and the dropout that it had, captured with those groups and without an update.
 */
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import { sessionLayer } from '#app/spectra/plan.ts';
import { t } from '#app/text/text.ts';
import { captureOn } from '../capture/read-back.ts';
import type { Capture, CapturedStep } from '../capture/types.ts';
import { loadReplayCheckpoint, replaySteps } from '../session/replay-checkpoints.ts';
import type { RecordedStep, Regrouping, ReplaySource } from '../session/replay-source.ts';
import type { SessionStore } from '../session/store.ts';
import { batchSizes } from './batches.ts';
import { FoldData } from './fold-data.ts';
import { foldLearningRate, foldTrainer, type FoldSetup } from './fold-trainer.ts';
import type { Predictions } from './metrics.ts';
import type { Batch, Trainer, WeightsAndRandom } from './trainer.ts';

export interface ReplaySetup {
  store: SessionStore;
  /** The runs as they were trained. */
  folds: readonly FoldSetup[];
  /** Of the other groups. */
  plan: readonly LayerPlan[];
  /**
   * 'checkpoints': the steps whose weights were kept. 'all': every step that was captured, each run carried out again from
   * its beginning, which takes as long as it took.
   */
  steps: 'checkpoints' | 'all';
  /** Ends the fit of a fold's preparation. */
  signal?: AbortSignal;
}

/** Losses of the same step differ by more only where the arithmetic does: another device, another model, other data. */
const largestDifference = 1e-3;

interface Run {
  index: number;
  setup: FoldSetup;
  data: FoldData;
  /** Its weights are those of the step that is looked at. */
  looker: Trainer;
  /** Goes through the training again; null: weights come from what was kept. */
  trainer: Trainer | null;
  /** Steps whose weights were kept. */
  kept: ReadonlySet<number>;
}

export class Replay implements ReplaySource {
  readonly layers: ReplaySource['layers'];
  lossDifference = 0;
  private readonly setup: ReplaySetup;
  private readonly capture: Capture;
  private run: Run | null = null;

  constructor(setup: ReplaySetup) {
    this.setup = setup;
    this.layers = setup.plan.map((layer, index) => ({ view: sessionLayer(layer, index), layout: layer.layout }));
    this.capture = captureOn(setup.folds[0]?.kernels.name ?? 'native', setup.plan);
  }

  stepsOf(run: number): ReadonlySet<number> {
    const { store, steps, folds } = this.setup;
    if (steps === 'checkpoints') return new Set(replaySteps(store.database, run));
    const every = cadence(folds[run]);
    return new Set(Array.from({ length: Math.ceil(store.steps(run) / every) }, (_, i) => i * every));
  }

  async begin(run: number): Promise<void> {
    this.end();
    const setup = this.setup.folds[run];
    if (setup === undefined) return;
    const { signal } = this.setup;
    const watch = signal === undefined ? {} : { signal };
    const data = await FoldData.of(setup.data, setup.fold, setup.configuration, setup.seed, watch);
    this.run = {
      index: run,
      setup,
      data,
      looker: foldTrainer(setup, data, this.capture),
      trainer: this.setup.steps === 'all' ? foldTrainer(setup, data, unheard(setup.plan)) : null,
      kept: this.stepsOf(run),
    };
  }

  async look(recorded: RecordedStep, regrouping: Regrouping): Promise<CapturedStep | null> {
    const { run } = this;
    if (run === null || (run.trainer === null && !run.kept.has(recorded.step))) return null;
    const looked = run.kept.has(recorded.step) ? await this.lookWith(run, recorded, regrouping) : null;
    if (run.trainer !== null) await this.trainOn(run, run.trainer, recorded);
    return looked;
  }

  dispose(): void {
    this.end();
    this.capture.dispose();
  }

  private end(): void {
    this.run?.looker.dispose();
    this.run?.trainer?.dispose();
    this.run?.data.close();
    this.run = null;
  }

  private async lookWith(
    run: Run,
    recorded: RecordedStep,
    { order, groupSizes }: Regrouping,
  ): Promise<CapturedStep | null> {
    run.looker.restoreWeights(await this.before(run, recorded.step));
    const subjects = order.map((place) => recorded.subjects[place] ?? 0);
    const said = await run.looker.look(await batchOf(run, recorded.step, subjects, groupSizes), recorded.step, order);
    const [captured = null] = this.capture.drain();
    this.check(run, recorded, said);
    return captured;
  }

  /** The run before a step. */
  private async before({ index, looker, trainer }: Run, step: number): Promise<WeightsAndRandom> {
    if (trainer !== null) return await trainer.weightsAndRandom();
    const weights = await looker.network.weights();
    return loadReplayCheckpoint(this.setup.store.database, index, step, weights);
  }

  /** The step as it was: groups and the order of the batch decide the rounding of its sums. */
  private async trainOn(run: Run, trainer: Trainer, recorded: RecordedStep): Promise<void> {
    const { step, subjects, groupSizes } = recorded;
    const { every } = run.setup.configuration.capture;
    const captured = every > 0 && step % every === 0 ? step : null;
    const batch = await batchOf(run, step, Array.from(subjects), Array.from(groupSizes));
    this.check(run, recorded, await trainer.step(batch, captured, foldLearningRate(run.setup, step)));
  }

  private check({ index, looker }: Run, { step, loss }: RecordedStep, said: Predictions): void {
    const found = looker.objective.metrics(said).loss ?? Number.NaN;
    const difference = Math.abs(found - loss) / Math.max(Math.abs(loss), 1e-2);
    this.lossDifference = Math.max(this.lossDifference, difference);
    if (difference <= largestDifference) return;
    const file = basename(this.setup.store.file);
    throw inputError(
      'replay-differs',
      t(
        '{file} cannot be replayed here: step {step} of run {index} has a loss of {found}, and {loss} was recorded. Replay it on the device that it was trained on.',
        {
          file,
          step,
          index,
          found,
          loss,
        },
      ),
      { file, field: 'loss', expected: String(loss) },
    );
  }
}

/** Every n-th step is looked at where all are: as they were captured, or each where none was. */
function cadence(setup: FoldSetup | undefined): number {
  return Math.max(1, setup?.configuration.capture.every ?? 1);
}

/** Samples as they were shown in the epoch of the step. */
async function batchOf(
  { data, setup }: Run,
  step: number,
  subjects: readonly number[],
  groupSizes: readonly number[],
): Promise<Batch> {
  const stepsPerEpoch = batchSizes(setup.fold.training.length, setup.configuration.batchSize).length;
  const values = await data.trainingValuesOf(subjects, Math.floor(step / stepsPerEpoch));
  return { values, targets: data.targetsOf(subjects), groupSizes };
}

/**
 * A capture to which nobody listens. With it the layers form their gradients as they did when the training was captured:
 * some as the sum of the groups', which rounds in another way than the whole.
 */
function unheard(plan: readonly LayerPlan[]): Capture {
  const nothing = (): void => undefined;
  return {
    plan,
    begin: nothing,
    layer: nothing,
    end: nothing,
    collect: () => [],
    drain: () => [],
    times: () => ({ waitedMs: 0, busyMs: 0 }),
    dispose: nothing,
  };
}
