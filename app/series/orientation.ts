/** Which axis of a file of series is time: what all subjects share is their regions, what differs is how long they were measured. */
import type { Orientation, SeriesLayout } from '#app/study/study.ts';
import { inWriting, sentence, spoken, type Sentence } from '#app/text/sentence.ts';

export interface FoundOrientation {
  orientation: Orientation;
  reason: Sentence;
  /** False: nothing but the custom speaks for it, and a person should look. */
  isSure: boolean;
}

/** What the names in the files are names of. */
export interface NamedAxes {
  columns: boolean;
  rows: boolean;
}

/**
 * @param shapes rows and columns of each subject's array as it lies in the file
 * @param inColumns the format's custom is a column for each region, as AFNI's .1D
 */
export function findOrientation(
  shapes: readonly (readonly [number, number])[],
  named: NamedAxes,
  inColumns: boolean,
): FoundOrientation {
  const rows = agreement(shapes.map(([count]) => count));
  const columns = agreement(shapes.map(([, count]) => count));
  if (named.columns && !named.rows) return sure('time-by-roi', sentence('Columns are regions: they have names.'));
  if (named.rows && !named.columns) return sure('roi-by-time', sentence('Rows are regions: they have names.'));
  // One subject alone may as well have the wrong regions as another length.
  const isSure = Math.abs(rows.count - columns.count) > 1 || shapes.length < 3;
  if (columns.count > rows.count) {
    const reason =
      columns.count === shapes.length
        ? sentence('Columns are regions: all subjects have {n} of them, and the number of rows differs.', {
            n: columns.size,
          })
        : sentence('Columns are regions: most subjects have {n} of them, and the number of rows differs.', {
            n: columns.size,
          });
    return { orientation: 'time-by-roi', reason, isSure };
  }
  if (rows.count > columns.count) {
    const reason =
      rows.count === shapes.length
        ? sentence('Rows are regions: all subjects have {n} of them, and the number of columns differs.', {
            n: rows.size,
          })
        : sentence('Rows are regions: most subjects have {n} of them, and the number of columns differs.', {
            n: rows.size,
          });
    return { orientation: 'roi-by-time', reason, isSure };
  }
  if (inColumns) return sure('time-by-roi', sentence('Columns are regions, as AFNI writes .1D files.'));
  const same = { rows: rows.size, columns: columns.size };
  if (rows.size === columns.size) {
    return guess(
      'time-by-roi',
      sentence(
        'Rows are taken to be times, as is the custom: all files have {rows} rows and {columns} columns, which does not tell.',
        same,
      ),
    );
  }
  return rows.size > columns.size
    ? guess(
        'time-by-roi',
        sentence(
          'Rows are taken to be times, being more than the columns: all files have {rows} rows and {columns} columns.',
          same,
        ),
      )
    : guess(
        'roi-by-time',
        sentence(
          'Columns are taken to be times, being more than the rows: all files have {rows} rows and {columns} columns.',
          same,
        ),
      );
}

function sure(orientation: Orientation, reason: Sentence): FoundOrientation {
  return { orientation, reason, isSure: true };
}

function guess(orientation: Orientation, reason: Sentence): FoundOrientation {
  return { orientation, reason, isSure: false };
}

/** The size that most have, and how many do. */
function agreement(sizes: readonly number[]): { size: number; count: number } {
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  let [size, count] = [0, 0];
  for (const [each, times] of counts) if (times > count) [size, count] = [each, times];
  return { size, count };
}

/** Time points and channels of an array that lies as [rows, columns]. */
export function timesAndChannels(
  [rows, columns]: readonly [number, number],
  orientation: Orientation,
): { times: number; channels: number } {
  return orientation === 'time-by-roi' ? { times: rows, channels: columns } : { times: columns, channels: rows };
}

/** How the orientation is known, as a study keeps it. */
export function orientationWords(reason: Sentence): Pick<SeriesLayout, 'orientationReason' | 'orientationSaid'> {
  return { orientationReason: inWriting(reason), orientationSaid: reason };
}

/** The same in the chosen language; an older study keeps the text alone. */
export function orientationText({
  orientationReason,
  orientationSaid,
}: Pick<SeriesLayout, 'orientationReason' | 'orientationSaid'>): string {
  return spoken(orientationSaid ?? orientationReason);
}
