/** Steps of saved sessions whose sample Grams were kept, for tests that look at them under other labels. */
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { quantities } from '#app/run/configuration.ts';
import { regroupableQuantities } from '#app/spectra/regroup.ts';
import { t } from '#app/text/text.ts';
import { float64Of, int32Of } from '../session/blob.ts';
import { loadBody, type SessionBody } from '../session/header.ts';
import type { StoredLayer } from '../session/measures.ts';
import { SessionStore } from '../session/store.ts';

/** A layer of which Grams were kept. */
export interface KeptLayer {
  /** Its number in the session. */
  stored: number;
  layer: StoredLayer;
  /** Those whose spectra the Grams give for any labelling. */
  regroupable: readonly Quantity[];
}

export interface TestedSession {
  name: string;
  store: SessionStore;
  body: SessionBody;
  layers: readonly KeptLayer[];
}

export interface KeptStep {
  session: TestedSession;
  run: number;
  step: number;
  /** Sorted by group; positions in the session's subjects. */
  subjects: Int32Array;
  groupSizes: Int32Array;
  /** Triangles of each kept layer (app/spectra/kept-grams.ts). */
  grams: readonly { layer: KeptLayer; kept: Float64Array }[];
}

/** @throws SpectroscopeError (input) when the file cannot be read */
export function openTested(file: string): TestedSession {
  const store = new SessionStore(file);
  try {
    const body = loadBody(store.database);
    const layers = store.layers.flatMap((layer, stored) => {
      const regroupable = regroupableOf(store, layer, stored);
      return regroupable === null ? [] : [{ stored, layer, regroupable }];
    });
    return { name: basename(file), store, body, layers };
  } catch (error) {
    store.close();
    throw error;
  }
}

/** @returns null where no Grams of the layer were kept */
function regroupableOf(store: SessionStore, { view }: StoredLayer, stored: number): readonly Quantity[] | null {
  const first = store
    .statement(
      'SELECT gram.grams, step.subjects FROM gram JOIN step USING (run, step) WHERE gram.layer = ? ORDER BY gram.run, gram.step LIMIT 1',
    )
    .get(stored);
  if (first === undefined) return null;
  return regroupableQuantities(view, float64Of(first['grams']), int32Of(first['subjects']).length);
}

/** Runs and steps with Grams, in order. */
export function keptStepNumbers({ store }: TestedSession): { run: number; step: number }[] {
  return store
    .statement('SELECT DISTINCT run, step FROM gram ORDER BY run, step')
    .all()
    .map((row) => ({ run: Number(row['run']), step: Number(row['step']) }));
}

export function readKeptStep(session: TestedSession, run: number, step: number): KeptStep {
  const row = session.store
    .statement('SELECT subjects, group_sizes FROM step WHERE run = ? AND step = ?')
    .get(run, step);
  const grams = session.store.statement('SELECT layer, grams FROM gram WHERE run = ? AND step = ?').all(run, step);
  const byLayer = new Map(grams.map((each) => [Number(each['layer']), float64Of(each['grams'])]));
  return {
    session,
    run,
    step,
    subjects: int32Of(row?.['subjects']),
    groupSizes: int32Of(row?.['group_sizes']),
    grams: session.layers.flatMap((layer) => {
      const kept = byLayer.get(layer.stored);
      return kept === undefined ? [] : [{ layer, kept }];
    }),
  };
}

/** @throws SpectroscopeError (input) 'sessions-differ' when groups or layers are not the same in all */
export function requireSameKind(sessions: readonly TestedSession[]): void {
  const [first] = sessions;
  if (first === undefined) return;
  const kindOf = ({ body, store }: TestedSession): string =>
    JSON.stringify([
      body.study.groups.groups.map(({ name }) => name),
      store.layers.map(({ view }) => [view.name, view.quantities.map(({ quantity }) => quantity)]),
    ]);
  const other = sessions.find((session) => kindOf(session) !== kindOf(first));
  if (other === undefined) return;
  throw inputError(
    'sessions-differ',
    t(
      '{name} and {first} do not have the same groups and layers: test them one by one, or choose sessions of one network and one grouping.',
      { name: other.name, first: first.name },
    ),
    { file: other.name, expected: t('the same groups, layers and quantities') },
  );
}

/** Position in native code's order. */
export function quantityIndex(quantity: Quantity): number {
  return quantities.indexOf(quantity);
}
