/** z-scores, fitted on the training part of a fold alone. */

export interface Scaling {
  /** What is subtracted: one number for each feature or channel, or one for all voxels. */
  mean: Float64Array;
  /** What is multiplied after: 1 / standard deviation; 0 for a feature that is constant in the training part. */
  factor: Float64Array;
}

/**
 * @param values [rows x width], NaN where a value is missing
 * @param rows training rows
 * @param columns how many numbers have a mean and a deviation of their own: all of a row (tables); the channels of its
 *   last axis, over time (series); 1 (volumes), which keeps the contrast between voxels: one that is nearly constant would
 *   be blown up by a deviation of its own
 * @returns population mean and deviation of the values that are present
 */
export function fitScaling(values: Float32Array, width: number, rows: readonly number[], columns: number): Scaling {
  const mean = columnMeans(values, width, rows, columns, (value) => value);
  const variance = columnMeans(values, width, rows, columns, (value, c) => (value - (mean[c] as number)) ** 2);
  const factor = variance.map((each, column) => {
    // Rounding leaves a constant column of large numbers with a tiny variance.
    const smallest = (Math.abs(mean[column] as number) * 1e-6) ** 2;
    return each > smallest ? 1 / Math.sqrt(each) : 0;
  });
  return { mean, factor };
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
      const column = i % columns;
      sums[column] = (sums[column] as number) + of(value, column);
      counts[column] = (counts[column] as number) + 1;
    }
  }
  return sums.map((sum, column) => (counts[column] === 0 ? 0 : sum / (counts[column] as number)));
}

/**
 * @param scale false: missing values are filled in and nothing else
 * @returns a copy of all rows; a missing value becomes the training mean (0 after scaling)
 */
export function scaled(values: Float32Array, { mean, factor }: Scaling, scale: boolean): Float32Array {
  const result = new Float32Array(values.length);
  const columns = mean.length;
  for (let i = 0; i < values.length; i++) {
    const column = i % columns;
    const value = values[i] as number;
    const centre = mean[column] as number;
    const present = Number.isNaN(value) ? centre : value;
    result[i] = scale ? (present - centre) * (factor[column] as number) : present;
  }
  return result;
}
