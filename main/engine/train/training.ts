/** A training: the folds one after another, into one session, with progress for whoever watches. */
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { RunStatus } from '#app/contract/session.ts';
import type { EventPayload } from '#app/contract/events.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { secondsRemaining } from '#app/run/time-remaining.ts';
import { gramCadence } from '#app/spectra/kept-grams.ts';
import { hasSingleRows } from '#app/spectra/matrices.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import { t } from '#app/text/text.ts';
import { captureOn } from '../capture/read-back.ts';
import type { Capture } from '../capture/types.ts';
import { EarlySigns } from '../inference/early-signs.ts';
import type { Resumption } from '../session/reopen.ts';
import type { SessionWriter } from '../session/types.ts';
import type { FitProgress } from '../rows/row-reader.ts';
import { batchSizes } from './batches.ts';
import type { Control } from './control.ts';
import { FoldData } from './fold-data.ts';
import { FoldRun } from './fold-run.ts';
import type { FoldSetup } from './fold-trainer.ts';
import { Pace } from './pace.ts';
import type { StepReport } from './step-scalars.ts';

type Progress = EventPayload<'run.progress'>;

export interface Training {
  /** One setup per fold: all but `fold` and `seed` alike. */
  folds: readonly FoldSetup[];
  writer: SessionWriter;
  /** Where each run goes on; absent: all begin. */
  resumption?: Resumption;
  /** Data of the first fold, where they were made ready before the session began; closed here. */
  first?: FoldData;
  control: Control;
  emit(progress: Progress): void;
}

/** A window is told at most this often. */
const progressIntervalMs = 1000 / 15;

/** @returns how it ended; the session is closed */
export async function train({
  folds,
  writer,
  resumption = [],
  first,
  control,
  emit,
}: Training): Promise<'finished' | 'stopped'> {
  const plan = folds[0]?.plan ?? [];
  const capture = plan.length === 0 ? null : captureFor(folds[0], plan);
  const signs = signsOf(folds, writer);
  const pace = new Pace();
  let status: RunStatus = 'failed';
  let ended = 0;
  try {
    for (const [run, setup] of folds.entries()) {
      const resumed = resumption[run] ?? null;
      if (resumed === 'over') {
        ended += 1;
        continue;
      }
      const looks = (): number | null => signs?.made ?? null;
      const report = reporter(folds, run, writer.session, { pace, looks }, emit);
      const stored = (step: number): void => signs?.stored(run, step);
      const tell = (progress: FitProgress): void => emit(preparingFold(folds, run, writer.session, fitWords(progress)));
      const data = (run === 0 ? first : undefined) ?? (await fittedFold(setup, control, tell));
      if (data === null) break;
      const options = { run, setup, writer, capture, control, resumed, report, stored };
      const isOver = await new FoldRun(options, data).carryOut();
      if (isOver) ended += 1;
      if (control.stopped) break;
    }
    status = ended === folds.length ? 'finished' : 'stopped';
    return status;
  } finally {
    await signs?.end(status === 'finished');
    capture?.dispose();
    writer.close(status);
  }
}

/**
 * Fits the preparation of a fold. Scans that are streamed are read several times for it.
 *
 * @returns null where training was stopped meanwhile
 */
export async function fittedFold(
  { data, fold, configuration, seed }: FoldSetup,
  control: Control,
  progress: (progress: FitProgress) => void,
): Promise<FoldData | null> {
  try {
    return await FoldData.of(data, fold, configuration, seed, { signal: control.abort.signal, progress });
  } catch (error) {
    if (control.stopped && error instanceof SpectroscopeError && error.kind === 'cancelled') return null;
    throw error;
  }
}

function fitWords({ pass, done, total }: FitProgress): string {
  return t('Fitting the preparation, pass {pass}: {done} of {total} scans', { pass, done, total });
}

function preparingFold(folds: readonly FoldSetup[], run: number, session: string, message: string): Progress {
  const { configuration } = folds[run] as FoldSetup;
  return {
    session,
    run,
    runs: folds.length,
    runName: runName(run, configuration),
    status: 'preparing',
    message,
    step: 0,
    steps: stepsOf(folds[run] as FoldSetup),
    epoch: 0,
    epochs: configuration.epochs,
    loss: null,
    stepsPerSecond: null,
    captureCost: null,
    captureWait: null,
    secondsLeft: null,
  };
}

function captureFor(setup: FoldSetup | undefined, plan: readonly LayerPlan[]): Capture {
  const gramsEvery = setup === undefined ? 0 : gramCadence(setup.configuration.capture);
  return captureOn(setup?.kernels.name ?? 'native', plan, { gramsEvery });
}

/** @returns null where labels cannot be exchanged: no Grams are kept, or there is one group */
function signsOf(folds: readonly FoldSetup[], { file }: SessionWriter): EarlySigns | null {
  const [first] = folds;
  if (first === undefined) return null;
  const { data, configuration, plan } = first;
  const kept = plan.filter(({ keepsGrams }) => keepsGrams);
  if (configuration.capture.grams === null || kept.length === 0 || data.groups.length < 2) return null;
  return new EarlySigns({
    file,
    steps: folds.map(stepsOf),
    groups: data.groups.map(({ name }) => name),
    samples: Math.min(configuration.batchSize, first.fold.training.length),
    layers: kept.filter(({ weight }) => hasSingleRows(weight)).length,
    strata: data.targetIsGroups || data.classes.length < 2 ? null : { kind: 'class' },
    seed: configuration.seed,
  });
}

/** Planned. */
function stepsOf({ fold, configuration }: FoldSetup): number {
  return batchSizes(fold.training.length, configuration.batchSize).length * configuration.epochs;
}

function runName(run: number, { folds, repeats }: RunConfiguration): string {
  const fold = (run % folds) + 1;
  return repeats === 1
    ? t('fold {fold} of {folds}', { fold, folds })
    : t('repeat {repeat}, fold {fold} of {folds}', { repeat: Math.floor(run / folds) + 1, fold, folds });
}

function reporter(
  folds: readonly FoldSetup[],
  run: number,
  session: string,
  { pace, looks }: { pace: Pace; looks(): number | null },
  emit: (progress: Progress) => void,
): (report: StepReport) => void {
  const all = folds.map(stepsOf);
  const before = all.slice(0, run).reduce((sum, each) => sum + each, 0);
  const total = all.reduce((sum, each) => sum + each, 0);
  const steps = all[run] ?? 0;
  const { configuration } = folds[run] as FoldSetup;
  let last = 0;
  return ({ step, epoch, loss, durationMs, captureMs, waitedMs, dataMs }) => {
    pace.step(durationMs, captureMs, waitedMs, dataMs);
    const now = performance.now();
    if (now - last < progressIntervalMs && step !== steps) return;
    last = now;
    const { dataWait } = pace;
    const made = looks();
    emit({
      session,
      run,
      runs: folds.length,
      runName: runName(run, configuration),
      status: 'running',
      message: '',
      step,
      steps,
      epoch: epoch + 1,
      epochs: configuration.epochs,
      loss,
      stepsPerSecond: pace.stepsPerSecond,
      captureCost: pace.captureCost,
      captureWait: pace.captureWait,
      ...(dataWait === null ? {} : { dataWait }),
      ...(made === null ? {} : { looks: made }),
      secondsLeft: secondsRemaining(before + step, total, pace.stepsPerSecond),
    });
  };
}
