/** Findings of a session, from its overview. */
import type { Finding } from '#app/contract/findings.ts';
import type { SummaryColumns } from '#app/contract/session.ts';
import type { RunCourse, SetCourse } from '#app/findings/course.ts';
import { findingsOf } from '#app/findings/findings.ts';
import { quantities } from '#app/run/configuration.ts';
import { epochRows, summaryColumns } from './queries.ts';
import type { SessionStore } from './store.ts';

/** Enough to see when something began, few enough to be read at once. */
const columnsOfRun = 100;

export function sessionFindings(store: SessionStore): Finding[] {
  const epochs = epochRows(store);
  const runs = store.statement('SELECT run FROM run WHERE steps > 0 ORDER BY run').all();
  return runs.flatMap((row) => findingsOf(courseOf(store, Number(row['run']), epochs)));
}

function courseOf(store: SessionStore, run: number, epochs: RunCourse['epochs']): RunCourse {
  const range = { session: '', run, from: 0, to: Math.max(0, store.steps(run) - 1), columns: columnsOfRun };
  let columns: RunCourse['columns'] = [];
  const sets = quantities.flatMap((quantity) => {
    const query = { ...range, quantity, scale: 'normalised' as const };
    const rank = summaryColumns(store, { ...query, summary: 'effective-rank' });
    const energy = summaryColumns(store, { ...query, summary: 'energy' });
    if (rank.layers.length > 0) {
      columns = Array.from(rank.first, (first, column) => ({ first, last: rank.last[column] ?? first }));
    }
    return store.layers.flatMap(({ view }, layer) => {
      const stored = view.quantities.find((each) => each.quantity === quantity);
      if (stored === undefined) return [];
      return rank.sets.map((name, set): SetCourse => ({
        layer: view.name,
        quantity,
        group: set === rank.sets.length - 1 ? null : name,
        possible: stored.values,
        effectiveRank: planeOf(rank, layer, set),
        energy: planeOf(energy, layer, set),
      }));
    });
  });
  return { run, columns, sets, epochs };
}

function planeOf({ first, layers, sets, mean }: SummaryColumns, layer: number, set: number): Float32Array {
  const width = layers.length * sets.length;
  return Float32Array.from(first, (_, column) => mean[column * width + layer * sets.length + set] ?? Number.NaN);
}
