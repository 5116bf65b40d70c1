/** Tables of confounds beside 4-D scans: which there are, and which columns a training begins with. */
import { t } from '#app/text/text.ts';
import { basename, join } from 'node:path';
import { settingError, SpectroscopeError } from '#app/contract/errors.ts';
import { someOf } from '#app/study/labelling.ts';
import type { Problem, SeriesLayout, SourceFile } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { hashFile } from '../hash-file.ts';
import { inParallel } from '../in-parallel.ts';
import { fileSize } from '../read-file.ts';
import { confoundFiles, confoundsTable } from '../series/confound-files.ts';
import { note, type SeriesOf } from '../series/series-problems.ts';

export interface ConfoundsRequest {
  /** Pattern with * and ? of the names or paths of the tables. */
  files: string;
  /** Names of columns or patterns of them; none: the usual ones. */
  columns: readonly string[];
}

export interface OfferedConfounds {
  found: SeriesLayout['confounds'];
  /** The table of each scan, in their order; null: it has none. */
  tables: (SourceFile | null)[];
  problems: Problem[];
}

const tablesAtOnce = 4;

/** As fMRIPrep calls them, before and since its version 20. */
export const usualFiles = '*_desc-confounds_*.tsv';
/** Movement of the head and the mean signals of fluid and white matter, by their names in fMRIPrep before and since version 1.2. */
const usualColumns = [
  ['trans_x', 'trans_y', 'trans_z', 'rot_x', 'rot_y', 'rot_z', 'csf', 'white_matter'],
  ['X', 'Y', 'Z', 'RotX', 'RotY', 'RotZ', 'CSF', 'WhiteMatter'],
];

/**
 * @param request null: looked for, and none is no error
 * @throws SpectroscopeError (setting) when a pattern was named that fits no table, or (input) a table that cannot be read
 */
export async function offeredConfounds(
  root: string,
  entries: readonly SeriesOf[],
  request: ConfoundsRequest | null,
  signal: AbortSignal,
): Promise<OfferedConfounds> {
  const files = request?.files ?? usualFiles;
  const known = entries.map(({ subject: { id }, file }) => ({ id, file }));
  const found = await confoundFiles(root, known, files, signal);
  const tables = found.filter((table) => table !== null);
  const [first] = tables;
  if (first === undefined) {
    if (request === null) return { found: null, tables: entries.map(() => null), problems: [] };
    throw settingError(
      'confounds-not-found',
      sentence("No scan has a table of confounds called '{files}'. Correct the pattern, or leave it out.", { files }),
      { field: 'confounds', expected: sentence('one table for each scan') },
    );
  }
  const columns =
    request !== null && request.columns.length > 0 ? [...request.columns] : await usual(join(root, first));
  const without = entries.flatMap(({ subject }, i) => ((found[i] ?? null) === null ? [subject.id] : []));
  const problems: Problem[] = [];
  if (without.length > 0) {
    const message = sentence(
      "{without}: no table of confounds called '{files}' belongs to the scan. Leave them out of trainings that regress confounds out, or add the tables.",
      { without: someOf(without, 5), files },
    );
    problems.push(note('confounds-missing', null, message, 'warning'));
  }
  const values = { tables: tables.length, files };
  problems.push(
    note(
      'confounds-found',
      first,
      columns.length === 0
        ? sentence(
            '{tables} tables of confounds ({files}) belong to the scans; none of the usual columns is in them: choose columns on the Design page.',
            values,
          )
        : sentence(
            '{tables} tables of confounds ({files}) belong to the scans; a training begins with regressing out {columns}: change it on the Design page.',
            { ...values, columns: columns.join(', ') },
          ),
    ),
  );
  const hashed = await inParallel(found, tablesAtOnce, { what: t('The import'), signal }, async (path) =>
    path === null ? null : await sourceFile(root, path, signal),
  );
  return { found: columns.length === 0 ? null : { files, columns }, tables: hashed, problems };
}

async function sourceFile(root: string, path: string, signal: AbortSignal): Promise<SourceFile> {
  const place = join(root, path);
  return { path, bytes: await fileSize(place), sha256: await hashFile(place, signal) };
}

async function usual(path: string): Promise<string[]> {
  try {
    const { names } = await confoundsTable(path);
    return (
      usualColumns.map((each) => each.filter((name) => names.includes(name))).find((each) => each.length > 0) ?? []
    );
  } catch (error) {
    // Told of when the table is used: that it cannot be read is no reason to refuse the scans.
    if (error instanceof SpectroscopeError && error.kind === 'input') return [];
    throw error;
  }
}

/** How many scans have a table, for a proposal. */
export async function countConfounds(
  root: string,
  known: readonly { id: string; file: string }[],
  files: string | null,
  signal: AbortSignal,
): Promise<{ files: string; tables: number }> {
  const pattern = files ?? usualFiles;
  const found = await confoundFiles(root, known, pattern, signal);
  return { files: pattern, tables: found.filter((table) => table !== null && basename(table) !== '').length };
}
