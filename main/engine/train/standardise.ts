/** Missing values and z-scores, fitted on the training part of a fold alone. */
import type { PreparedData } from './types.ts';

export class Scaler {
  private readonly width: number;
  /** What is subtracted: one number for each feature, or one for all voxels. */
  private readonly mean: Float64Array;
  /** What is multiplied after: 1 / standard deviation; 0 for a feature that is constant in the training part. */
  private readonly factor: Float64Array | null;

  /** @param factor null: missing values are filled in and nothing else */
  constructor(width: number, mean: Float64Array, factor: Float64Array | null) {
    this.width = width;
    this.mean = mean;
    this.factor = factor;
  }

  /** Writes one row to `target` from `offset` on; a missing value becomes the training mean. */
  apply(values: Float32Array, row: number, target: Float32Array, offset: number): void {
    const { mean, factor, width } = this;
    const pooled = mean.length === 1 && width > 1;
    for (let i = 0; i < width; i++) {
      const column = pooled ? 0 : i;
      const value = values[row * width + i] as number;
      const centre = mean[column] as number;
      const present = Number.isNaN(value) ? centre : value;
      target[offset + i] = factor === null ? present : (present - centre) * (factor[column] as number);
    }
  }
}

/**
 * Tables: each feature by itself. Volumes: one mean and one deviation over all voxels, which keeps the contrast between
 * voxels; one that is nearly constant would be blown up by a deviation of its own.
 *
 * @param rows training rows; population mean and deviation of their values that are present
 */
export function fitScaler(
  { kind, inputShape, values }: Pick<PreparedData, 'kind' | 'inputShape' | 'values'>,
  rows: readonly number[],
  standardise: boolean,
): Scaler {
  const width = inputShape.reduce((product, each) => product * each, 1);
  const columns = kind === 'volumes' ? 1 : width;
  const mean = columnMeans(values, width, rows, columns, (value) => value);
  if (!standardise) return new Scaler(width, mean, null);
  const variance = columnMeans(values, width, rows, columns, (value, c) => (value - (mean[c] as number)) ** 2);
  const factor = variance.map((each, c) => {
    // Rounding leaves a constant column of large numbers with a tiny variance.
    const smallest = (Math.abs(mean[c] as number) * 1e-6) ** 2;
    return each > smallest ? 1 / Math.sqrt(each) : 0;
  });
  return new Scaler(width, mean, factor);
}

function columnMeans(
  values: Float32Array,
  width: number,
  rows: readonly number[],
  columns: number,
  of: (value: number, column: number) => number,
): Float64Array {
  const sums = new Float64Array(columns);
  const counts = new Float64Array(columns);
  for (const row of rows) {
    for (let i = 0; i < width; i++) {
      const value = values[row * width + i] as number;
      if (Number.isNaN(value)) continue;
      const column = columns === 1 ? 0 : i;
      sums[column] = (sums[column] as number) + of(value, column);
      counts[column] = (counts[column] as number) + 1;
    }
  }
  return sums.map((sum, column) => (counts[column] === 0 ? 0 : sum / (counts[column] as number)));
}
