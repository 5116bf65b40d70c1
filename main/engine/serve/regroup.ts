/** Regrouping of a saved session, from a column of its study or a table of labels. */
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { Answer, FileReference, Input } from '#app/contract/operations.ts';
import { labellingFromColumn } from '#app/study/labelling.ts';
import { labellingFromPairs } from '#app/study/regroup.ts';
import type { Labelling, Study } from '#app/study/study.ts';
import { readTable } from '../read/table.ts';
import { loadBody } from '../session/header.ts';
import { regroupedSession } from '../session/regroup-session.ts';
import { SessionStore } from '../session/store.ts';
import type { SessionHeader, SessionWriter } from '../session/types.ts';
import type { Call } from './handlers.ts';

type By = Input<'session.regroup'>['by'];

/**
 * @param file of the session
 * @param begin opens the new session; `file` is where it lies
 * @throws SpectroscopeError as `regroupedSession` and `readTable`; nothing half-done stays
 */
export async function regroupSession(
  file: string,
  { by, title }: Pick<Input<'session.regroup'>, 'by' | 'title'>,
  begin: (header: SessionHeader) => SessionWriter & { readonly file: string },
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<Answer<'session.regroup'>> {
  const store = new SessionStore(file);
  try {
    const body = loadBody(store.database);
    const labelling = await labellingOf(body.study, by);
    const { header, layers, groups, steps, write } = regroupedSession(store, body, labelling, title);
    const writer = begin(header);
    try {
      await write(writer, {
        signal: call.signal,
        progress: (done, total) => call.progress('Regrouping', done, total, header.title),
      });
    } catch (error) {
      rmSync(writer.file, { force: true });
      throw error;
    }
    return {
      session: writer.session,
      groups: [...groups],
      steps,
      layers: layers.map(({ name, regrouped }) => ({ name, regrouped: [...regrouped] })),
    };
  } finally {
    store.close();
  }
}

async function labellingOf(study: Study, by: By): Promise<Labelling> {
  if (by.kind === 'column') return labellingFromColumn(study, by.column);
  const { file, columns } = await readTable(pathOf(by.file));
  const [subjects, groups] = columns;
  if (subjects === undefined || groups === undefined) {
    throw inputError(
      'labels-table',
      `${file}: one column is not enough; the first names the subject, the second its group.`,
      {
        file,
        expected: 'two columns',
      },
    );
  }
  const pairs = subjects.texts.map((id, row) => ({ id, group: groups.texts[row] ?? '' }));
  return labellingFromPairs(
    study,
    pairs.filter(({ id, group }) => id !== '' && group !== ''),
  );
}

function pathOf(file: FileReference): string {
  if ('path' in file) return resolve(file.path);
  throw inputError('unknown-file', 'The table is not known any more: choose it again.');
}
