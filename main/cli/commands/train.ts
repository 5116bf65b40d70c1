import { existsSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { defaultConfiguration, firstModels } from '#app/run/defaults.ts';
import { exitCodes, settingError, SpectroscopeError } from '#app/contract/errors.ts';
import type { EventPayload } from '#app/contract/events.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { inputKindOf } from '#app/model/input-kinds.ts';
import type { Answer, StudyView } from '#app/contract/operations.ts';
import type { Quantity, RunConfiguration, RunTask } from '#app/run/configuration.ts';
import { plainSeries } from '#app/series/plan-series.ts';
import type { ActivationView } from '#app/spectra/matrices.ts';
import { withEngine, type EngineRun } from '../engine-run.ts';
import { noGroupsSentence, openSource, title, type SourceOptions } from '../study-source.ts';
import type { Terminal } from '../terminal.ts';
import { choicesOf, type ChoiceOptions } from '../import-choices.ts';
import { chosenModel } from '../model-settings.ts';
import { preparationOf, type PreparationOptions } from '../preparation-settings.ts';
import { withSeriesSettings } from '../series-settings.ts';
import { scheduleOf, taskOf } from '../training-settings.ts';
import { describeRun, runDocument } from './inspect.ts';

export interface TrainOptions extends SourceOptions, ChoiceOptions, PreparationOptions {
  group?: string;
  target?: string;
  features?: string[];
  model?: string;
  set?: string[];
  epochs?: number;
  batch?: number;
  lr?: number;
  optimizer?: RunConfiguration['optimizer'];
  weightDecay?: number;
  classWeights?: RunConfiguration['classWeights'];
  folds?: number;
  seed?: number;
  patience?: number;
  series?: string[];
  channels?: string[];
  captureEvery?: number;
  captureQuantities?: Quantity[];
  captureLayers?: string[];
  activationView?: ActivationView;
  keepGrams?: number | true;
  gramLayers?: string[];
  gramMegabytes?: number;
  replayCheckpoints?: number;
  replayMegabytes?: number;
  device?: RunConfiguration['device'];
  overwrite?: boolean;
  task?: RunTask['kind'];
  loss?: 'cross-entropy' | 'mse' | 'huber';
  schedule?: string;
  clip?: number;
  repeats?: number;
  earlyStopping?: number;
  checkpointMinutes?: number;
  resume?: string;
  study?: string;
  dryRun?: boolean;
  out?: string;
}

export async function trainCommand(terminal: Terminal, paths: string[], options: TrainOptions): Promise<number> {
  if (options.resume !== undefined) return await resumeCommand(terminal, options.resume, options.study);
  if (options.dryRun === true) return await dryRun(terminal, paths, options);
  if (options.out === undefined) {
    throw new SpectroscopeError('usage', 'no-out', 'Name the session file to write with --out.', { field: '--out' });
  }
  const out = resolve(options.out);
  if (existsSync(out) && options.overwrite !== true) {
    throw settingError('session-exists', `${options.out} exists already: choose another name or add --overwrite.`, {
      file: options.out,
    });
  }
  if (!existsSync(dirname(out))) {
    throw settingError('no-folder', `${options.out}: there is no folder ${dirname(out)}: make it first.`, {
      file: options.out,
      field: '--out',
    });
  }
  return await withEngine(terminal, async (run) => {
    const view = await labelled(run, await openSource(run, paths, options, choicesOf(options)), options);
    const configuration = configure(view, options);
    run.interrupted.throwIfAborted();
    return await follow(terminal, run, out, () =>
      run.engine.request('run.start', {
        configuration,
        title: title(out),
        file: { path: out },
        overwrite: options.overwrite === true,
      }),
    );
  });
}

/** Goes on with a session whose training was cut short. */
async function resumeCommand(terminal: Terminal, file: string, study: string | undefined): Promise<number> {
  const path = resolve(file);
  return await withEngine(terminal, async (run) => {
    const { session } = await run.engine.request('session.open-file', { file: { path } });
    return await follow(terminal, run, path, () =>
      run.engine.request('run.resume-session', {
        session,
        study: study === undefined ? null : { path: resolve(study) },
      }),
    );
  });
}

/** Starts a training and tells of it until it ends. */
async function follow(
  terminal: Terminal,
  run: EngineRun,
  file: string,
  start: () => Promise<{ session: string }>,
): Promise<number> {
  const end = waitForEnd(run, terminal);
  // Refused at the start: the engine then ends, and nobody waits for this any more.
  end.catch(() => undefined);
  const { session } = await start();
  const progress = await end;
  if (progress.status === 'failed') throw new SpectroscopeError('input', 'training-failed', progress.message);
  const saved = await run.engine.request('session.view', { session });
  terminal.result({ file, ...runDocument(saved) }, [...describeRun(saved), `Session: ${seenFromHere(file)}`]);
  return run.interrupted.aborted ? exitCodes.cancelled : 0;
}

/** By its name where it is in this folder or below, otherwise whole. */
function seenFromHere(file: string): string {
  const shown = relative(process.cwd(), file);
  return shown.startsWith('..') ? file : shown;
}

/** What would be trained and captured, from shapes alone. */
async function dryRun(terminal: Terminal, paths: string[], options: TrainOptions): Promise<number> {
  return await withEngine(terminal, async (run) => {
    const view = await labelled(run, await openSource(run, paths, options, choicesOf(options)), options);
    const configuration = configure(view, options);
    const check = await run.engine.request('run.check', { configuration });
    terminal.result({ dryRun: true, ...check, configuration }, describePlan(check));
    return 0;
  });
}

function describePlan(check: Answer<'run.check'>): string[] {
  const { inputShape, stepsPerEpoch, memoryBytes, plan, preparation, warnings, session } = check;
  const { spectraBytes, gramBytes, replayBytes, replaySteps } = session;
  return [
    ...preparation.map(({ step, words, shape }) => `  ${step}: ${words} (${shape.join(' x ')})`),
    `Input ${inputShape.join(' x ')}, ${stepsPerEpoch} steps an epoch, about ${Math.ceil(memoryBytes / 2 ** 20)} MiB of memory`,
    ...plan.layers.map(
      ({ name, quantities, operations, bytes }) =>
        `  ${name}: ${quantities.map(({ quantity, side, values }) => `${quantity} (${side} side, ${values} values)`).join(', ')}; ${(operations / 1e6).toFixed(1)} million operations, ${bytes} bytes a captured step`,
    ),
    `A captured step: ${(plan.operations / 1e6).toFixed(1)} million operations beside ${(plan.stepOperations / 1e6).toFixed(1)} million of the step itself, ${plan.bytes} bytes stored`,
    `The session will take about ${formatBytes(spectraBytes + gramBytes + replayBytes)}: spectra ${formatBytes(spectraBytes)}, sample Grams ${formatBytes(gramBytes)}, weights for replay of ${replaySteps} steps of each run ${formatBytes(replayBytes)}`,
    ...warnings,
  ];
}

/** Applies --group, --target and --features to the open study. */
export async function labelled(
  run: EngineRun,
  opened: StudyView,
  options: Pick<TrainOptions, 'group' | 'target' | 'task' | 'features' | 'channels'>,
): Promise<StudyView> {
  let view = opened;
  for (const [labelling, column] of [
    ['groups', options.group],
    ['target', options.target],
  ] as const) {
    // A number is predicted as it is: it divides nobody into classes.
    if (labelling === 'target' && options.task !== undefined && options.task !== 'classification') continue;
    if (column === undefined || (labelling === 'target' && column === options.group)) continue;
    view = await run.engine.request('study.edit', { edit: { kind: 'label-by-column', labelling, column } });
  }
  if (options.features !== undefined) {
    const all = view.study.columns.filter(({ role }) => role === 'feature').map(({ name }) => name);
    await run.engine.request('study.edit', { edit: { kind: 'features', columns: all, included: false } });
    view = await run.engine.request('study.edit', {
      edit: { kind: 'features', columns: options.features, included: true },
    });
  }
  if (options.channels !== undefined) {
    // First in, then out, so that never none is left.
    await run.engine.request('study.edit', { edit: { kind: 'channels', channels: options.channels, included: true } });
    const chosen = new Set(options.channels);
    const others = (view.study.series?.channels ?? []).filter(
      ({ name, source }) => !chosen.has(name) && !chosen.has(source),
    );
    view = await run.engine.request('study.edit', {
      edit: { kind: 'channels', channels: others.map(({ name }) => name), included: false },
    });
  }
  if (view.study.groups.groups.length === 0) {
    throw settingError('no-groups', noGroupsSentence(view.study), { field: '--group' });
  }
  return view;
}

function configure({ study }: StudyView, options: TrainOptions): RunConfiguration {
  const model = chosenModel(options.model ?? firstModels[inputKindOf(study.kind)], options.set ?? []);
  const defaults = defaultConfiguration(study, model.name);
  return {
    ...defaults,
    model: { name: model.name, settings: { ...defaults.model.settings, ...model.settings } },
    epochs: options.epochs ?? defaults.epochs,
    batchSize: options.batch ?? defaults.batchSize,
    learningRate: options.lr ?? defaults.learningRate,
    optimizer: options.optimizer ?? defaults.optimizer,
    weightDecay: options.weightDecay ?? defaults.weightDecay,
    classWeights: options.classWeights ?? defaults.classWeights,
    folds: options.folds ?? defaults.folds,
    seed: options.seed ?? defaults.seed,
    earlyStopping: patience(options.earlyStopping ?? options.patience, defaults),
    task: taskOf(options.task ?? defaults.task.kind, options.loss, options.target),
    schedule: options.schedule === undefined ? defaults.schedule : scheduleOf(options.schedule),
    gradientClipping: limit(options.clip, defaults),
    repeats: options.repeats ?? defaults.repeats,
    checkpointMinutes: options.checkpointMinutes ?? defaults.checkpointMinutes,
    preparation: {
      ...preparationOf(options, defaults.preparation),
      ...(options.series === undefined
        ? {}
        : { series: withSeriesSettings(defaults.preparation.series ?? plainSeries, options.series) }),
    },
    capture: captureOf(options, defaults),
    device: options.device ?? defaults.device,
  };
}

const usualGramMegabytes = 500;
const usualReplayMegabytes = 50;

function captureOf(options: TrainOptions, { capture }: RunConfiguration): RunConfiguration['capture'] {
  const { keepGrams } = options;
  return {
    ...capture,
    every: options.captureEvery ?? capture.every,
    layers: options.captureLayers ?? capture.layers,
    quantities: options.captureQuantities ?? capture.quantities,
    activationView: options.activationView ?? capture.activationView,
    grams:
      keepGrams === undefined
        ? capture.grams
        : {
            every: keepGrams === true ? 1 : keepGrams,
            layers: options.gramLayers ?? null,
            megabytes: options.gramMegabytes ?? usualGramMegabytes,
          },
    replay: replayOf(options, capture),
  };
}

/** --replay-checkpoints 0: none. */
function replayOf(
  { replayCheckpoints, replayMegabytes }: TrainOptions,
  { replay }: RunConfiguration['capture'],
): RunConfiguration['capture']['replay'] {
  const checkpoints = replayCheckpoints ?? replay?.checkpoints ?? 0;
  return checkpoints === 0
    ? null
    : { checkpoints, megabytes: replayMegabytes ?? replay?.megabytes ?? usualReplayMegabytes };
}

/** --clip 0: no limit. */
function limit(chosen: number | undefined, defaults: RunConfiguration): number | null {
  if (chosen === undefined) return defaults.gradientClipping;
  return chosen === 0 ? null : chosen;
}

/** --early-stopping 0: never stop early. */
function patience(chosen: number | undefined, defaults: RunConfiguration): RunConfiguration['earlyStopping'] {
  if (chosen === undefined) return defaults.earlyStopping;
  return chosen === 0 ? null : { patience: chosen };
}

/** @param tells whether it tells of the training on the way */
export function waitForEnd(run: EngineRun, terminal: Terminal, tells = true): Promise<EventPayload<'run.progress'>> {
  const stop = (): void => {
    // It ended by itself meanwhile: then there is nothing to stop.
    run.engine.request('run.stop', {}).catch(() => undefined);
  };
  run.interrupted.addEventListener('abort', stop, { once: true });
  return new Promise((resolveEnd, reject) => {
    void run.engine.ended.then(() =>
      reject(
        new SpectroscopeError(
          'fault',
          'engine-died',
          `The engine ended while it trained; what was stored is safe. Its last words: ${run.engine.lastWords}`,
        ),
      ),
    );
    run.onProgress((progress) => {
      if (tells) terminal.run(progress);
      if (['finished', 'stopped', 'failed'].includes(progress.status)) resolveEnd(progress);
    });
  });
}
