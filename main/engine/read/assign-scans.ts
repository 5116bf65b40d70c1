/** Gives each subject its scan: by the file that the table names, or by the id in the path. */
import { stat } from 'node:fs/promises';
import { basename, dirname, relative, resolve } from 'node:path';
import { surestForm, type IdMatching } from '#app/data/id-forms.ts';
import { fileStem, matchFiles, type FileMatch } from '#app/data/matching.ts';
import { someOf } from '#app/study/labelling.ts';
import { told } from '#app/study/problem-words.ts';
import type { Problem } from '#app/study/study.ts';
import { inWriting, sentence, type Words } from '#app/text/sentence.ts';
import type { Cohort, CohortRow } from './cohort.ts';
import { slashes } from './folders.ts';
import { oneKind } from './one-kind.ts';

export interface Place {
  root: string;
  /** Absolute. */
  table: string;
  /** Relative to the root; null: the folder was not someOf. */
  scans: readonly string[] | null;
  /** A person named the column of files; otherwise its name looked like one. */
  fileColumnIsSure: boolean;
  /** Whether an id may be matched by its number alone. */
  byNumber?: boolean;
}

/**
 * Excludes who has no scan, and adds a row, excluded, for each scan without a subject.
 * @returns the path of each row's scan, relative to the root (null: none)
 */
export async function assignScans(cohort: Cohort, place: Place): Promise<(string | null)[]> {
  const { rows, problems } = cohort;
  const named = await filesOfTable(cohort, place);
  const scans = named === null ? oneKind(place.scans ?? [], problems) : (place.scans ?? []);
  const assigned = named ?? matchedFiles(cohort, scans, place.byNumber ?? false);
  rows.forEach((row, index) => {
    const { reason, remark } = assigned[index] ?? {};
    if (reason !== undefined) {
      row.excluded ??= inWriting(reason);
      problems.push(problem('no-file-for-subject', 'error', null, row.id, reason));
    }
    if (remark !== undefined) problems.push(problem('file-matched-by-number', 'note', null, row.id, remark));
  });
  const used = new Set(assigned.map(({ file }) => file));
  for (const file of scans) {
    if (!used.has(file)) addStranger(cohort, file, assigned);
  }
  return rows.map((_, index) => assigned[index]?.file ?? null);
}

/** Null where the table names none. */
async function filesOfTable(cohort: Cohort, place: Place): Promise<Assigned[] | null> {
  const { rows, fileColumn } = cohort;
  if (fileColumn !== null && rows.some(({ file }) => file !== '')) {
    const named = await namedFiles(rows, place);
    if (place.fileColumnIsSure || named.some(({ file }) => file !== null)) return named;
    // A column called 'scan' may say 'yes' and 'no'.
    cohort.columns = cohort.columns.map((column) => (column.role === 'file' ? { ...column, role: 'ignored' } : column));
  }
  return null;
}

interface Assigned {
  file: string | null;
  reason?: Words;
  remark?: Words;
}

function problem(
  code: string,
  severity: Problem['severity'],
  file: string | null,
  subject: string | null,
  message: Words,
): Problem {
  return { code, severity, file, subject, field: null, ...told({ message }) };
}

async function namedFiles(rows: readonly CohortRow[], place: Place): Promise<Assigned[]> {
  const byName = indexBy(place.scans ?? [], (path) => basename(path).toLowerCase());
  const byStem = indexBy(place.scans ?? [], (path) => fileStem(path).toLowerCase());
  const owners = new Map<string, string>();
  const assigned: Assigned[] = [];
  for (const { id, file } of rows) {
    const found = await namedFile(id, file, place, byName, byStem);
    const owner = found.file === null ? undefined : owners.get(found.file);
    if (found.file !== null && owner === undefined) owners.set(found.file, id);
    assigned.push(
      owner === undefined
        ? found
        : {
            file: null,
            reason: sentence("{id}: the file '{file}' is that of {owner} already. Correct the table.", {
              id,
              file,
              owner,
            }),
          },
    );
  }
  return assigned;
}

async function namedFile(
  id: string,
  text: string,
  { root, table }: Place,
  byName: ReadonlyMap<string, string[]>,
  byStem: ReadonlyMap<string, string[]>,
): Promise<Assigned> {
  if (text === '')
    return { file: null, reason: sentence('{id}: the table names no file. Fill in the file name.', { id }) };
  const name = text.replaceAll('\\', '/');
  for (const folder of new Set([root, dirname(table)])) {
    for (const ending of ['', '.nii.gz', '.nii']) {
      const path = resolve(folder, name + ending);
      if ((await stat(path).catch(() => null))?.isFile() === true) return { file: slashes(relative(root, path)) };
    }
  }
  const candidates = byName.get(basename(name).toLowerCase()) ?? byStem.get(fileStem(name).toLowerCase()) ?? [];
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return { file: only };
  if (candidates.length > 1)
    return {
      file: null,
      reason: sentence("{id}: several files are called '{text}': {candidates}. Give the path in the table.", {
        id,
        text,
        candidates: someOf(candidates, 3),
      }),
    };
  return {
    file: null,
    reason: sentence("{id}: there is no file '{text}' in {root}. Correct the table or copy the file there.", {
      id,
      text,
      root: basename(root),
    }),
  };
}

function matchedFiles({ rows, matches: reported }: Cohort, scans: readonly string[], byNumber: boolean): Assigned[] {
  const ids = rows.map(({ id }) => id);
  const matches = matchFiles(ids, scans, byNumber);
  const possible = asForms(matchFiles(ids, scans, true), asForms(matchFiles(ids, scans), null, scans), scans);
  const applied = byNumber ? possible : asForms(matches, null, scans);
  const limit = byNumber ? ('number' as const) : surestForm;
  reported.push({
    source: 'scans',
    ids,
    subjects: scans,
    applied: { rows: applied },
    possible: { rows: possible },
    limit,
  });
  return rows.map(({ id, excluded }, index): Assigned => {
    const match = matches[index];
    if (match === undefined || (match.file === null && match.candidates.length === 0)) {
      return excluded === null
        ? {
            file: null,
            reason: sentence(
              '{id}: no file has this id in its path. Correct the id or name the file in a column of the table.',
              { id },
            ),
          }
        : { file: null };
    }
    if (match.file === null) {
      return {
        file: null,
        reason: sentence(
          '{id}: not one file but several fit, or one fits several subjects: {candidates}. Name the file in a column of the table.',
          { id, candidates: someOf(match.candidates, 3) },
        ),
      };
    }
    if (!match.loosely) return { file: match.file };
    const form = applied[index];
    const byNumberAlone = typeof form === 'object' && form.form === 'number';
    return {
      file: match.file,
      remark: byNumberAlone
        ? sentence('{id}: matched with {file} by its number alone. Check that they belong together.', {
            id,
            file: match.file,
          })
        : sentence('{id}: matched with {file}, where the number has other zeros. Check that they belong together.', {
            id,
            file: match.file,
          }),
    };
  });
}

/** What fits a scan only once numbers are enough fits by its number alone. */
function asForms(
  matches: readonly FileMatch[],
  without: IdMatching['rows'] | null,
  scans: readonly string[],
): IdMatching['rows'] {
  const place = new Map(scans.map((path, at) => [path, at]));
  return matches.map((match, row) => {
    if (match.file === null) return match.candidates.length > 0 ? 'ambiguous' : 'unknown';
    const isNew = without !== null && without[row] === 'unknown';
    const form = isNew ? 'number' : match.loosely ? 'zeros' : 'label';
    return { subject: place.get(match.file) ?? -1, form, repeated: false };
  });
}

function indexBy(paths: readonly string[], key: (path: string) => string): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const path of paths) index.set(key(path), [...(index.get(key(path)) ?? []), path]);
  return index;
}

/** A scan of a known subject's folder is one more of the same subject; any other is a subject that the table lacks. */
function addStranger({ rows, columns, problems }: Cohort, file: string, assigned: Assigned[]): void {
  const folder = dirname(file);
  const owner = assigned.findIndex((other) => other.file !== null && dirname(other.file) === folder && folder !== '.');
  const subjectFolder = /^sub-[^/]+/.exec(file)?.[0];
  const known = rows.find(({ id }) => id === subjectFolder);
  if (subjectFolder !== undefined && known !== undefined) {
    problems.push(
      problem(
        'scan-not-used',
        'note',
        file,
        known.id,
        sentence('{file}: another file of {id} is used; this one is left out.', { file, id: known.id }),
      ),
    );
    return;
  }
  const neighbour = rows[owner];
  if (neighbour !== undefined && subjectFolder === undefined && ownFolder(assigned, folder)) {
    problems.push(
      problem(
        'scan-not-used',
        'note',
        file,
        neighbour.id,
        sentence('{file}: another file of {id} is used; this one is left out.', { file, id: neighbour.id }),
      ),
    );
    return;
  }
  const name = subjectFolder ?? fileStem(file);
  const id = rows.some((row) => row.id === name) ? file : name;
  const reason = sentence('{file}: no row of the table belongs to this file. Add a row for it, or correct the id.', {
    file,
  });
  rows.push({
    id,
    person: id,
    visit: '',
    file,
    excluded: inWriting(reason),
    values: Object.fromEntries(columns.map((column) => [column.name, column.role === 'id' ? id : null])),
  });
  assigned.push({ file });
  problems.push(problem('no-row-for-file', 'warning', file, id, reason));
}

/** Whether each subject has a folder of its own, so that what lies in it is the subject's. */
function ownFolder(assigned: readonly Assigned[], folder: string): boolean {
  return (
    assigned.filter(({ file }) => file !== null && dirname(file) === folder).length === 1 &&
    assigned.filter(({ file }) => file !== null).length > 1
  );
}
