/** What an overview is kept of: parts, each a vector per step. One part's vector is known from the stored rows alone. */
import { summaryNames } from '#app/contract/session.ts';
import type { Scale, SessionLayer, SummaryName } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { setCount, spectrumOffset } from '#app/spectra/layout.ts';
import type { LayerLayout } from '#app/spectra/layout.ts';
import { normalisationFactor, rowsPerSample } from '#app/spectra/normalisation.ts';
import { fillSummaries } from './row-summaries.ts';

export interface StoredLayer {
  view: SessionLayer;
  layout: LayerLayout;
}

/** Name of a part in the overview: 'scalars', 'summaries:raw', 'gradient:normalised', … */
export type Part = 'scalars' | `${'summaries' | Quantity}:${Scale}`;

/** Singular values of a set that overviews hold, at most: more than a chart tells apart, a fraction of the file. */
const keptValues = 24;

/**
 * Singular values that an overview holds of a spectrum of `values`: all when few, else spread evenly on a log scale of
 * their rank, the first always among them, the last too.
 *
 * @returns 0-based, ascending
 */
export function keptIndices(values: number): number[] {
  return spread(values, keptValues);
}

/** At most `wanted` of `available` positions, the first always among them, denser at the start. */
export function spread(available: number, wanted: number): number[] {
  if (available <= wanted) return Array.from({ length: available }, (_, i) => i);
  const chosen = [0];
  for (let place = 1; place < wanted; place++) {
    const ideal = Math.round(available ** (place / (wanted - 1))) - 1;
    const latest = available - (wanted - place);
    chosen.push(Math.min(latest, Math.max((chosen.at(-1) ?? 0) + 1, ideal)));
  }
  return chosen;
}

/**
 * Factors from raw to normalised singular values, by set.
 *
 * @param groupSizes samples of each group in the batch
 * @returns [groups + 1], the last for all samples
 */
export function setFactors(layer: StoredLayer, quantity: Quantity, groupSizes: Int32Array): Float64Array {
  const batch = groupSizes.reduce((sum, size) => sum + size, 0);
  const rows = rowsOf(layer.view, quantity);
  const factors = new Float64Array(groupSizes.length + 1);
  for (let set = 0; set < factors.length; set++) {
    factors[set] = normalisationFactor(quantity, groupSizes[set] ?? batch, batch, rows);
  }
  return factors;
}

/** From raw to normalised values of sets of 1, 2, … all samples of a batch. */
export function factorsBySize({ view }: StoredLayer, quantity: Quantity, batch: number): number[] {
  const rows = rowsOf(view, quantity);
  return Array.from({ length: batch }, (_, i) => normalisationFactor(quantity, i + 1, batch, rows));
}

function rowsOf(view: SessionLayer, quantity: Quantity): number {
  const stored = view.quantities.find((each) => each.quantity === quantity);
  return stored?.rowsPerSample ?? rowsPerSample(view, quantity);
}

/** Singular values of a quantity at chosen indices [sets x indices]. */
export function chosenValues(
  layer: StoredLayer,
  quantity: Quantity,
  indices: readonly number[],
  row: Float32Array,
  factors: Float64Array | null,
  into: Float32Array,
): void {
  const sets = setCount(layer.layout);
  for (let set = 0; set < sets; set++) {
    const start = spectrumOffset(layer.layout, quantity, set);
    const factor = factors?.[set] ?? 1;
    for (let i = 0; i < indices.length; i++) {
      into[set * indices.length + i] = (row[start + (indices[i] as number)] as number) * factor;
    }
  }
}

/** Length of a layer's summaries: [quantities x sets x names]. */
export function summariesLength(layer: StoredLayer): number {
  return layer.layout.quantities.length * setCount(layer.layout) * summaryNames.length;
}

/** Raw summaries of a row [quantities x sets x names]. */
export function rawSummaries(layer: StoredLayer, row: Float32Array): Float32Array {
  const summaries = new Float32Array(summariesLength(layer));
  const sets = setCount(layer.layout);
  layer.layout.quantities.forEach(({ quantity, values }, q) => {
    const relativeFloor = layer.view.quantities.find((each) => each.quantity === quantity)?.relativeFloor ?? 0;
    for (let set = 0; set < sets; set++) {
      const start = spectrumOffset(layer.layout, quantity, set);
      fillSummaries(
        row.subarray(start, start + values),
        relativeFloor,
        summaries,
        (q * sets + set) * summaryNames.length,
      );
    }
  });
  return summaries;
}

const energy = summaryNames.indexOf('energy');
const linear = [summaryNames.indexOf('nuclear-norm'), summaryNames.indexOf('largest')];

/** With which power of the size of a spectrum a summary grows. */
export function summaryPower(summary: SummaryName): 0 | 1 | 2 {
  const at = summaryNames.indexOf(summary);
  if (at === energy) return 2;
  return linear.includes(at) ? 1 : 0;
}

/**
 * The same summaries of the normalised spectra: a rank does not change with the size of a spectrum, an energy does with
 * its square.
 */
export function normalisedSummaries(layer: StoredLayer, raw: Float32Array, groupSizes: Int32Array): Float32Array {
  const summaries = raw.slice();
  const sets = setCount(layer.layout);
  layer.layout.quantities.forEach(({ quantity }, q) => {
    const factors = setFactors(layer, quantity, groupSizes);
    for (let set = 0; set < sets; set++) {
      const start = (q * sets + set) * summaryNames.length;
      const factor = factors[set] as number;
      summaries[start + energy] = (summaries[start + energy] as number) * factor * factor;
      for (const name of linear) summaries[start + name] = (summaries[start + name] as number) * factor;
    }
  });
  return summaries;
}
