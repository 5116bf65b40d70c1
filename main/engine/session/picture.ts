/** A session in a few numbers, for the list of sessions: its loss, and how the effective rank of one gradient went. */
import type { SessionPicture } from '#app/contract/library.ts';

import { readColumns, type Column } from './columns.ts';
import { loadCard } from './header.ts';
import { scalarSource } from './queries.ts';
import type { SessionStore } from './store.ts';
import { summarySource, type WantedSummary } from './summary-source.ts';

const columns = 48;
const wanted: WantedSummary = { quantity: 'gradient', scale: 'raw', summary: 'effective-rank' };
/** Enough for a curve of some twenty pixels' height. */
const figures = 4;

export function sessionPicture(store: SessionStore): SessionPicture {
  const run = 0;
  const range = { run, from: 0, to: Math.max(0, store.steps(run) - 1), columns };
  const loss = store.scalars.indexOf('loss');
  const layer = largestLayer(store);
  const spectra = layer < 0 ? [] : readColumns(store, range, summarySource(store, run, [layer], wanted));
  return {
    loss: loss < 0 ? [] : means(readColumns(store, range, scalarSource(store, run)), loss),
    layer: store.layers[layer]?.view.name ?? '',
    ranks: loadCard(store.database, false).groups.map(({ name, colour }, set) => ({
      name,
      colour,
      values: means(spectra, set),
    })),
  };
}

/** The layer with the most parameters whose gradient was recorded, -1 for none. */
function largestLayer(store: SessionStore): number {
  let largest = -1;
  store.layers.forEach(({ view }, index) => {
    if (!view.quantities.some(({ quantity }) => quantity === 'gradient')) return;
    if (largest < 0 || view.parameters > (store.layers[largest]?.view.parameters ?? 0)) largest = index;
  });
  return largest;
}

function means(read: readonly Column[], entry: number): (number | null)[] {
  return read.map(({ statistics }) => {
    const mean = statistics.mean(entry);
    return Number.isFinite(mean) ? Number(mean.toPrecision(figures)) : null;
  });
}
