/** Training: one run at a time, in the background of the engine. */
import { join } from 'node:path';
import { cancelled, reviveError, serialiseError, settingError, SpectroscopeError } from '#app/contract/errors.ts';
import type { Study } from '#app/study/study.ts';
import type { Answer } from '#app/contract/operations.ts';
import type { EventPayload } from '#app/contract/events.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { spoken } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { describeDevice, provenance } from '../device/device.ts';
import { kernelsOn } from '../device/kernels-on.ts';
import { withPortableMask } from '../read/mask.ts';
import { prepareData } from '../read/prepare.ts';
import type { FitProgress } from '../rows/row-reader.ts';
import { requireFree } from '../session/replace.ts';
import type { Resumption } from '../session/reopen.ts';
import type { SessionHeader, SessionWriter } from '../session/types.ts';
import { Control } from '../train/control.ts';
import { planRun } from '../train/plan-run.ts';
import { closedOnFailure, firstFold } from '../train/first-fold.ts';
import { train } from '../train/training.ts';
import type { PreparedData } from '../train/types.ts';
import { checkRun, tryStep } from './check-run.ts';
import { pathOf } from './file-path.ts';
import type { Call, EngineContext, Handlers, ParsedInput } from './handlers.ts';
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
  /** No session goes on: one is begun once the first fold's data are ready. */
  isNew?: boolean;
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
    { open, configuration: asked, title, isNew = false }: Beginning,
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
      const progress: Call['progress'] = (what, count, total, message) => {
        call.progress(what, count, total, message);
        emit(preparing(configuration, what, count, total));
      };
      const cache = join(context.library, 'cache');
      const data = await prepareData(open, configuration, cache, { signal: control.abort.signal, progress });
      // Asked for while the last of the data came: there is nothing to keep, so no session is begun.
      if (control.stopped) throw cancelled(t('Training'));
      const settled = withStorage(configuration, data);
      const made = {
        ...provenance(configuration.device),
        ...(data.warnings.length === 0 ? {} : { data: data.warnings.join(' ') }),
      };
      const plan = planRun(open.study, data, settled, title, made, await kernelsOn(device.kind));
      const fitting = ({ pass, done: count, total }: FitProgress): void =>
        progress(t('Fitting the preparation, pass {pass}', { pass }), count, total, '');
      const first = isNew ? await firstFold(plan.folds, control, fitting) : null;
      const { writer, resumption } = await closedOnFailure(first, () => begin(plan.header));
      parts.rememberRoot(open);
      train({ folds: plan.folds, writer, resumption, control, emit, ...(first === null ? {} : { first }) })
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

  /** Says which files are others where the data are. */
  async function reopen(session: string, header: SessionHeader): Promise<Begun> {
    try {
      return await parts.reopenSession(session, header);
    } catch (error) {
      const changed = header.provenance['data'];
      if (!(error instanceof SpectroscopeError) || error.code !== 'data-differ' || changed === undefined) throw error;
      throw reviveError({ ...serialiseError(error), message: `${error.message} ${spoken(changed)}` });
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
      'run.check': ({ configuration }) => checkRun(requireStudy(), configuration),
      'run.dry-run': async ({ configuration }) => {
        requireIdle();
        return await tryStep(requireStudy(), configuration);
      },
      'run.start': async ({ configuration, title, file, overwrite }, call) => {
        const place = file === null ? null : { file: pathOf(file), overwrite };
        // Said before the data are read, and looked at again when they are.
        if (place !== null) requireFree(place.file, overwrite);
        return await start(
          { open: requireStudy(), configuration, title, isNew: true },
          (header) => ({ writer: parts.createSession(header, place), resumption: [] }),
          call,
        );
      },
      'run.resume-session': async ({ session, study }, call) =>
        await start(
          await resumed(session, study === null ? null : pathOf(study)),
          (header) => reopen(session, header),
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

/** Where the data are by now: a resumed run must find them there again, whatever is free by then. */
function withStorage(configuration: RunConfiguration, { kind, stored }: PreparedData): RunConfiguration {
  if (kind !== 'volumes') return configuration;
  const storage = stored === undefined ? 'memory' : 'disk';
  return { ...configuration, preparation: { ...configuration.preparation, storage } };
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
