/** Files of a study that are no longer where they were: named when it is opened, found again by their content. */
import { stat } from 'node:fs/promises';
import { basename, isAbsolute, relative, resolve, sep } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { told } from '#app/study/problem-words.ts';
import type { Atlas, Problem, SourceFile, Study } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { listFiles } from '../read/find-files.ts';
import { hashFile } from '../read/hash-file.ts';
import { inParallel } from '../read/in-parallel.ts';
import type { Call } from '../serve/handlers.ts';

const atOnce = 16;
const mostNamed = 3;

export interface Relinked {
  study: Study;
  /** Files that were found again. */
  found: number;
  /** Paths of those that were not, as the study has them. */
  missing: string[];
}

/** @returns files of the study that are not there, each once */
export async function missingFiles(study: Study, signal: AbortSignal): Promise<SourceFile[]> {
  const files = sourceFiles(study);
  const there = await inParallel(files, atOnce, { what: t('Opening the study'), signal }, async ({ path }) => {
    const found = await stat(resolve(study.root, path)).catch(() => null);
    return found?.isFile() === true;
  });
  return files.filter((_, i) => there[i] !== true);
}

/** What a person is told of them, or null where nothing is missing. */
export function missingProblem(study: Study, missing: readonly SourceFile[]): Problem | null {
  const [first] = missing;
  if (first === undefined) return null;
  const names = missing.slice(0, mostNamed).map(({ path }) => basename(path));
  const rest = missing.length - names.length;
  const which = rest > 0 ? sentence('{names} and {n} more', { names: names.join(', '), n: rest }) : names.join(', ');
  const isNeeded = study.subjects.some((subject) => sourcesOf(subject).some(([, { path }]) => path === first.path));
  return {
    code: 'files-not-found',
    // The values of a table are in the study; scans are read again for each training.
    severity:
      isNeeded || missing.some(({ path }) => !study.tables.some((table) => table.path === path)) ? 'error' : 'note',
    file: first.path.startsWith('..') ? basename(first.path) : first.path,
    subject: null,
    field: null,
    ...told({
      message: sentence(
        '{missing} of {all} files of the study are not where they were ({which}). Name the folder that holds them now: they are found again by their content, whatever they are called.',
        { missing: missing.length, all: sourceFiles(study).length, which },
      ),
    }),
  };
}

/**
 * Looks for the files that are missing in a folder and below it: by their size, then by the hash of their content.
 * Where all of them moved together, only the study's root changes; otherwise the paths of those that were found.
 * @throws SpectroscopeError (kind 'input') when the folder cannot be read or holds none of them
 */
export async function relinkStudy(
  study: Study,
  folder: string,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<Relinked> {
  const missing = await missingFiles(study, call.signal);
  if (missing.length === 0) return { study, found: 0, missing: [] };
  const moved = await findByContent(missing, folder, call);
  if (moved.size === 0) {
    throw inputError(
      'no-file-of-study',
      sentence(
        '{folder}: none of the {missing} missing files of the study is in this folder or below it. Choose the folder that holds them now; files whose content changed have to be imported again.',
        { folder: basename(folder), missing: missing.length },
      ),
      {
        file: basename(folder),
        expected: sentence('a file with the content of {path}', { path: basename(missing[0]?.path ?? '') }),
      },
    );
  }
  return {
    study: relocated(study, moved, missing.length === sourceFiles(study).length, folder),
    found: moved.size,
    missing: missing.flatMap(({ path }) => (moved.has(path) ? [] : [path])),
  };
}

/** @returns the absolute place of each file that was found, by its path in the study */
async function findByContent(
  missing: readonly SourceFile[],
  folder: string,
  { signal, progress }: Pick<Call, 'signal' | 'progress'>,
): Promise<Map<string, string>> {
  const title = t('Finding moved files');
  progress(title, 0, null, t('listing {folder}', { folder: basename(folder) }));
  const listed = await listFiles(folder, [], signal);
  const sizes = await inParallel(listed, atOnce, { what: title, signal }, async (path) => {
    const found = await stat(resolve(folder, path)).catch(() => null);
    return found?.isFile() === true ? found.size : -1;
  });
  const bySize = new Map<number, string[]>();
  listed.forEach((path, i) => {
    const size = sizes[i] ?? -1;
    bySize.set(size, [...(bySize.get(size) ?? []), path]);
  });
  const hashes = new Map<string, Promise<string>>();
  const hashOf = (path: string): Promise<string> => {
    const known = hashes.get(path) ?? hashOrNone(resolve(folder, path), signal);
    hashes.set(path, known);
    return known;
  };
  const moved = new Map<string, string>();
  let done = 0;
  await inParallel(missing, atOnce, { what: title, signal }, async (file) => {
    // The one with the same name is most likely it.
    const candidates = [...(bySize.get(file.bytes) ?? [])].sort(
      (a, b) => alike(b, file.path) - alike(a, file.path) || (a < b ? -1 : 1),
    );
    for (const path of candidates) {
      if ((await hashOf(path)) !== file.sha256) continue;
      moved.set(file.path, resolve(folder, path));
      break;
    }
    progress(title, ++done, missing.length, basename(file.path));
  });
  return moved;
}

/** Length of the end that two paths share, in parts. */
function alike(a: string, b: string): number {
  const [first, second] = [a.split('/').reverse(), b.split('/').reverse()];
  const differing = first.findIndex((part, i) => part !== second[i]);
  return differing < 0 ? first.length : differing;
}

/** '' for a file that cannot be read. */
async function hashOrNone(path: string, signal: AbortSignal): Promise<string> {
  try {
    return await hashFile(path, signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof Error && 'code' in error) return '';
    throw error;
  }
}

/**
 * @param moved absolute place of files by their path in the study
 * @param movedAll whether the study's root moves with them, to where they share one or else to the folder
 */
export function relocated(study: Study, moved: ReadonlyMap<string, string>, movedAll: boolean, folder: string): Study {
  const roots = new Set([...moved].map(([path, place]) => rootOf(path, place)));
  const [root] = roots;
  if (movedAll && roots.size === 1 && root !== undefined && root !== null) return { ...study, root };
  const newRoot = movedAll ? resolve(folder) : study.root;
  const place = <F extends SourceFile>(file: F): F => {
    const found = moved.get(file.path);
    return found === undefined ? file : { ...file, path: pathFrom(newRoot, found) };
  };
  return {
    ...study,
    root: newRoot,
    tables: study.tables.map(place),
    ...(study.series?.atlas === undefined
      ? {}
      : { series: { ...study.series, atlas: placedAtlas(study.series.atlas, place) } }),
    subjects: study.subjects.map((subject) => {
      const changed = sourcesOf(subject).filter(([, { path }]) => moved.has(path));
      if (changed.length === 0) return subject;
      return { ...subject, ...Object.fromEntries(changed.map(([name, file]) => [name, place(file)])) };
    }),
  };
}

function placedAtlas(atlas: Atlas, place: <F extends SourceFile>(file: F) => F): Atlas {
  const { image, names, mask } = atlas;
  const placed = (file: SourceFile | null): SourceFile | null => (file === null ? null : place(file));
  return { ...atlas, image: place(image), names: placed(names), mask: placed(mask) };
}

/** The folder that a path starts from, given where it leads; null where the file has another name or place in it now. */
function rootOf(path: string, place: string): string | null {
  const end = `${sep}${path.split('/').join(sep)}`;
  return place.endsWith(end) ? place.slice(0, -end.length) || sep : null;
}

function pathFrom(root: string, place: string): string {
  const between = relative(root, place);
  return isAbsolute(between) ? place : between.split(sep).join('/');
}

/** Every file that the study names with the hash of its content, each path once. */
export function sourceFiles(study: Study): SourceFile[] {
  const all = [
    ...study.tables,
    ...atlasFiles(study),
    ...study.subjects.flatMap((subject) => sourcesOf(subject).map(([, file]) => file)),
  ];
  return [...new Map(all.map((file) => [file.path, file])).values()];
}

function atlasFiles({ series }: Study): SourceFile[] {
  if (series?.atlas === undefined) return [];
  const { image, names, mask } = series.atlas;
  return [image, names, mask].filter((file) => file !== null);
}

/** Everything of a subject that is read from a file of its own, by the name under which the subject has it. */
function sourcesOf(subject: Study['subjects'][number]): [string, SourceFile][] {
  return Object.entries(subject).flatMap(([name, value]): [string, SourceFile][] =>
    isSource(value) ? [[name, value]] : [],
  );
}

function isSource(value: unknown): value is SourceFile {
  return typeof value === 'object' && value !== null && 'path' in value && 'sha256' in value && 'bytes' in value;
}
