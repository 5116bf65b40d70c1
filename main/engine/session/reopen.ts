/** Opens a session that ended before its training did, to be written on. */
import { basename } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import { inputError, settingError } from '#app/contract/errors.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import type { Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { openDatabase, translating } from './database.ts';
import { loadBody, loadCard, loadLayers, loadRuns, setMeta } from './header.ts';
import { loadProgress } from './progress.ts';
import type { RunState, SessionHeader } from './types.ts';
import { thisProcess } from './writer-marker.ts';
import { FileWriter, isWriting } from './writer.ts';

/** What is needed to find the data again. */
export interface Resumable {
  /** As labelled; its root is a name and no path. */
  study: Study;
  configuration: RunConfiguration;
  title: string;
  provenance: Readonly<Record<string, string>>;
}

/** Where each run goes on: 'over' when it ended, null at its first step. */
export type Resumption = readonly (RunState | 'over' | null)[];

/**
 * @throws SpectroscopeError 'session-running', 'session-finished' (setting), 'session-not-resumable' (input), and those of
 *   `openDatabase`
 */
export function readResumable(file: string): Resumable {
  const name = basename(file);
  const database = openDatabase(file, 'write');
  try {
    return translating(file, () => {
      const card = loadCard(database, isWriting(file));
      if (card.writer !== null) {
        throw settingError('session-running', t('{name} is being written: it needs no resuming.', { name }), {
          file: name,
        });
      }
      if (loadRuns(database, false).every(({ status }) => status === 'finished')) {
        throw settingError('session-finished', t('{name} is finished: all of its runs ended.', { name }), {
          file: name,
        });
      }
      const { study, configuration, provenance, dataSha256 } = loadBody(database);
      if (dataSha256 === undefined) {
        throw inputError(
          'session-not-resumable',
          t('{name} was written by a version that kept no state to resume from: train again.', { name }),
          { file: name, expected: t('a session of this version') },
        );
      }
      return { study, configuration, title: card.title, provenance };
    });
  } finally {
    database.close();
  }
}

/**
 * Rows after each run's latest state are removed.
 *
 * @param header of the run as it would begin now: it must be that of the file
 * @throws SpectroscopeError (input) 'data-differ' when the data are not those that the session was trained on
 */
export function reopenSession(
  file: string,
  session: string,
  header: SessionHeader,
): { writer: FileWriter; resumption: Resumption } {
  const database = openDatabase(file, 'write');
  try {
    return translating(file, () => {
      requireSameData(file, database, header);
      database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
      setMeta(database, 'status', 'running');
      setMeta(database, 'writer', thisProcess());
      const { provenance, scalars } = loadBody(database);
      setMeta(database, 'provenance', { ...provenance, resumed: new Date().toISOString() });
      const writer = new FileWriter(database, file, session, { ...header, scalars });
      const resumption = loadRuns(database, true).map(({ index, status }) => {
        if (status === 'finished') return 'over';
        const state = loadProgress(database, index);
        writer.rewind(index, state);
        return state;
      });
      return { writer, resumption };
    });
  } catch (error) {
    if (database.isOpen) database.close();
    throw error;
  }
}

/**
 * @param header of the run as it would begin now
 * @throws SpectroscopeError (input) 'data-differ' when it is not that of the session
 */
export function requireSameData(file: string, database: DatabaseSync, header: SessionHeader): void {
  const body = loadBody(database);
  const runs = loadRuns(database, false).map(({ fold, repeat, seed, trainingGroups }) => ({
    fold,
    repeat,
    seed,
    trainingGroups,
  }));
  const layers = loadLayers(database);
  const same =
    body.dataSha256 === header.dataSha256 &&
    isDeepStrictEqual(
      body.subjects,
      header.subjects.map(({ id, group, target }) => ({ id, group, target })),
    ) &&
    isDeepStrictEqual(
      runs,
      header.runs.map(({ fold, repeat = 1, seed, trainingGroups }) => ({
        fold,
        repeat,
        seed,
        trainingGroups: [...trainingGroups],
      })),
    ) &&
    isDeepStrictEqual(
      layers.map(({ layout }) => layout),
      header.layers.map(({ layout }) => layout),
    );
  if (same) return;
  const name = basename(file);
  throw inputError(
    'data-differ',
    t(
      'The data of {name} are not those that it was trained on (their content has another hash): bring the same files back, or train again.',
      { name },
    ),
    { file: name, expected: t('the data that the session was trained on') },
  );
}
