/** Regrouping of a saved session, by a column of its study, a table or a list of labels, from its Grams and by replay. */
import { resolve } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { FileReference } from '#app/contract/file-reference.ts';
import type { Answer, Input } from '#app/contract/operations.ts';
import { labellingFromColumn } from '#app/study/labelling.ts';
import { labellingFromPairs } from '#app/study/regroup.ts';
import type { Labelling, Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { readTable } from '../read/table.ts';
import { removeSession } from '../session/database.ts';
import { loadBody, type SessionBody } from '../session/header.ts';
import { regroupedSession, type Regrouped } from '../session/regroup-session.ts';
import type { ReplaySource } from '../session/replay-source.ts';
import { SessionStore } from '../session/store.ts';
import type { SessionHeader, SessionWriter } from '../session/types.ts';
import type { Call } from './handlers.ts';

type By = Input<'session.regroup'>['by'];

/** What replays the steps of an open session under so many groups, once its data are there. */
export type ReplayMaker = (store: SessionStore, body: SessionBody) => Promise<(groups: number) => ReplaySource>;

/**
 * @param file of the session
 * @param begin opens the new session; `file` is where it lies
 * @param replay null: Grams alone
 * @throws SpectroscopeError as `regroupedSession` and `readTable`; nothing half-done stays
 */
export async function regroupSession(
  file: string,
  { by, title }: Pick<Input<'session.regroup'>, 'by' | 'title'>,
  begin: (header: SessionHeader) => SessionWriter & { readonly file: string },
  call: Pick<Call, 'signal' | 'progress'>,
  replay: ReplayMaker | null,
): Promise<Answer<'session.regroup'>> {
  const store = new SessionStore(file);
  try {
    const body = loadBody(store.database);
    const labelling = await labellingOf(body.study, by);
    const replayWith = (await replay?.(store, body)) ?? null;
    const regrouped = regroupedSession(store, body, labelling, title, replayWith);
    const { header, layers, groups, steps, gramSteps, replayedSteps } = regrouped;
    const writer = begun(regrouped, begin);
    let lossDifference: number | null;
    try {
      lossDifference = await regrouped.write(writer, {
        signal: call.signal,
        progress: (done, total) =>
          call.progress(replay === null ? t('Regrouping') : t('Replaying'), done, total, header.title),
      });
    } catch (error) {
      removeSession(writer.file);
      throw error;
    }
    return {
      session: writer.session,
      groups: [...groups],
      steps,
      gramSteps,
      replayedSteps,
      lossDifference,
      layers: layers.map((each) => ({
        name: each.name,
        regrouped: [...each.regrouped],
        replayed: [...each.replayed],
      })),
    };
  } finally {
    store.close();
  }
}

/** When the new session cannot be opened, what would have been replayed is given up. */
function begun<T>(regrouped: Regrouped, begin: (header: SessionHeader) => T): T {
  try {
    return begin(regrouped.header);
  } catch (error) {
    regrouped.discard();
    throw error;
  }
}

async function labellingOf(study: Study, by: By): Promise<Labelling> {
  if (by.kind === 'column') return labellingFromColumn(study, by.column);
  if (by.kind === 'labels') return labellingFromPairs(study, by.labels);
  const { file, columns } = await readTable(pathOf(by.file));
  const [subjects, groups] = columns;
  if (subjects === undefined || groups === undefined) {
    throw inputError(
      'labels-table',
      t('{file}: one column is not enough; the first names the subject, the second its group.', { file }),
      {
        file,
        expected: t('two columns'),
      },
    );
  }
  const pairs = subjects.texts.map((id, row) => ({ id, group: groups.texts[row] ?? '' }));
  // A list without a heading begins with a subject.
  if (study.subjects.some(({ id }) => id === subjects.name)) pairs.unshift({ id: subjects.name, group: groups.name });
  return labellingFromPairs(
    study,
    pairs.filter(({ id, group }) => id !== '' && group !== ''),
  );
}

function pathOf(file: FileReference): string {
  if ('path' in file) return resolve(file.path);
  throw inputError('unknown-file', t('The table is not known any more: choose it again.'));
}
