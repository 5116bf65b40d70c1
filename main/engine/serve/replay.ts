/** What is needed to look at a session's steps again: its data as they were, and its networks. */
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { planCapture } from '#app/spectra/plan.ts';
import type { Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { describeDevice } from '../device/device.ts';
import { kernelsOn } from '../device/kernels-on.ts';
import { prepareData } from '../read/prepare.ts';
import { loadRuns } from '../session/header.ts';
import { replaySteps } from '../session/replay-checkpoints.ts';
import { requireSameData } from '../session/reopen.ts';
import type { SessionStore } from '../session/store.ts';
import { planRun } from '../train/plan-run.ts';
import { Replay, type ReplaySetup } from '../train/replay.ts';
import type { Call } from './handlers.ts';
import type { ReplayMaker } from './regroup.ts';
import type { OpenStudy } from './study.ts';

export interface ReplayRequest {
  /** The study of the session with its data where they lie now. */
  data(study: Study): Promise<OpenStudy>;
  /** Absolute folder of prepared scans. */
  cache: string;
  steps: ReplaySetup['steps'];
  call: Pick<Call, 'signal' | 'progress'>;
}

/**
 * @throws SpectroscopeError (input) 'no-checkpoints', 'session-not-replayable', 'data-differ'; those of `prepareData`
 */
export function replayMaker({ data, cache, steps, call }: ReplayRequest): ReplayMaker {
  return async (store, body) => {
    requireReplayable(store, body.dataSha256, steps);
    const { study, configuration } = body;
    const prepared = await prepareData(await data(study), configuration, cache, call);
    const kernels = await kernelsOn(describeDevice(configuration.device).kind);
    const { model, folds, batch, header } = planRun(study, prepared, configuration, '', {}, kernels);
    requireSameData(store.file, store.database, header);
    const capture = { ...configuration.capture, every: Math.max(1, configuration.capture.every), grams: null };
    const { signal } = call;
    return (groups) => new Replay({ store, folds, plan: planCapture(model, batch, groups, capture), steps, signal });
  };
}

function requireReplayable(store: SessionStore, dataSha256: string | undefined, steps: ReplaySetup['steps']): void {
  const file = basename(store.file);
  if (dataSha256 === undefined) {
    throw inputError(
      'session-not-replayable',
      t('{file} was written by a version that did not keep what tells its data: it cannot be replayed; train again.', {
        file,
      }),
      { file, expected: t('a session of this version') },
    );
  }
  if (steps === 'all') return;
  const kept = loadRuns(store.database, false).some(({ index }) => replaySteps(store.database, index).length > 0);
  if (kept) return;
  throw inputError(
    'no-checkpoints',
    t(
      '{file} kept no weights of its steps to replay from: replay all steps (--replay-steps all), which takes as long as its training did.',
      { file },
    ),
    { file, expected: t('a session that kept weights for replay') },
  );
}
