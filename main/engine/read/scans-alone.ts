/** Subjects from scans without a table: called by folder or file name, with the folder above all as a column. */
import { dirname } from 'node:path';
import { parseBids } from '#app/data/bids.ts';
import { fileStem } from '#app/data/matching.ts';
import { mostClasses } from '#app/data/columns.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import type { Cohort, CohortRow } from './cohort.ts';
import { oneKind } from './one-kind.ts';

/**
 * @param scans paths relative to the root
 * @returns one row a subject, and its scan in the same order
 */
export function subjectsOfScans(scans: readonly string[]): { cohort: Cohort; files: string[] } {
  const problems: Problem[] = [];
  const files = onePerSubject(oneKind(scans, problems), problems);
  const ids = idsOf(files);
  const rows = files.map((file, index): CohortRow => {
    const id = ids[index] ?? file;
    const [top] = file.split('/');
    const folder = subjectFolder(file) !== null || top === undefined || top === file ? null : top;
    return { id, person: id, visit: '', file, excluded: null, values: { subject: id, folder } };
  });
  const folders = new Set(rows.map(({ values }) => values['folder']).filter((folder) => folder !== null)).size;
  const divides = folders > 1 && folders <= mostClasses && folders < rows.length;
  const column = { levels: {}, description: '', meaning: null };
  return {
    files,
    cohort: {
      columns: [
        { ...column, name: 'subject', type: 'text', role: 'id' },
        {
          ...column,
          name: 'folder',
          type: 'category',
          role: divides ? 'covariate' : 'ignored',
          meaning: divides ? 'group' : null,
        },
      ],
      rows,
      fileColumn: null,
      problems,
      matches: [],
    },
  };
}

function subjectFolder(path: string): string | null {
  return parseBids(path)?.subject ?? null;
}

/** In a BIDS tree the T1-weighted scan of each subject, or the first. */
function onePerSubject(scans: readonly string[], problems: Problem[]): string[] {
  const chosen = new Map<string, string>();
  for (const path of scans) {
    const key = subjectFolder(path) ?? path;
    const known = chosen.get(key);
    if (known === undefined || (isT1(path) && !isT1(known))) chosen.set(key, path);
  }
  const used = new Set(chosen.values());
  for (const path of scans) {
    const subject = subjectFolder(path);
    if (used.has(path) || subject === null) continue;
    const message = sentence('{path}: another file of {subject} is used; this one is left out.', { path, subject });
    problems.push({ code: 'scan-not-used', severity: 'note', file: path, subject, field: null, ...told({ message }) });
  }
  return [...used];
}

function isT1(path: string): boolean {
  return /_T1w\./i.test(path);
}

/** The first of these names that tells all apart: subject folder or file name, the folders above the file upwards, whole path. */
function idsOf(files: readonly string[]): readonly string[] {
  const names = files.map((file) => subjectFolder(file) ?? fileStem(file));
  const parts = files.map((file) => dirname(file).split('/').toReversed());
  const deepest = Math.min(...parts.map(({ length }) => length));
  const folders = Array.from({ length: deepest }, (_, level) => parts.map((names) => names[level] ?? ''));
  return [names, ...folders].find((candidate) => new Set(candidate).size === candidate.length) ?? files;
}
