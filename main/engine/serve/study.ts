/** Operations on the open study: import, edit with undo, keep in the library. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inputError, settingError, SpectroscopeError } from '#app/contract/errors.ts';
import type { ChangedView, FileReference, StudyView } from '#app/contract/operations.ts';
import { changeBetween } from '#app/study/change.ts';
import { History } from '#app/study/history.ts';
import { membersOf, targetLabelling } from '#app/study/membership.ts';
import type { Study } from '#app/study/study.ts';
import { importStudy } from '../read/import.ts';
import { listSamples, openSample, sampleStudyId } from '../study/samples.ts';
import { loadStudy, saveStudy } from '../study/study-file.ts';
import type { EngineContext, Handlers } from './handlers.ts';

type StudyOperation =
  | 'sample.list'
  | 'sample.open'
  | 'study.import'
  | 'study.list'
  | 'study.open'
  | 'study.current'
  | 'study.edit'
  | 'study.change'
  | 'study.save-copy'
  | 'study.close';

export interface OpenStudy {
  study: Study;
  /** Absolute folder that the paths of the study start from. */
  root: string;
}

export interface StudyArea {
  handlers: Handlers<StudyOperation>;
  /** The study that runs and scans are taken from; null when none is open. */
  openStudy(): OpenStudy | null;
  /** The folder of the data of a study in a file, or of one in the library by its id; null when there is none. */
  rootOf(study: { path: string } | { id: string }): Promise<string | null>;
}

export function studyHandlers(context: EngineContext): StudyArea {
  const library = join(context.library, 'studies');
  let history: History | null = null;
  // Edits are written one after the other, so that the last one stays.
  let writing: Promise<void> = Promise.resolve();

  function present(): History {
    if (history === null) throw settingError('no-study', 'No study is open. Open or import one first.');
    return history;
  }
  async function keep(study: Study): Promise<void> {
    const written = writing.then(() => saveStudy(join(library, study.id, 'study.json'), study));
    writing = written.catch(() => undefined);
    await written;
  }
  async function open(study: Study): Promise<StudyView> {
    await keep(study);
    history = new History(study);
    return view(history);
  }
  /** A sample that was opened before is the study that it was left as: a start each day must not fill the library. */
  async function keptSample(sample: string): Promise<Study | null> {
    const file = join(library, sampleStudyId(basename(sample)), 'study.json');
    if (!existsSync(file)) return null;
    try {
      const study = await loadStudy(file);
      return existsSync(study.root) ? study : null;
    } catch (error) {
      if (!(error instanceof SpectroscopeError)) throw error;
      // Damaged: set aside rather than written over.
      await rename(file, `${file}.damaged`);
      return null;
    }
  }
  /** Told as it is right after the step: answers leave in the order of the steps, and each goes on from the last. */
  async function step(take: (history: History) => Study): Promise<ChangedView> {
    const current = present();
    const before = current.study;
    const after = take(current);
    const { study, ...beside } = view(current);
    const answer = { ...beside, change: changeBetween(before, study) };
    await keep(after);
    return answer;
  }

  return {
    openStudy: () => (history === null ? null : { study: history.study, root: history.study.root }),
    rootOf: async (named) => {
      const file = 'path' in named ? named.path : libraryFile(library, named.id);
      if ('id' in named && !existsSync(file)) return null;
      return (await loadStudy(file)).root;
    },
    handlers: {
      'sample.list': async () =>
        (await listSamples()).map(({ id, title, description, licence }) => ({ id, title, description, licence })),
      'sample.open': async ({ sample }, call) =>
        await open((await keptSample(sample)) ?? (await openSample(sample, call))),
      'study.import': async ({ paths, table, idColumn, fileColumn, series }, call) =>
        await open(
          await importStudy(
            {
              paths: paths.map(pathOf),
              table: table === null ? null : pathOf(table),
              idColumn,
              fileColumn,
              series: series ?? null,
              cache: join(context.library, 'cache'),
            },
            call,
          ),
        ),
      'study.list': async () => await listStudies(library),
      'study.open': async (input) =>
        await open(
          'id' in input ? await loadStudy(libraryFile(library, input.id)) : await loadStudy(pathOf(input.file)),
        ),
      'study.current': () => (history === null ? null : view(history)),
      'study.edit': async ({ edit }) => {
        const current = present();
        await keep(current.edit(edit));
        return view(current);
      },
      'study.change': async (input) =>
        await step((current) => (input.kind === 'edit' ? current.edit(input.edit) : current[input.kind]())),
      'study.save-copy': async ({ file }) => {
        // A copy is a study of its own: opened again it does not overwrite this one in the library.
        await saveStudy(pathOf(file), { ...present().study, id: randomUUID() });
        return {};
      },
      'study.close': () => {
        history = null;
        return {};
      },
    },
  };
}

/** What a window sees: names instead of absolute paths. */
function view(history: History): StudyView {
  const { study, canUndo, canRedo } = history;
  const shown = (path: string) => (path.startsWith('..') ? basename(path) : path);
  return {
    study: {
      ...study,
      root: basename(study.root),
      tables: study.tables.map((table) => ({ ...table, path: shown(table.path) })),
    },
    groupOf: membersOf(study, study.groups),
    targetOf: membersOf(study, targetLabelling(study)),
    canUndo,
    canRedo,
    saved: 'Library',
  };
}

function pathOf(reference: FileReference): string {
  if ('path' in reference) return reference.path;
  throw new SpectroscopeError('fault', 'token-in-engine', 'A file token reached the engine in place of a path.');
}

/** @throws SpectroscopeError (kind 'input') for what cannot be the id of a study */
function libraryFile(library: string, id: string): string {
  if (!/^[0-9a-zA-Z-]+$/.test(id)) throw inputError('unknown-study', `There is no study '${id}' in the library.`);
  return join(library, id, 'study.json');
}

async function listStudies(library: string) {
  const ids = await readdir(library).catch(() => []);
  const found = await Promise.all(
    ids.map(async (id) => {
      try {
        const path = libraryFile(library, id);
        const [{ mtime }, study] = await Promise.all([stat(path), loadStudy(path)]);
        return [{ id, name: study.name, modified: mtime.toISOString(), subjects: study.subjects.length }];
      } catch {
        // A folder without a readable study is none; the others are listed all the same.
        return [];
      }
    }),
  );
  return found.flat().sort((a, b) => (a.modified < b.modified ? 1 : -1));
}
