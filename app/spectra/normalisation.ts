/** Factors that make singular values of sets of different size comparable (docs/method.md, quantities). */
import type { Quantity } from '#app/run/configuration.ts';

/**
 * Rows that one sample brings to a matrix: 1 for a table, positions for a volume or a sequence.
 *
 * @param layer shapes without the batch axis, last axis features or channels
 */
export function rowsPerSample(
  layer: { readonly inputShape: readonly number[]; readonly outputShape: readonly number[] },
  quantity: Quantity,
): number {
  const shape = quantity === 'activations' ? layer.inputShape : layer.outputShape;
  return shape.slice(0, -1).reduce((product, size) => product * size, 1);
}

/**
 * What a raw singular value is multiplied by: activations 1 / sqrt(R_g), adjoints N / sqrt(R_g), gradient N / n_g, with
 * R_g = n_g x rows per sample. N undoes the 1 / N that a mean loss puts into the adjoints.
 *
 * @param samples n_g, samples of the set in the batch
 * @param batchSamples N, samples of the batch
 * @param rowsPerSample of this quantity, see `rowsPerSample`
 * @returns NaN for a set without samples
 */
export function normalisationFactor(
  quantity: Quantity,
  samples: number,
  batchSamples: number,
  rowsPerSample: number,
): number {
  if (!(samples > 0)) return Number.NaN;
  if (quantity === 'gradient') return batchSamples / samples;
  const perRow = 1 / Math.sqrt(samples * rowsPerSample);
  return quantity === 'activations' ? perRow : batchSamples * perRow;
}
