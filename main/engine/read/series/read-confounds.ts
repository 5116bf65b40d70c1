/** Tables of confounds beside the series of the subjects, as fMRIPrep writes them. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { inputError, settingError } from '#app/contract/errors.ts';
import type { TableColumn } from '#app/data/table.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import type { Confounds } from '#app/series/prepare-subject.ts';
import { someOf } from '#app/study/labelling.ts';
import { globPattern } from '#app/study/membership.ts';
import type { SeriesLayout, SourceFile, Subject } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { confoundFiles, confoundsTable } from './confound-files.ts';

export interface FoundConfounds {
  /** @param times of the subject's series */
  of(subject: Subject, times: number): Promise<Confounds>;
  /** Tables read so far, by the subject's id. */
  readonly used: ReadonlyMap<string, SourceFile>;
  /** Names of those whose content is not that of the import. */
  readonly changed: readonly string[];
}

type Asked = NonNullable<SeriesPreparation['confounds']>;

/**
 * The table that the study has of a subject from its import, where it is one of those asked for and is still there; otherwise
 * that of the same run or with the subject's id.
 *
 * @param root absolute folder of the study
 * @returns null where none are asked for
 * @throws SpectroscopeError (setting) when a subject has no such file, or several; what is returned throws (input) for
 *   a table of another length, (setting) for columns that it lacks
 */
export async function findConfounds(
  { root, layout }: { root: string; layout: Pick<SeriesLayout, 'confounds'> | undefined },
  subjects: readonly Subject[],
  { confounds }: SeriesPreparation,
  signal: AbortSignal,
): Promise<FoundConfounds | null> {
  if (confounds === null) return null;
  const known = subjects.map(({ id, series }) => ({ id, file: series?.path ?? '' }));
  const searched = await confoundFiles(root, known, confounds.files, signal);
  const imported = confounds.files === layout?.confounds?.files;
  const found = subjects.map(({ confounds: own }, i) =>
    own !== undefined && imported && existsSync(resolve(root, own.path)) ? own.path : (searched[i] ?? null),
  );
  const without = subjects.filter((_, i) => found[i] === null).map(({ id }) => id);
  if (without.length > 0) {
    throw settingError(
      'confounds-not-found',
      sentence(
        "{without}: not exactly one file called '{files}' is of the same run or has this id in its path. Correct the pattern, or exclude the subjects.",
        { without: someOf(without, 5), files: confounds.files },
      ),
      { field: 'preparation.series.confounds', expected: sentence('one table for each subject') },
    );
  }
  const fileOf = new Map(subjects.map(({ id }, i) => [id, found[i] ?? '']));
  const changed: string[] = [];
  const used = new Map<string, SourceFile>();
  return {
    used,
    changed,
    of: async ({ id, confounds: own }, times) => {
      const path = fileOf.get(id) ?? '';
      const read = await confoundsTable(resolve(root, path));
      const { bytes, sha256 } = read.table;
      used.set(id, { path, bytes, sha256 });
      if (own?.path === path && own.sha256 !== sha256) changed.push(read.table.file);
      return confoundsIn(read, confounds, times);
    },
  };
}

function confoundsIn(
  { table, names }: Awaited<ReturnType<typeof confoundsTable>>,
  { columns: asked, scrub }: Asked,
  times: number,
): Confounds {
  const { file } = table;
  if (table.lines.length !== times) {
    throw inputError(
      'confounds-length',
      sentence(
        '{file}: has {lines} rows, and the series has {times} time points (expected as many). Take the confounds of the same run.',
        { file, lines: table.lines.length, times },
      ),
      { file, expected: sentence('{times} rows', { times }) },
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
    sentence("{file}: has no column of numbers called '{asked}'. Columns are: {names}.", {
      file,
      asked,
      names: someOf(names, 20),
    }),
    { file, field: asked, expected: sentence('a column of numbers') },
  );
}
