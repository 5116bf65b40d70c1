/** What of a session no labelling changes: it is handed on to a regrouped one as it is. */
import { basename } from 'node:path';
import { float32Of } from './blob.ts';
import { loadPreparation } from './stored-preparation.ts';
import type { SessionStore } from './store.ts';
import type { RunOutcome } from './types.ts';

/**
 * Norms of the samples' gradients at a step.
 *
 * @param layers their numbers in the session; null: one that it has nothing of
 * @param order places in the step's batch, as the norms are to follow one another
 */
export function storedNorms(
  store: SessionStore,
  layers: readonly (number | null)[],
  run: number,
  step: number,
  order: readonly number[],
): (Float32Array | null)[] {
  const rows = store.statement('SELECT layer, norms FROM sample_norm WHERE run = ? AND step = ?').all(run, step);
  const norms = new Map(rows.map((row) => [Number(row['layer']), float32Of(row['norms'])]));
  return layers.map((layer) => {
    const of = layer === null ? undefined : norms.get(layer);
    return of === undefined ? null : Float32Array.from(order, (place) => of[place] ?? Number.NaN);
  });
}

/** What a run ended with; null where it has not, or was written by a version that kept nothing of it. */
export function storedOutcome(store: SessionStore, run: number): RunOutcome | null {
  const row = store.statement('SELECT best_epoch, preparation FROM run WHERE run = ?').get(run);
  if (typeof row?.['preparation'] !== 'string') return null;
  const bestEpoch = row['best_epoch'] === null ? null : Number(row['best_epoch']);
  const rows = store.statement('SELECT subject, loss, outputs FROM prediction WHERE run = ? ORDER BY subject').all(run);
  return {
    bestEpoch,
    preparation: loadPreparation(store.database, basename(store.file), run, row['preparation']),
    predictions: rows.map(({ subject, loss, outputs }) => ({
      subject: Number(subject),
      loss: Number(loss),
      outputs: float32Of(outputs),
    })),
  };
}
