/** Operations on the open study: import, edit with undo, keep in the library. */
import { randomUUID } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { readdir, rename, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { inputError, settingError, SpectroscopeError } from '#app/contract/errors.ts';
import type { FileReference } from '#app/contract/file-reference.ts';
import type { ChangedView, StudyView } from '#app/contract/operations.ts';
import { changeBetween } from '#app/study/change.ts';
import { History, noHistory } from '#app/study/history.ts';
import type { SourceFile, Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import type { AtlasRequest } from '../read/fmri/atlas-study.ts';
import { importStudy, type ImportRequest } from '../read/import.ts';
import { proposeImport } from '../read/propose.ts';
import { placeOf, rememberPlace, rememberedPlace, type DataPlace } from '../study/data-places.ts';
import { listSamples, openSample, sampleStudyId, sampleWords } from '../study/samples.ts';
import { missingFiles, relinkStudy } from '../study/moved-files.ts';
import { loadStudy, loadStudyFile, saveStudy, studyInShort, type StudyFile } from '../study/study-file.ts';
import type { Call, EngineContext, Handlers, ParsedInput } from './handlers.ts';
import { allChangesAtOnce, firstOf, pieceOf, shownPath, stateOf, view } from './study-view.ts';

type StudyOperation =
  | 'sample.list'
  | 'sample.open'
  | 'study.propose-import'
  | 'study.import'
  | 'study.list'
  | 'study.open'
  | 'study.current'
  | 'study.subjects'
  | 'study.edit'
  | 'study.change'
  | 'study.relink'
  | 'study.save-copy'
  | 'study.close';

type HowMany = Pick<ParsedInput<'study.open'>, 'subjects'>;

export interface OpenStudy {
  study: Study;
  /** Absolute folder that the paths of the study start from. */
  root: string;
}

export interface StudyArea {
  handlers: Handlers<StudyOperation>;
  /** The study that runs and scans are taken from; null when none is open. */
  openStudy(): OpenStudy | null;
  /**
   * Where the data of a study lie: their folder or a study file, by its path, or by the study's id, where the library has it
   * or it was trained on here; null when it is not known.
   */
  placeOf(study: { id: string; path: string | null }): Promise<DataPlace | null>;
  /** So that `placeOf` finds the scans by the study's id, also where no library keeps the study. */
  rememberRoot(open: OpenStudy): void;
}

export function studyHandlers(context: EngineContext): StudyArea {
  const library = join(context.library, 'studies');
  const cache = join(context.library, 'cache');
  let history: History | null = null;
  /** Files of the open study that are not there. */
  let missing: SourceFile[] = [];
  // Edits are written one after the other, so that the last one stays.
  let writing: Promise<void> = Promise.resolve();

  function present(): History {
    if (history === null) throw settingError('no-study', t('No study is open. Open or import one first.'));
    return history;
  }
  async function keep({ study, history: saved }: StudyFile): Promise<void> {
    const written = writing.then(() => saveStudy(join(library, study.id, 'study.json'), study, saved));
    writing = written.catch(() => undefined);
    await written;
  }
  async function open(opened: StudyFile, { signal }: Pick<Call, 'signal'>, { subjects }: HowMany): Promise<StudyView> {
    const away = await missingFiles(opened.study, signal);
    await keep(opened);
    history = new History(opened.study, opened.history);
    missing = away;
    return asked(view(history, missing), history, subjects);
  }
  const asked = (all: StudyView, { study }: History, subjects: HowMany['subjects']): StudyView =>
    subjects === 'first' ? firstOf(all, stateOf(study)) : all;
  const asImported = (study: Study): StudyFile => ({ study, history: noHistory });
  /** A sample that was opened before is the study that it was left as: a start each day must not fill the library. */
  async function keptSample(sample: string): Promise<StudyFile | null> {
    const file = join(library, sampleStudyId(basename(sample)), 'study.json');
    if (!existsSync(file)) return null;
    try {
      const kept = await loadStudyFile(file);
      return existsSync(kept.study.root) ? kept : null;
    } catch (error) {
      if (!(error instanceof SpectroscopeError)) throw error;
      // Damaged: set aside rather than written over.
      await rename(file, `${file}.damaged`);
      return null;
    }
  }
  /** Told as it is right after the step: answers leave in the order of the steps, and each goes on from the last. */
  async function step(take: (history: History) => unknown): Promise<ChangedView> {
    const current = present();
    const before = current.study;
    take(current);
    const { study, ...beside } = view(current, missing);
    const answer = allChangesAtOnce({ ...beside, change: changeBetween(before, study) }, stateOf(current.study));
    await keep(fileOf(current));
    return answer;
  }

  return {
    openStudy: () => (history === null ? null : { study: history.study, root: history.study.root }),
    placeOf: async ({ id, path }) => {
      const remembered = rememberedPlace(cache, id);
      const file = path ?? libraryFile(library, id);
      // What lies outside of a folder that was named is where it was.
      if (path !== null && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
        return { root: path, elsewhere: remembered?.elsewhere ?? {} };
      }
      if (path === null && !existsSync(file))
        return remembered !== null && existsSync(remembered.root) ? remembered : null;
      const study = await loadStudy(file);
      return placeOf(study, study.root);
    },
    rememberRoot: ({ study, root }) => {
      if (study.kind !== 'table') rememberPlace(cache, study, root);
    },
    handlers: {
      'sample.list': async () =>
        (await listSamples()).map((sample) => ({ id: sample.id, ...sampleWords(sample), licence: sample.licence })),
      'sample.open': async ({ sample, ...asked }, call) =>
        await open((await keptSample(sample)) ?? asImported(await openSample(sample, call)), call, asked),
      'study.propose-import': async (input, call) => await proposeImport(importRequest(input, cache), call),
      'study.import': async (input, call) =>
        await open(asImported(await importStudy(importRequest(input, cache), call)), call, input),
      'study.list': async () => await listStudies(library),
      'study.open': async (input, call) =>
        await open(
          'id' in input ? await loadStudyFile(libraryFile(library, input.id)) : await loadStudyFile(pathOf(input.file)),
          call,
          input,
        ),
      'study.current': ({ subjects }) => (history === null ? null : asked(view(history, missing), history, subjects)),
      'study.subjects': ({ state, from }) => {
        const { study } = present();
        if (stateOf(study) === state) return pieceOf(study, from);
        throw settingError('study-changed', t('The study changed while it was read. Open it again.'));
      },
      'study.edit': async ({ edit }) => {
        const current = present();
        current.edit(edit);
        await keep(fileOf(current));
        return view(current, missing);
      },
      'study.relink': async ({ folder, subjects }, call) => {
        const current = present();
        const relinked = await relinkStudy(current.study, pathOf(folder), call);
        current.relocate(relinked.study);
        missing = await missingFiles(relinked.study, call.signal);
        await keep(fileOf(current));
        return {
          view: asked(view(current, missing), current, subjects),
          found: relinked.found,
          missing: relinked.missing.map(shownPath),
        };
      },
      'study.change': async (input) =>
        await step((current) => (input.kind === 'edit' ? current.edit(input.edit) : current[input.kind]())),
      'study.save-copy': async ({ file, as }) => {
        const { study, history: saved } = fileOf(present());
        // A copy is a study of its own: opened again it does not overwrite this one in the library.
        await saveStudy(pathOf(file), as === 'itself' ? study : { ...study, id: randomUUID() }, saved);
        return {};
      },
      'study.close': () => {
        history = null;
        missing = [];
        return {};
      },
    },
  };
}

function fileOf(history: History): StudyFile {
  return { study: history.study, history: history.saved() };
}

function importRequest(
  { paths, table, idColumn, fileColumn, choices, series, dicomSeries, atlas }: ParsedInput<'study.import'>,
  cache: string,
): ImportRequest {
  return {
    paths: paths.map(pathOf),
    table: table === null ? null : pathOf(table),
    idColumn,
    fileColumn,
    series,
    dicomSeries: dicomSeries ?? null,
    atlas: atlas ? atlasOf(atlas) : null,
    cache,
    ...(choices === undefined ? {} : { choices }),
  };
}

function atlasOf({ labels, names, mask, confounds }: NonNullable<ParsedInput<'study.import'>['atlas']>): AtlasRequest {
  const optional = (file: FileReference | null): string | null => (file === null ? null : pathOf(file));
  return { labels: pathOf(labels), names: optional(names), mask: optional(mask), confounds };
}

function pathOf(reference: FileReference): string {
  if ('path' in reference) return reference.path;
  throw new SpectroscopeError('fault', 'token-in-engine', t('A file token reached the engine in place of a path.'));
}

/** @throws SpectroscopeError (kind 'input') for what cannot be the id of a study */
function libraryFile(library: string, id: string): string {
  if (!/^[0-9a-zA-Z-]+$/.test(id))
    throw inputError('unknown-study', t("There is no study '{id}' in the library.", { id }));
  return join(library, id, 'study.json');
}

async function listStudies(library: string) {
  const ids = await readdir(library).catch(() => []);
  const found = await Promise.all(
    ids.map(async (id) => {
      try {
        const path = libraryFile(library, id);
        const [{ mtime }, inShort] = await Promise.all([stat(path), studyInShort(path)]);
        return [{ id, modified: mtime.toISOString(), ...inShort }];
      } catch {
        // A folder without a readable study is none; the others are listed all the same.
        return [];
      }
    }),
  );
  return found.flat().sort((a, b) => (a.modified < b.modified ? 1 : -1));
}
