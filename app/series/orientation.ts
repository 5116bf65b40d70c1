/** Which axis of a file of series is time: what all subjects share is their regions, what differs is how long they were measured. */
import type { Orientation } from '#app/study/study.ts';

export interface FoundOrientation {
  orientation: Orientation;
  /** One sentence. */
  reason: string;
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
  if (named.columns && !named.rows) return sure('time-by-roi', 'Columns are regions: they have names.');
  if (named.rows && !named.columns) return sure('roi-by-time', 'Rows are regions: they have names.');
  // One subject alone may as well have the wrong regions as another length.
  const isSure = Math.abs(rows.count - columns.count) > 1 || shapes.length < 3;
  if (columns.count > rows.count) {
    const reason = `Columns are regions: ${most(columns.count, shapes)} have ${columns.size} of them, and the number of rows differs.`;
    return { orientation: 'time-by-roi', reason, isSure };
  }
  if (rows.count > columns.count) {
    const reason = `Rows are regions: ${most(rows.count, shapes)} have ${rows.size} of them, and the number of columns differs.`;
    return { orientation: 'roi-by-time', reason, isSure };
  }
  if (inColumns) return sure('time-by-roi', 'Columns are regions, as AFNI writes .1D files.');
  const same = `all files have ${rows.size} rows and ${columns.size} columns`;
  if (rows.size === columns.size) {
    return guess('time-by-roi', `Rows are taken to be times, as is the custom: ${same}, which does not tell.`);
  }
  return rows.size > columns.size
    ? guess('time-by-roi', `Rows are taken to be times, being more than the columns: ${same}.`)
    : guess('roi-by-time', `Columns are taken to be times, being more than the rows: ${same}.`);
}

function sure(orientation: Orientation, reason: string): FoundOrientation {
  return { orientation, reason, isSure: true };
}

function guess(orientation: Orientation, reason: string): FoundOrientation {
  return { orientation, reason, isSure: false };
}

function most(count: number, shapes: readonly unknown[]): string {
  return count === shapes.length ? 'all subjects' : 'most subjects';
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
