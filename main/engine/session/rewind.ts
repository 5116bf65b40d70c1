/** Takes a run back to a step: what was stored after it goes, and the overview is made again from what stays. */
import type { DatabaseSync } from 'node:sqlite';
import { float32Of, int32Of } from './blob.ts';
import type { OverviewBuilder } from './overview.ts';

/**
 * Call it in a transaction.
 *
 * @param step the first step to go
 * @param epoch the first epoch to go
 * @param overview of the run, without a step yet
 */
export function rewindRun(
  database: DatabaseSync,
  run: number,
  step: number,
  epoch: number,
  overview: OverviewBuilder,
): void {
  for (const table of ['step', 'spectra', 'summary', 'gram', 'sample_norm', 'replay', 'replay_weights']) {
    database.prepare(`DELETE FROM ${table} WHERE run = ? AND step >= ?`).run(run, step);
  }
  database.prepare('DELETE FROM epoch WHERE run = ? AND epoch >= ?').run(run, epoch);
  for (const table of ['overview', 'prediction']) database.prepare(`DELETE FROM ${table} WHERE run = ?`).run(run);
  const rows = database.prepare('SELECT step, captured, scalars, group_sizes FROM step WHERE run = ? ORDER BY step');
  const spectra = database.prepare('SELECT spectra FROM spectra WHERE run = ? AND step = ? ORDER BY layer');
  let captured = 0;
  for (const row of rows.all(run)) {
    const at = Number(row['step']);
    const stored =
      Number(row['captured']) === 0 ? null : spectra.all(run, at).map((each) => float32Of(each['spectra']));
    overview.add(at, float32Of(row['scalars']), int32Of(row['group_sizes']), stored);
    captured += stored?.length ?? 0;
  }
  database.prepare('UPDATE run SET steps = ?, captured = ? WHERE run = ?').run(step, captured, run);
}
