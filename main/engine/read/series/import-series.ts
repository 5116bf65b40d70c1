/** Reads the series or matrices of all subjects: what they are, which axis is time, what each channel is called. */
import { basename, join } from 'node:path';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import { idKey } from '#app/data/matching.ts';
import type { Problem, SeriesLayout, Study, Subject } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import type { Call } from '../../serve/handlers.ts';
import { inParallel } from '../in-parallel.ts';
import { arraysLayout } from './arrays-layout.ts';
import { eventsLayout } from './events-layout.ts';
import type { SeriesRequest } from './find-series.ts';
import { readArrays, type ArrayFile } from './read-arrays.ts';
import { readEvents, isEventTable } from './read-events.ts';
import { excluding, note, nothingRead, type SeriesOf } from './series-problems.ts';
import { manyArrays, soleArray, type SubjectArray } from './subject-array.ts';

/** What was read for a subject, for as long as the import lasts. */
export interface ReadSeries extends SeriesOf {
  content: SubjectArray;
  arrays: ArrayFile;
}

export interface ImportedSeries {
  kind: Extract<Study['kind'], 'series' | 'matrices'>;
  layout: SeriesLayout;
  problems: Problem[];
}

const filesAtOnce = 4;

/**
 * Fills in the series of the subjects; a subject whose file is broken, or unlike the others, is excluded with the reason.
 * @throws SpectroscopeError (kind 'input') when no file can be read; 'cancelled'
 */
export async function importSeries(
  root: string,
  entries: readonly SeriesOf[],
  request: SeriesRequest | null,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<ImportedSeries> {
  const [first] = entries;
  if (first === undefined) throw nothingRead();
  const problems: Problem[] = [];
  if (await isEventTable(join(root, first.file))) {
    const tables = await each(root, entries, problems, call, async (entry, path) => ({
      ...entry,
      ...(await readEvents(path)),
    }));
    if (tables.length === 0) throw nothingRead(problems[0]?.said?.message ?? problems[0]?.message ?? '');
    return { kind: 'series', ...eventsLayout(tables, problems) };
  }
  const read = await each(root, entries, problems, call, async (entry, path) => {
    const arrays = await readArrays(path);
    return { ...entry, arrays, content: soleArray(arrays, basename(path), null) };
  });
  return arraysLayout(read, request, problems);
}

/** Works on each file in turn; what is wrong with one excludes its subject. */
async function each<T>(
  root: string,
  entries: readonly SeriesOf[],
  problems: Problem[],
  call: Pick<Call, 'signal' | 'progress'>,
  work: (entry: SeriesOf, path: string) => Promise<T>,
): Promise<T[]> {
  let done = 0;
  const results = await inParallel(
    entries,
    filesAtOnce,
    { what: t('The import'), signal: call.signal },
    async (entry): Promise<T | null> => {
      try {
        return await work(entry, join(root, entry.file));
      } catch (error) {
        if (!(error instanceof SpectroscopeError) || error.kind !== 'input') throw error;
        problems.push(excluding(entry, error.code, error.said.message ?? error.message));
        return null;
      } finally {
        call.progress(t('Reading series'), ++done, entries.length, entry.file);
      }
    },
  );
  return results.filter((result) => result !== null);
}

/**
 * All subjects of one file. With a table they are found by their names, or row by row where the file has none.
 * @param subjects of the table; null: there is no table, and they are made of what the file holds
 */
export async function importFileOfAll(
  root: string,
  file: string,
  subjects: readonly Subject[] | null,
  request: SeriesRequest | null,
): Promise<(ImportedSeries & { subjects: Subject[] }) | null> {
  const path = join(root, file);
  const arrays = await readArrays(path);
  const many = manyArrays(arrays, subjects?.length ?? null);
  if (many === null) return null;
  const count = many.subjects.length;
  const problems: Problem[] = [];
  const ids = many.ids ?? Array.from({ length: count }, (_, i) => String(i + 1));
  const byRow = many.ids === null && subjects !== null;
  if (byRow && subjects.length !== count) {
    throw inputError(
      'subjects-not-counted',
      sentence(
        "{path}: holds {number} subjects without names, and the table has {subjects} (expected as many). Add an array 'ids' with their names.",
        { path: basename(path), number: count, subjects: subjects.length },
      ),
      {
        file: basename(path),
        field: 'ids',
        expected: sentence('{subjects} subjects, or an array of ids', { subjects: subjects.length }),
      },
    );
  }
  if (byRow) {
    problems.push(
      note(
        'matched-by-order',
        file,
        sentence(
          "{path}: its {number} subjects have no names; they were taken in the order of the table's rows. Check that it is theirs.",
          { path: basename(path), number: count },
        ),
        'warning',
      ),
    );
  }
  const known = new Map((subjects ?? []).map((subject) => [idKey(subject.id), subject]));
  const all: Subject[] = [...(subjects ?? [])];
  const read: ReadSeries[] = [];
  many.subjects.forEach((content, i) => {
    const id = ids[i] as string;
    const subject = byRow ? (subjects[i] as Subject) : known.get(idKey(id));
    if (subject !== undefined) read.push({ subject, file, content, arrays });
    else if (subjects === null) {
      const made: Subject = { id, scan: null, values: { subject: id }, excluded: null };
      all.push(made);
      read.push({ subject: made, file, content, arrays });
    } else {
      problems.push(
        note(
          'no-row-for-series',
          file,
          sentence('{path}: no row of the table belongs to {id}; its series is left out.', {
            path: basename(path),
            id,
          }),
          'warning',
        ),
      );
    }
  });
  const taken = new Set(read.map(({ subject }) => subject));
  for (const subject of all) {
    if (taken.has(subject)) continue;
    problems.push(
      excluding(
        { subject, file },
        'no-series-for-subject',
        sentence('{id}: {file} has no series of this id. Correct the id, or leave the subject out.', {
          id: subject.id,
          file: basename(path),
        }),
      ),
    );
  }
  return { ...arraysLayout(read, request, problems), subjects: all };
}
