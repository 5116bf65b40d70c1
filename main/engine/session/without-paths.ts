/** A session travels: it names no folder of the computer that it was made on. */
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import type { SeriesLayout, SourceFile, Study } from '#app/study/study.ts';
import type { Words } from '#app/text/sentence.ts';

/** The study with its root by name only, and every path below the root relative to it. */
export function studyWithoutPaths(study: Study): Study {
  const stripped = strip(study, [study.root, homedir()].filter(isAbsolute)) as Study;
  return {
    ...stripped,
    root: nameOf(study.root),
    tables: stripped.tables.map(portable),
    ...(stripped.series === undefined ? {} : { series: withoutPlaces(stripped.series) }),
    subjects: stripped.subjects.map((subject) => {
      const { scan, series, confounds } = subject;
      return {
        ...subject,
        scan: scan === null ? null : { ...scan, path: relativePath(scan.path) },
        ...(series === undefined ? {} : { series: { ...series, path: relativePath(series.path) } }),
        ...(confounds === undefined ? {} : { confounds: portable(confounds) }),
      };
    }),
    problems: stripped.problems.map((problem) => {
      const { file } = problem;
      return file === null ? problem : { ...problem, file: relativePath(file) };
    }),
  };
}

function withoutPlaces(series: SeriesLayout): SeriesLayout {
  const { atlas } = series;
  if (atlas === undefined) return series;
  const { image, names, mask } = atlas;
  const placed = (file: SourceFile | null): SourceFile | null => (file === null ? null : portable(file));
  return { ...series, atlas: { ...atlas, image: portable(image), names: placed(names), mask: placed(mask) } };
}

function portable(file: SourceFile): SourceFile {
  return { ...file, path: relativePath(file.path) };
}

/** Each text, and each value of a sentence, without the folder of the person who trained. */
export function wordsWithoutPaths(words: Readonly<Record<string, Words>>): Record<string, Words> {
  return strip(words, [homedir()]) as Record<string, Words>;
}

function strip(value: unknown, folders: readonly string[]): unknown {
  if (typeof value === 'string') {
    let text = value;
    for (const folder of folders) {
      if (folder.length < 2) continue;
      text = text.replaceAll(`${folder}/`, '').replaceAll(`${folder}\\`, '').replaceAll(folder, nameOf(folder));
    }
    return text;
  }
  if (Array.isArray(value)) return value.map((each) => strip(each, folders));
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, strip(each, folders)]));
  }
  return value;
}

/** A file outside the root is left with its name. */
function relativePath(path: string): string {
  return isAbsolute(path) ? nameOf(path) : path;
}

function isAbsolute(path: string): boolean {
  return posix.isAbsolute(path) || /^[a-z]:[\\/]/i.test(path) || path.startsWith('\\\\');
}

function nameOf(path: string): string {
  return win32.basename(path);
}
