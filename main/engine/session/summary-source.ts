/** One summary of one quantity over steps, of several layers at once: they are stored side by side, and read in one pass. */
import { summaryNames, type Scale, type SummaryName } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { float32Of, int32Of } from './blob.ts';
import { blockRows, type Source } from './columns.ts';
import { setFactors, summariesLength, summaryPower } from './measures.ts';
import type { SessionStore } from './store.ts';

export interface WantedSummary {
  quantity: Quantity;
  scale: Scale;
  summary: SummaryName;
}

/** @param layers ascending. The vector is [layers x sets]; what a layer has no summary of stays without a value */
export function summarySource(
  store: SessionStore,
  run: number,
  layers: readonly number[],
  { quantity, scale, summary }: WantedSummary,
): Source {
  const sets = store.sets.length;
  const name = summaryNames.indexOf(summary);
  const placed = layers.map((index, place) => {
    const layer = store.layer(index);
    const q = layer.layout.quantities.findIndex((each) => each.quantity === quantity);
    const entries = Array.from({ length: q < 0 ? 0 : sets }, (_, set) => (q * sets + set) * summaryNames.length + name);
    return { index, layer, entries, at: place * sets };
  });
  const placeOf = new Map(placed.map((each) => [each.index, each]));
  // Ranks do not change with the size of a spectrum.
  const power = scale === 'raw' ? 0 : summaryPower(summary);
  const vector = new Float32Array(layers.length * sets);

  function take(layer: number, summaries: Float32Array, groupSizes: Int32Array | undefined): void {
    const place = placeOf.get(layer);
    if (place === undefined) return;
    const factors = groupSizes === undefined ? null : setFactors(place.layer, quantity, groupSizes);
    place.entries.forEach((entry, set) => {
      vector[place.at + set] = (summaries[entry] as number) * (factors?.[set] ?? 1) ** power;
    });
  }

  return {
    length: vector.length,
    finest: store.finest,
    rows: (first, last, visit) => {
      const sizes = power === 0 ? null : groupSizesOf(store, run, first, last);
      const rows = store.statement(
        `SELECT step, layer, summaries FROM summary
         WHERE run = ? AND step BETWEEN ? AND ? AND layer BETWEEN ? AND ? ORDER BY step, layer`,
      );
      let step = -1;
      vector.fill(Number.NaN);
      for (const row of rows.iterate(run, first, last, layers[0] ?? 0, layers.at(-1) ?? -1)) {
        const next = Number(row['step']);
        if (next !== step) {
          if (step >= 0) visit(step, vector);
          vector.fill(Number.NaN);
          step = next;
        }
        take(Number(row['layer']), float32Of(row['summaries']), sizes?.get(step));
      }
      if (step >= 0) visit(step, vector);
    },
    blocks: (level, first, last, of) => {
      for (const { index, layer, entries, at } of placed) {
        if (entries.length === 0) continue;
        const length = summariesLength(layer);
        for (const { block, stored } of blockRows(store, run, `summaries:${scale}`, index, { level, first, last })) {
          of(block).mergeSome(stored, length, entries, at);
        }
      }
    },
  };
}

function groupSizesOf(store: SessionStore, run: number, first: number, last: number): Map<number, Int32Array> {
  const rows = store.statement('SELECT step, group_sizes FROM step WHERE run = ? AND step BETWEEN ? AND ?');
  return new Map(rows.all(run, first, last).map((row) => [Number(row['step']), int32Of(row['group_sizes'])] as const));
}
