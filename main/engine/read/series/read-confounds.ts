/** Tables of confounds beside the series of the subjects, as fMRIPrep writes them. */
import { join } from 'node:path';
import { inputError, settingError } from '#app/contract/errors.ts';
import type { TableColumn } from '#app/data/table.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import type { Confounds } from '#app/series/prepare-subject.ts';
import { listed } from '#app/study/labelling.ts';
import { globPattern } from '#app/study/membership.ts';
import type { Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { confoundFiles, confoundsTable } from './confound-files.ts';

export type ConfoundsOf = (subject: Subject, times: number) => Promise<Confounds>;

type Asked = NonNullable<SeriesPreparation['confounds']>;

/**
 * @param root absolute folder of the study
 * @returns null where none are asked for
 * @throws SpectroscopeError (setting) when a subject has no such file, or several; the returned function throws (input) for
 *   a table of another length, (setting) for columns that it lacks
 */
export async function findConfounds(
  root: string,
  subjects: readonly Subject[],
  { confounds }: SeriesPreparation,
  signal: AbortSignal,
): Promise<ConfoundsOf | null> {
  if (confounds === null) return null;
  const known = subjects.map(({ id, series }) => ({ id, file: series?.path ?? '' }));
  const found = await confoundFiles(root, known, confounds.files, signal);
  const without = subjects.filter((_, i) => (found[i] ?? null) === null).map(({ id }) => id);
  if (without.length > 0) {
    throw settingError(
      'confounds-not-found',
      t(
        "{without}: not exactly one file called '{files}' is of the same run or has this id in its path. Correct the pattern, or exclude the subjects.",
        { without: listed(without, 5), files: confounds.files },
      ),
      { field: 'preparation.series.confounds', expected: t('one table for each subject') },
    );
  }
  const fileOf = new Map(subjects.map(({ id }, i) => [id, found[i] ?? '']));
  return async ({ id }, times) => await readConfounds(join(root, fileOf.get(id) ?? ''), confounds, times);
}

async function readConfounds(path: string, { columns: asked, scrub }: Asked, times: number): Promise<Confounds> {
  const { table, names } = await confoundsTable(path);
  const { file } = table;
  if (table.lines.length !== times) {
    throw inputError(
      'confounds-length',
      t(
        '{file}: has {lines} rows, and the series has {times} time points (expected as many). Take the confounds of the same run.',
        { file, lines: table.lines.length, times },
      ),
      { file, expected: t('{times} rows', { times }) },
    );
  }
  const columns = chosenColumns(file, names, asked);
  const values = new Float64Array(times * columns.length);
  columns.forEach((name, place) => {
    numbersOf(table.columns, name).forEach((value, time) => (values[time * columns.length + place] = value));
  });
  if (scrub === null) return { columns: columns.length, values, scrubbed: null };
  if (!names.includes(scrub.column)) throw noColumn(file, scrub.column, names);
  // The first volume has no displacement (n/a) and stays.
  const scrubbed = numbersOf(table.columns, scrub.column).map((value) => value > scrub.above);
  return { columns: columns.length, values, scrubbed };
}

/** Each name, and all that fit each pattern, once and in the order of the table. */
function chosenColumns(file: string, names: readonly string[], asked: readonly string[]): string[] {
  const chosen = new Set<string>();
  for (const pattern of asked) {
    const glob = globPattern(pattern);
    const fitting = /[*?]/.test(pattern)
      ? names.filter((name) => glob.test(name))
      : names.filter((name) => name === pattern);
    if (fitting.length === 0) throw noColumn(file, pattern, names);
    fitting.forEach((name) => chosen.add(name));
  }
  return names.filter((name) => chosen.has(name));
}

function numbersOf(columns: readonly TableColumn[], name: string): number[] {
  const cells = columns.find((each) => each.name === name)?.cells ?? [];
  return cells.map((cell) => (typeof cell === 'number' ? cell : NaN));
}

function noColumn(file: string, asked: string, names: readonly string[]) {
  return settingError(
    'confounds-column',
    t("{file}: has no column of numbers called '{asked}'. Columns are: {names}.", {
      file,
      asked,
      names: listed(names, 20),
    }),
    { file, field: asked, expected: t('a column of numbers') },
  );
}
