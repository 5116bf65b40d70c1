/** Tables of confounds beside the series of the subjects, as fMRIPrep writes them. */
import { basename, join } from 'node:path';
import { inputError, settingError } from '#app/contract/errors.ts';
import { matchFiles } from '#app/data/matching.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import type { Confounds } from '#app/series/prepare-subject.ts';
import { listed } from '#app/study/labelling.ts';
import { globPattern } from '#app/study/membership.ts';
import type { Subject } from '#app/study/study.ts';
import { listFiles } from '../find-files.ts';
import { readTable } from '../table.ts';

export type ConfoundsOf = (subject: Subject, times: number) => Promise<Confounds>;

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
  const glob = globPattern(confounds.files);
  const files = (await listFiles(root, ['node_modules'], signal)).filter((path) =>
    glob.test(confounds.files.includes('/') ? path : basename(path)),
  );
  const matches = matchFiles(
    subjects.map(({ id }) => id),
    files,
  );
  const without = subjects.filter((_, i) => (matches[i]?.file ?? null) === null).map(({ id }) => id);
  if (without.length > 0) {
    throw settingError(
      'confounds-not-found',
      `${listed(without, 5)}: not exactly one file called '${confounds.files}' has this id in its path (${files.length} files fit the pattern). Correct the pattern, or exclude the subjects.`,
      { field: 'preparation.series.confounds', expected: 'one table for each subject' },
    );
  }
  const fileOf = new Map(subjects.map(({ id }, i) => [id, matches[i]?.file ?? '']));
  return async ({ id }, times) => await readConfounds(join(root, fileOf.get(id) ?? ''), confounds.columns, times);
}

async function readConfounds(path: string, names: readonly string[], times: number): Promise<Confounds> {
  const table = await readTable(path);
  const { file } = table;
  if (table.lines.length !== times) {
    throw inputError(
      'confounds-length',
      `${file}: has ${table.lines.length} rows, and the series has ${times} time points (expected as many). Take the confounds of the same run.`,
      { file, expected: `${times} rows` },
    );
  }
  const values = new Float64Array(times * names.length);
  names.forEach((name, place) => {
    const column = table.columns.find((each) => each.name === name);
    if (column?.type !== 'number') {
      const numbers = table.columns.filter(({ type }) => type === 'number').map((each) => each.name);
      throw settingError(
        'confounds-column',
        `${file}: has no column of numbers called '${name}'. Columns are: ${listed(numbers, 20)}.`,
        { file, field: name, expected: 'a column of numbers' },
      );
    }
    column.cells.forEach((cell, time) => {
      values[time * names.length + place] = typeof cell === 'number' ? cell : NaN;
    });
  });
  return { columns: names.length, values };
}
