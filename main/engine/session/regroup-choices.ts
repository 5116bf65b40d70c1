/** What a session can be regrouped from: which quantities of a layer its Grams give, and which steps can be replayed. */
import type { RegroupChoices } from '#app/contract/regroup.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { regroupableQuantities } from '#app/spectra/regroup.ts';
import { float64Of, int32Of } from './blob.ts';
import { loadBody, loadRuns } from './header.ts';
import type { StoredLayer } from './measures.ts';
import { replaySteps } from './replay-checkpoints.ts';
import type { SessionStore } from './store.ts';

export function regroupChoices(store: SessionStore): RegroupChoices {
  const { study, dataSha256 } = loadBody(store.database);
  const runs = loadRuns(store.database, true);
  const count = (sql: string): number => Number(store.statement(sql).get()?.['steps']);
  return {
    layers: store.layers.map((layer, index) => ({
      name: layer.view.name,
      quantities: layer.view.quantities.map(({ quantity }) => quantity),
      fromGrams: [...(regroupedQuantities(store, layer, index) ?? [])],
    })),
    gramSteps: count('SELECT count(*) AS steps FROM (SELECT DISTINCT run, step FROM gram)'),
    checkpointSteps: runs.reduce((sum, { index }) => sum + replaySteps(store.database, index).length, 0),
    capturedSteps: count('SELECT count(*) AS steps FROM step WHERE captured = 1'),
    replayable: dataSha256 !== undefined,
    needsScans: study.kind !== 'table',
    columns: study.columns.filter(({ type, role }) => type === 'category' && role !== 'id').map(({ name }) => name),
  };
}

/** @returns null when no Grams of the layer were kept */
export function regroupedQuantities(
  store: SessionStore,
  { view }: Pick<StoredLayer, 'view'>,
  stored: number,
): readonly Quantity[] | null {
  const first = store
    .statement(
      'SELECT gram.grams, step.subjects FROM gram JOIN step USING (run, step) WHERE gram.layer = ? ORDER BY gram.run, gram.step LIMIT 1',
    )
    .get(stored);
  if (first === undefined) return null;
  return regroupableQuantities(view, float64Of(first['grams']), int32Of(first['subjects']).length);
}
