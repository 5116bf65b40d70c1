/** The contract's questions about the steps of a session, answered from its file. */
import type { EpochRow, ScalarColumns, SpectrumColumns, SummaryColumns } from '#app/contract/session.ts';
import type { Input } from '#app/contract/operations.ts';
import { float32Of, int32Of } from './blob.ts';
import { boundsOf, fillPlanes, readColumns, wholeBlocks, type Column, type Source } from './columns.ts';
import { parseMetrics } from './header.ts';
import { chosenValues, keptIndices, setFactors, spread } from './measures.ts';
import { finestLevel } from './overview.ts';
import type { SessionStore } from './store.ts';
import { summarySource } from './summary-source.ts';

export function scalarSource(store: SessionStore, run: number): Source {
  return {
    length: store.scalars.length,
    finest: finestLevel(1),
    rows: (first, last, visit) => {
      const rows = store.statement(
        'SELECT step, scalars FROM step WHERE run = ? AND step BETWEEN ? AND ? ORDER BY step',
      );
      for (const row of rows.iterate(run, first, last)) visit(Number(row['step']), float32Of(row['scalars']));
    },
    blocks: wholeBlocks(store, run, 'scalars', 0),
  };
}

export function scalarColumns(store: SessionStore, range: Input<'session.scalars'>): ScalarColumns {
  const width = store.scalars.length;
  const columns = readColumns(store, range, scalarSource(store, range.run));
  return { ...boundsOf(columns), names: [...store.scalars], ...fillPlanes(columns, width, (entry) => entry) };
}

export function epochRows(store: SessionStore): EpochRow[] {
  const rows = store.statement('SELECT run, epoch, step, training, validation FROM epoch ORDER BY run, epoch').all();
  return rows.map((row) => ({
    run: Number(row['run']),
    epoch: Number(row['epoch']),
    step: Number(row['step']),
    training: parseMetrics(row['training']),
    validation: parseMetrics(row['validation']),
  }));
}

export function spectrumColumns(store: SessionStore, query: Input<'session.spectra'>): SpectrumColumns {
  const { quantity, scale } = query;
  const layer = store.layer(query.layer);
  const sets = store.sets.length;
  const view = layer.view.quantities.find((each) => each.quantity === quantity);
  if (view === undefined) {
    return {
      ...boundsOf([]),
      sets: [...store.sets],
      indices: [],
      ...fillPlanes([], 0, () => 0),
      floor: new Float32Array(0),
    };
  }
  const kept = keptIndices(view.values);
  const places = spread(kept.length, query.values);
  const vector = new Float32Array(sets * kept.length);
  const columns = readColumns(store, query, {
    length: vector.length,
    finest: store.finest,
    rows: (first, last, visit) => {
      const rows = store.statement(
        `SELECT spectra.step AS step, spectra, group_sizes FROM spectra JOIN step USING (run, step)
         WHERE spectra.run = ? AND layer = ? AND spectra.step BETWEEN ? AND ? ORDER BY spectra.step`,
      );
      for (const row of rows.iterate(query.run, query.layer, first, last)) {
        const factors = scale === 'raw' ? null : setFactors(layer, quantity, int32Of(row['group_sizes']));
        chosenValues(layer, quantity, kept, float32Of(row['spectra']), factors, vector);
        visit(Number(row['step']), vector);
      }
    },
    blocks: wholeBlocks(store, query.run, `${quantity}:${scale}`, query.layer),
  });
  const entry = (at: number): number =>
    Math.floor(at / places.length) * kept.length + (places[at % places.length] as number);
  return {
    ...boundsOf(columns),
    sets: [...store.sets],
    indices: places.map((place) => kept[place] as number),
    ...fillPlanes(columns, sets * places.length, entry),
    floor: floors(columns, sets, kept.length, view.relativeFloor),
  };
}

/** Of the largest value of the column: what is drawn above it is resolved at every step of the column [columns x sets]. */
function floors(
  columns: readonly Column[],
  sets: number,
  kept: number,
  relativeFloor: number,
): Float32Array<ArrayBuffer> {
  const floor = new Float32Array(columns.length * sets);
  columns.forEach(({ statistics }, column) => {
    for (let set = 0; set < sets; set++) {
      const first = set * kept;
      const none = statistics.count[first] === 0;
      floor[column * sets + set] = none ? Number.NaN : (statistics.maximum[first] as number) * relativeFloor;
    }
  });
  return floor;
}

export function summaryColumns(store: SessionStore, query: Input<'session.summaries'>): SummaryColumns {
  const layers = [...store.layers.keys()];
  const source = summarySource(store, query.run, layers, query);
  const columns = readColumns(store, query, source);
  return {
    ...boundsOf(columns),
    layers: store.layers.map(({ view }) => view.name),
    sets: [...store.sets],
    ...fillPlanes(columns, source.length, (entry) => entry),
  };
}
