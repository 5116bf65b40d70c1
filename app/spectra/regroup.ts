/**
 * Looking at a captured step under another labelling of its samples, from the sample Grams that were kept of it. What needs
 * no eigenvalues is here; main/engine/capture/regroup.ts adds the spectra.
 */
import type { Quantity } from '#app/run/configuration.ts';
import { triangleLength, triangleOf } from './kept-grams.ts';
import { pairIndex } from './layout.ts';

/** What of a stored layer decides what can be regrouped (`SessionLayer` has it). */
export interface RegroupableLayer {
  kind: string;
  inputShape: readonly number[];
  outputShape: readonly number[];
  quantities: readonly { quantity: Quantity; rowsPerSample?: number | undefined; values: number; view: string }[];
}

/**
 * Quantities whose spectra the sample Grams give for any labelling: activations and adjoints of one row per sample (so
 * also a convolution's activations in the sample view), and the gradient where both have one. Of the others, Grams over
 * samples give the inner products of gradients alone; their spectra under another labelling come from replay.
 *
 * @param kept what was kept of the layer
 */
export function regroupableQuantities(layer: RegroupableLayer, kept: Float64Array, samples: number): Quantity[] {
  // Without a triangle of gradients of its own, the layer has one row per sample (`gramKinds`).
  const hasSingleRows = triangleOf(kept, samples, 'gradients') === null;
  return layer.quantities
    .filter(({ quantity, rowsPerSample, view }) => {
      if (hasSingleRows) return true;
      // The kept Gram is that of the samples' own numbers, which the only row of patches need not be.
      if (quantity === 'activations') return rowsPerSample === 1 && view === sampleView;
      return quantity === 'adjoints' && rowsPerSample === 1;
    })
    .map(({ quantity }) => quantity);
}

/** As app/spectra/matrices.ts names it. */
const sampleView = 'rows sample, columns input position x input channel';

/** <G_i, G_j> of all pairs of samples, upper triangle: kept, or K_A o K_D. */
export function gradientProducts(kept: Float64Array, samples: number): Float64Array {
  const products = triangleOf(kept, samples, 'gradients');
  if (products !== null) return products;
  const [a, d] = [triangleOf(kept, samples, 'activations'), triangleOf(kept, samples, 'adjoints')];
  const of = new Float64Array(triangleLength(samples));
  for (let i = 0; i < of.length; i++) of[i] = (a?.[i] ?? Number.NaN) * (d?.[i] ?? 0);
  return of;
}

/** |G_i| of each sample's gradient. */
export function gradientNorms(products: Float64Array, samples: number): Float64Array {
  return Float64Array.from({ length: samples }, (_, i) =>
    Math.sqrt(Math.max(0, products[pairIndex(samples, i, i)] ?? Number.NaN)),
  );
}

/**
 * <G_g, G_h> = sum of <G_i, G_j> over i of g, j of h, for each two groups.
 *
 * @param labels group of each sample of the batch; -1: in none
 * @returns upper triangle with diagonal by rows, as a stored row has it; NaN where a group has no sample
 */
export function groupProducts(products: Float64Array, labels: readonly number[], groups: number): Float64Array {
  const members = membersOf(labels, groups);
  const sums = new Float64Array(triangleLength(groups));
  for (let g = 0; g < groups; g++) {
    for (let h = g; h < groups; h++) {
      const [ofG, ofH] = [members[g] ?? [], members[h] ?? []];
      let sum = ofG.length > 0 && ofH.length > 0 ? 0 : Number.NaN;
      for (const i of ofG) for (const j of ofH) sum += products[pairIndex(labels.length, i, j)] ?? Number.NaN;
      sums[pairIndex(groups, g, h)] = sum;
    }
  }
  return sums;
}

/** Samples of each group, in their order. */
export function membersOf(labels: readonly number[], groups: number): number[][] {
  return Array.from({ length: groups }, (_, group) =>
    labels.flatMap((label, sample) => (label === group ? [sample] : [])),
  );
}

/** A packed symmetric matrix as a whole one [order.length x order.length], its rows and columns in the order given. */
export function unpacked(triangle: Float64Array, samples: number, order: readonly number[]): Float64Array {
  const size = order.length;
  const matrix = new Float64Array(size ** 2);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const at = pairIndex(samples, order[row] as number, order[column] as number);
      matrix[row * size + column] = triangle[at] ?? Number.NaN;
    }
  }
  return matrix;
}
