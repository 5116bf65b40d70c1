import { existsSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { defaultConfiguration, firstModels } from '#app/run/defaults.ts';
import { exitCodes, settingError, SpectroscopeError } from '#app/contract/errors.ts';
import type { EventPayload } from '#app/contract/events.ts';
import type { StudyView } from '#app/contract/operations.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { withEngine, type EngineRun } from '../engine-run.ts';
import { openSource, title } from '../study-source.ts';
import type { Terminal } from '../terminal.ts';
import { chosenModel } from '../model-settings.ts';
import { describeRun, runDocument } from './inspect.ts';

export interface TrainOptions {
  table?: string;
  id?: string;
  file?: string;
  sample?: string;
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
  folds?: number;
  seed?: number;
  patience?: number;
  spacing?: number;
  captureEvery?: number;
  device?: RunConfiguration['device'];
  overwrite?: boolean;
  out: string;
}

export async function trainCommand(terminal: Terminal, paths: string[], options: TrainOptions): Promise<number> {
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
    const view = await label(run, await openSource(run, paths, options), options);
    const configuration = configure(view, options);
    run.interrupted.throwIfAborted();
    if (options.overwrite === true) {
      // A refused setting must not cost the session that is there.
      await run.engine.request('run.check', { configuration });
      for (const suffix of ['', '-wal', '-shm']) rmSync(out + suffix, { force: true });
    }
    const end = waitForEnd(run, terminal);
    // Refused at the start: the engine then ends, and nobody waits for this any more.
    end.catch(() => undefined);
    const { session } = await run.engine.request('run.start', {
      configuration,
      title: title(out),
      file: { path: out },
    });
    const progress = await end;
    if (progress.status === 'failed') throw new SpectroscopeError('input', 'training-failed', progress.message);
    const saved = await run.engine.request('session.view', { session });
    terminal.result({ file: out, ...runDocument(saved) }, [...describeRun(saved), `Session: ${options.out}`]);
    return run.interrupted.aborted ? exitCodes.cancelled : 0;
  });
}

/** Applies --group, --target and --features to the open study. */
async function label(run: EngineRun, opened: StudyView, options: TrainOptions): Promise<StudyView> {
  let view = opened;
  for (const [labelling, column] of [
    ['groups', options.group],
    ['target', options.target],
  ] as const) {
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
  if (view.study.groups.groups.length === 0) {
    throw settingError(
      'no-groups',
      'The study has no groups: name the column that divides the subjects with --group.',
      {
        field: '--group',
      },
    );
  }
  return view;
}

function configure({ study }: StudyView, options: TrainOptions): RunConfiguration {
  const model = chosenModel(options.model ?? firstModels[study.kind], options.set ?? []);
  const defaults = defaultConfiguration(study, model.name);
  return {
    ...defaults,
    model: { name: model.name, settings: { ...defaults.model.settings, ...model.settings } },
    epochs: options.epochs ?? defaults.epochs,
    batchSize: options.batch ?? defaults.batchSize,
    learningRate: options.lr ?? defaults.learningRate,
    optimizer: options.optimizer ?? defaults.optimizer,
    weightDecay: options.weightDecay ?? defaults.weightDecay,
    folds: options.folds ?? defaults.folds,
    seed: options.seed ?? defaults.seed,
    earlyStopping: patience(options.patience, defaults),
    preparation: {
      ...defaults.preparation,
      ...(options.spacing === undefined ? {} : { targetSpacingMm: options.spacing === 0 ? null : options.spacing }),
    },
    capture: { ...defaults.capture, every: options.captureEvery ?? defaults.capture.every },
    device: options.device ?? defaults.device,
  };
}

/** --patience 0: never stop early. */
function patience(chosen: number | undefined, defaults: RunConfiguration): RunConfiguration['earlyStopping'] {
  if (chosen === undefined) return defaults.earlyStopping;
  return chosen === 0 ? null : { patience: chosen };
}

function waitForEnd(run: EngineRun, terminal: Terminal): Promise<EventPayload<'run.progress'>> {
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
      terminal.run(progress);
      if (['finished', 'stopped', 'failed'].includes(progress.status)) resolveEnd(progress);
    });
  });
}
