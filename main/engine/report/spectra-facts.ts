/** The recorded spectra as a report draws them: curves over the steps, and the spectra of one step. */
import type { Input } from '#app/contract/operations.ts';
import type { SessionRun, SummaryColumns } from '#app/contract/session.ts';
import type { LayerSpectra, SpectraFacts, SummaryCurves } from '#app/report/material.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { summaryColumns } from '../session/queries.ts';
import { stepDetail } from '../session/step-detail.ts';
import type { SessionStore } from '../session/store.ts';
import { alignmentCurves } from './alignment-curves.ts';
import { curveOver, stored } from './curves.ts';

/** Points of a curve at most: more than a column of print can show. */
const mostColumns = 128;
const drawn = ['effective-rank', 'largest'] as const;
const quantities: readonly Quantity[] = ['activations', 'adjoints', 'gradient'];

/** @returns null where nothing was captured */
export function spectraFacts(store: SessionStore, runs: readonly SessionRun[]): SpectraFacts | null {
  const recorded = runs.filter(({ index }) => capturedSteps(store, index) > 0);
  const steps = Math.max(0, ...recorded.map((run) => run.steps));
  if (recorded.length === 0 || steps === 0) return null;
  const range = { session: '', from: 0, to: steps - 1, columns: mostColumns };
  const columns = columnsOf(store, recorded, range);
  if (columns.first.length === 0) return null;
  return {
    ...columns,
    sets: [...store.sets],
    runs: recorded.map(({ index }) => index),
    summaries: quantities.flatMap((quantity) =>
      drawn.flatMap((summary) => summaryCurves(store, recorded, { ...range, quantity, summary }, columns.first)),
    ),
    alignment: alignmentCurves(store, recorded, columns),
    spectrum: lastSpectra(store, recorded),
  };
}

export function capturedSteps(store: SessionStore, run: number): number {
  const row = store.statement('SELECT count(*) AS steps FROM step WHERE run = ? AND captured = 1').get(run);
  return Number(row?.['steps'] ?? 0);
}

type Steps = Pick<Input<'session.summaries'>, 'session' | 'from' | 'to' | 'columns'>;

/** Columns of the run that has most of them: blocks of steps are the same in all. */
function columnsOf(
  store: SessionStore,
  runs: readonly SessionRun[],
  range: Steps,
): Pick<SpectraFacts, 'first' | 'last'> {
  const all = runs.map(({ index }) =>
    summaryColumns(store, { ...range, run: index, quantity: 'gradient', scale: 'normalised', summary: 'largest' }),
  );
  const [longest] = all.sort((a, b) => b.first.length - a.first.length);
  return { first: [...(longest?.first ?? [])], last: [...(longest?.last ?? [])] };
}

function summaryCurves(
  store: SessionStore,
  runs: readonly SessionRun[],
  query: Steps & { quantity: Quantity; summary: (typeof drawn)[number] },
  first: readonly number[],
): SummaryCurves[] {
  const answers = runs.map(({ index }) => summaryColumns(store, { ...query, run: index, scale: 'normalised' }));
  return store.layers.flatMap(({ view }, layer) => {
    if (!view.quantities.some(({ quantity }) => quantity === query.quantity)) return [];
    const curves = store.sets.map((_, set) =>
      curveOver(
        answers.map((answer) => first.map((step) => valueAt(answer, step, layer, set))),
        first.length,
      ),
    );
    return [{ layer: view.name, quantity: query.quantity, summary: query.summary, curves }];
  });
}

/** The mean of the column that begins at a step. */
function valueAt({ first, mean, layers, sets }: SummaryColumns, step: number, layer: number, set: number): number {
  const column = first.indexOf(step);
  return column < 0 ? Number.NaN : (mean[(column * layers.length + layer) * sets.length + set] ?? Number.NaN);
}

/** Spectra at the last captured step of the first run that has any. */
function lastSpectra(store: SessionStore, runs: readonly SessionRun[]): SpectraFacts['spectrum'] {
  const [run] = runs;
  if (run === undefined) return null;
  const found = store.layers.map((_, layer) =>
    stepDetail(store, {
      session: '',
      run: run.index,
      step: run.steps - 1,
      layer,
      quantities: [...quantities],
      scale: 'normalised',
    }),
  );
  const [first] = found;
  if (first === undefined) return null;
  const layers = found.flatMap(({ spectra }, layer) =>
    spectra.map(({ quantity, values }): LayerSpectra => {
      const view = store.layers[layer]?.view;
      const most = view?.quantities.find((each) => each.quantity === quantity)?.values ?? 0;
      return {
        layer: view?.name ?? '',
        quantity,
        values: values.map((of) => Array.from(of, (value) => stored(value) ?? 0)),
        unresolved: values.map((of) => Math.max(0, most - of.length)),
      };
    }),
  );
  return { run: run.index, step: first.step, samples: first.samples, layers };
}
