/** Which table of confounds belongs to which series: the one of the same run, or the one with the subject's id in its path. */
import { basename, dirname } from 'node:path';
import { parseBids } from '#app/data/bids.ts';
import { matchFiles } from '#app/data/matching.ts';
import { globPattern } from '#app/study/membership.ts';
import { listFiles } from '../find-files.ts';
import { readTable } from '../table.ts';

/** What names a run in BIDS; spaces and descriptions differ between a scan and its confounds. */
const ofRun = ['ses', 'task', 'acq', 'rec', 'dir', 'run'] as const;

interface SeriesFile {
  id: string;
  /** Relative to the root. */
  file: string;
}

/**
 * @param files pattern of names, or of paths where it has a slash
 * @returns of each series its table, relative to the root; null: none, or several
 */
export async function confoundFiles(
  root: string,
  series: readonly SeriesFile[],
  files: string,
  signal: AbortSignal,
): Promise<(string | null)[]> {
  const glob = globPattern(files);
  const fitting = (await listFiles(root, ['node_modules'], signal)).filter((path) =>
    glob.test(files.includes('/') ? path : basename(path)),
  );
  const byRun = new Map<string, string[]>();
  for (const path of fitting) {
    const run = runOf(path);
    if (run !== null) byRun.set(run, [...(byRun.get(run) ?? []), path]);
  }
  const byId = matchFiles(
    series.map(({ id }) => id),
    fitting,
  );
  return series.map(({ file }, i) => {
    const own = byRun.get(runOf(file) ?? '') ?? [];
    const beside = own.filter((path) => dirname(path) === dirname(file));
    const [only, ...others] = beside.length > 0 ? beside : own;
    return only !== undefined && others.length === 0 ? only : (byId[i]?.file ?? null);
  });
}

/** null for a path that no subject's folder leads to. */
function runOf(path: string): string | null {
  const bids = parseBids(path);
  if (bids === null) return null;
  return [bids.subject, ...ofRun.map((entity) => bids.entities[entity] ?? '')].join(' ');
}

/** A table with the names of its columns of numbers. */
export async function confoundsTable(path: string) {
  const table = await readTable(path);
  return { table, names: table.columns.filter(({ type }) => type === 'number').map(({ name }) => name) };
}
