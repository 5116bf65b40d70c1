/** Training: one run at a time, in the background of the engine. */
import { join } from 'node:path';
import { cancelled, serialiseError, settingError } from '#app/contract/errors.ts';
import { modelForStudy } from '#app/model/input.ts';
import { trainingBytes } from '#app/model/memory.ts';
import type { ModelDescription } from '#app/model/description.ts';
import { planCapture, type LayerPlan } from '#app/spectra/plan.ts';
import { previewPreparation } from '#app/data/preview.ts';
import { foldWarnings, requireAugmentable, requirePlaceForIndicators } from '#app/preparation/check.ts';
import { describePreparation } from '#app/preparation/describe.ts';
import { twinWarnings } from '#app/preparation/twins.ts';
import { modelTask } from '#app/run/model-task.ts';
import type { Study } from '#app/study/study.ts';
import type { Answer } from '#app/contract/operations.ts';
import type { EventPayload } from '#app/contract/events.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import { describeDevice, provenance } from '../device/device.ts';
import { kernelsOn } from '../device/kernels-on.ts';
import { memoryWarning } from '../device/memory.ts';
import { withPortableMask } from '../read/mask.ts';
import { prepareData } from '../read/prepare.ts';
import type { Resumption } from '../session/reopen.ts';
import type { SessionHeader, SessionWriter } from '../session/types.ts';
import { batchSizes } from '../train/batches.ts';
import { dryRun } from '../train/dry-run.ts';
import { Control } from '../train/control.ts';
import { planRun, repeatedFolds } from '../train/plan-run.ts';
import { train } from '../train/training.ts';
import type { PreparedData } from '../train/types.ts';
import type { Call, EngineContext, Handlers, ParsedInput } from './handlers.ts';
import { planMemory } from './plan-memory.ts';
import { replayMaker } from './replay.ts';
import type { SessionArea } from './session.ts';
import { atPlace } from '../study/data-places.ts';
import type { OpenStudy, StudyArea } from './study.ts';

type RunOperation =
  `run.${'check' | 'dry-run' | 'start' | 'resume-session' | 'replay' | 'pause' | 'resume' | 'stop' | 'state'}`;
type Progress = EventPayload<'run.progress'>;

type Parts = Pick<StudyArea, 'openStudy' | 'placeOf' | 'rememberRoot'> &
  Pick<SessionArea, 'createSession' | 'readResumable' | 'reopenSession' | 'regroup'>;

/** What a training begins from. */
interface Beginning {
  open: OpenStudy;
  configuration: RunConfiguration;
  title: string;
}

interface Begun {
  writer: SessionWriter;
  resumption: Resumption;
}

interface RunArea {
  readonly handlers: Handlers<RunOperation>;
  /** Stops what is running after the step in flight. */
  close(): Promise<void>;
}

interface ActiveRun {
  control: Control;
  ended: Promise<void>;
}

export function runHandlers(context: EngineContext, parts: Parts): RunArea {
  let active: ActiveRun | null = null;
  /** The run in hand or the one that ended last, as it was told of. */
  let told: Progress | null = null;
  let replaying = false;

  function requireStudy(): OpenStudy {
    const open = parts.openStudy();
    if (open === null) throw settingError('no-study', t('No study is open: open or import one first.'));
    return open;
  }

  function requireActive(): ActiveRun {
    if (active === null) throw settingError('no-run', t('Nothing is being trained.'));
    return active;
  }

  function requireIdle(): void {
    if (active !== null)
      throw settingError('run-active', t('A training is running: stop it before you start another.'));
    if (replaying) throw settingError('run-active', t('A session is being replayed: train when that has ended.'));
  }

  /** @param begin opens the session, once the data are there */
  async function start(
    { open, configuration: asked, title }: Beginning,
    begin: (header: SessionHeader) => Promise<Begun> | Begun,
    call: Call,
  ): Promise<{ session: string }> {
    requireIdle();
    const configuration = withPortableMask(asked, open.root);
    let last = preparing(configuration, '', 0, null);
    const emit = (progress: Progress): void => context.emit('run.progress', (told = last = progress));
    const control = new Control(() => emit({ ...last, status: control.paused ? 'paused' : 'running' }));
    call.signal.addEventListener('abort', () => control.stop());
    let end = (): void => undefined;
    active = { control, ended: new Promise((resolve) => (end = resolve)) };
    const done = (): void => {
      active = null;
      end();
    };
    try {
      const device = describeDevice(configuration.device);
      const data = await prepareData(open, configuration, join(context.library, 'cache'), {
        signal: control.abort.signal,
        progress: (what, count, total, message) => {
          call.progress(what, count, total, message);
          emit(preparing(configuration, what, count, total));
        },
      });
      // Asked for while the last of the data came: there is nothing to keep, so no session is begun.
      if (control.stopped) throw cancelled(t('Training'));
      const settled = withStorage(configuration, data);
      const plan = planRun(open.study, data, settled, title, provenance(device), await kernelsOn(device.kind));
      const { writer, resumption } = await begin(plan.header);
      parts.rememberRoot(open);
      train({ folds: plan.folds, writer, resumption, control, emit })
        .then(
          (status) => ({ status, message: '' }),
          (error: unknown) => {
            const { kind, message } = serialiseError(error);
            if (kind === 'fault') console.error(error);
            return { status: 'failed' as const, message };
          },
        )
        .then(({ status, message }) => {
          // Nothing is active any more when a client hears of the end.
          done();
          emit({ ...last, session: writer.session, status, message, secondsLeft: null });
        })
        .catch((error: unknown) => console.error(error));
      return { session: writer.session };
    } catch (error) {
      done();
      const { kind, message } = serialiseError(error);
      emit({ ...last, status: kind === 'cancelled' ? 'stopped' : 'failed', message });
      throw error;
    }
  }

  /** The study as the session holds it, with its data where they lie now. */
  async function resumed(session: string, studyFile: string | null): Promise<Beginning> {
    const { study, configuration, title } = parts.readResumable(session);
    return { open: await withData(study, studyFile), configuration, title };
  }

  /** @param studyFile knows where the data lie, or is their folder; null: the library or the cache does. A table's numbers are in the study itself */
  async function withData(study: Study, studyFile: string | null): Promise<OpenStudy> {
    const place = await parts.placeOf({ id: study.id, path: studyFile });
    if (place === null && study.kind !== 'table') {
      throw settingError(
        'no-study',
        t(
          'The data of the study {name} are not where they were, or it was never trained on here: name the folder that they lie in, or a study file.',
          { name: study.name },
        ),
        { field: 'study', expected: t('a folder or a study file (--study PATH)') },
      );
    }
    return place === null ? { study, root: '' } : { study: atPlace(study, place), root: place.root };
  }

  async function replay(
    { study, steps, ...input }: ParsedInput<'run.replay'>,
    call: Call,
  ): Promise<Answer<'run.replay'>> {
    requireIdle();
    replaying = true;
    try {
      const cache = join(context.library, 'cache');
      const data = async (of: Study) => await withData(of, study === null ? null : pathOf(study));
      return await parts.regroup(input, call, replayMaker({ data, cache, steps, call }));
    } finally {
      replaying = false;
    }
  }

  return {
    handlers: {
      'run.check': ({ configuration }) => check(requireStudy(), configuration),
      'run.dry-run': async ({ configuration }) => {
        requireIdle();
        return await tryOut(requireStudy(), configuration);
      },
      'run.start': ({ configuration, title, file }, call) => {
        const path = file === null ? null : pathOf(file);
        return start(
          { open: requireStudy(), configuration, title },
          (header) => ({ writer: parts.createSession(header, path), resumption: [] }),
          call,
        );
      },
      'run.resume-session': async ({ session, study }, call) =>
        await start(
          await resumed(session, study === null ? null : pathOf(study)),
          (header) => parts.reopenSession(session, header),
          call,
        ),
      'run.replay': replay,
      'run.pause': () => {
        requireActive().control.pause();
        return {};
      },
      'run.resume': () => {
        requireActive().control.resume();
        return {};
      },
      'run.stop': () => {
        requireActive().control.stop();
        return {};
      },
      'run.state': () => told,
    },
    close: async () => {
      active?.control.stop();
      await active?.ended;
    },
  };
}

/** What a run is given, as far as it is known before its data are read. */
function planned({ study }: OpenStudy, configuration: RunConfiguration) {
  const preview = previewPreparation(study, configuration);
  const { subjects, labels, groups, classes } = preview.participants;
  const task = modelTask(configuration.task, classes.length);
  const { input, model, notes } = modelForStudy(configuration.model, preview, task);
  requireAugmentable(configuration.preparation, input.kind);
  requirePlaceForIndicators(preview.indicators, input.kind);
  const folds = repeatedFolds({ subjects: labels }, configuration).map(({ fold }) => fold);
  notes.push(...foldWarnings(configuration.preparation, preview.covariates, folds));
  notes.push(
    ...twinWarnings(
      preview.contents,
      labels.map(({ id }) => id),
      folds,
    ),
  );
  const batches = batchSizes(folds[0]?.training.length ?? subjects.length, configuration.batchSize);
  const batch = Math.max(...batches);
  const plan = planCapture(model, batch, groups.length, configuration.capture);
  return { preview, input, model, notes, batches, batch, plan };
}

/** @throws SpectroscopeError (setting) 'out-of-memory' when a step would need more than is free: it is not tried */
async function tryOut(open: OpenStudy, configuration: RunConfiguration): Promise<Answer<'run.dry-run'>> {
  const device = describeDevice(configuration.device);
  const { preview, model, batches, batch, plan } = planned(open, configuration);
  const needed = trainingBytes(model, batch);
  if (needed > device.freeBytes) {
    throw settingError('out-of-memory', memoryWarning(needed, device.freeBytes, 'memory') ?? '', {
      field: 'batchSize',
    });
  }
  const kernels = await kernelsOn(device.kind);
  const { groups } = preview.participants;
  const tried = await dryRun({ model, plan, kernels, configuration, samples: batch, groups: groups.length });
  const { epochs, folds, repeats, capture } = configuration;
  const captured = tried.capturedMs === null ? 0 : (tried.capturedMs - tried.plainMs) / Math.max(1, capture.every);
  const steps = batches.length * epochs * folds * repeats;
  return {
    ...tried,
    device: device.name,
    freeBytes: device.freeBytes,
    storedBytes: plan.reduce((sum, { bytes }) => sum + bytes, 0),
    secondsInAll: (steps * (tried.plainMs + Math.max(0, captured))) / 1000,
  };
}

function check(open: OpenStudy, configuration: RunConfiguration) {
  const device = describeDevice(configuration.device);
  const { preview, input, model, notes, batches, batch, plan } = planned(open, configuration);
  const { labels, groups, classes } = preview.participants;
  const { warnings, ...memory } = planMemory(open, configuration, { preview, model }, device);
  return {
    ...memory,
    inputShape: [...input.inputShape],
    classes: [...classes],
    subjects: groups.map(({ name }, group) => ({
      group: name,
      // A subject has a row for each of its windows.
      subjects: new Set(labels.flatMap((label) => (label.group === group ? [label.id] : []))).size,
    })),
    stepsPerEpoch: batches.length,
    warnings: [...preview.warnings, ...notes, ...warnings],
    preparation: describePreparation(configuration.preparation, preview),
    plan: planCost(model, plan, batch),
  };
}

function planCost(model: ModelDescription, plan: readonly LayerPlan[], batch: number) {
  const total = (of: (layer: LayerPlan) => number): number => plan.reduce((sum, layer) => sum + of(layer), 0);
  const forward = model.layers.reduce((sum, layer) => sum + layer.multiplyAccumulates, 0);
  return {
    layers: plan.map(({ weight, quantities, operations, bytes }) => ({
      name: weight.name,
      quantities: quantities.map(({ quantity, side, view, values }) => ({ quantity, side, view, values })),
      operations,
      bytes,
    })),
    operations: total(({ operations }) => operations),
    bytes: total(({ bytes }) => bytes),
    stepOperations: 2 * 3 * forward * batch,
  };
}

/** Where the data are by now: a resumed run must find them there again, whatever is free by then. */
function withStorage(configuration: RunConfiguration, { kind, stored }: PreparedData): RunConfiguration {
  if (kind !== 'volumes') return configuration;
  const storage = stored === undefined ? 'memory' : 'disk';
  return { ...configuration, preparation: { ...configuration.preparation, storage } };
}

function pathOf(file: { path: string } | { token: string }): string {
  if ('path' in file) return file.path;
  throw settingError('no-path', t('The file was not chosen on this computer.'));
}

function preparing(configuration: RunConfiguration, title: string, done: number, total: number | null): Progress {
  return {
    session: '',
    run: 0,
    runs: configuration.folds * configuration.repeats,
    status: 'preparing',
    message: total === null ? title : t('{title}: {done} of {total}', { title, done, total }),
    step: 0,
    steps: 0,
    epoch: 0,
    epochs: configuration.epochs,
    loss: null,
    stepsPerSecond: null,
    captureCost: null,
    captureWait: null,
    secondsLeft: null,
  };
}
