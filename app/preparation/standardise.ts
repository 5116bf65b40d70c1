/** z-scores by population mean and deviation of the training rows; values that were imputed do not count in them. */
import * as v from 'valibot';
import type { Rows } from './rows.ts';
import type { StepParts } from './step.ts';

const schema = v.object({
  step: v.literal('standardise'),
  /** What is subtracted: of each feature; one number for all voxels. */
  mean: v.array(v.number()),
  /** What is divided by after; 0 for a feature that is constant in the training part, which becomes 0. */
  deviation: v.array(v.number()),
});
export type Standardisation = v.InferOutput<typeof schema>;

export const standardise: StepParts<Standardisation> = {
  name: 'standardise',
  schema,
  fit: (rows, training, { standardise: asked }) => (asked ? fitScaling(rows, training) : null),
  apply: ({ mean, deviation }, { values, width }) => {
    const factor = deviation.map((each) => (each === 0 ? 0 : 1 / each));
    if (mean.length === 1) {
      const [centre = 0] = mean;
      const [scale = 0] = factor;
      for (let i = 0; i < values.length; i++) values[i] = ((values[i] as number) - centre) * scale;
      return;
    }
    for (let first = 0; first < values.length; first += width) {
      for (let column = 0; column < width; column++) {
        const at = first + column;
        values[at] = ((values[at] as number) - (mean[column] as number)) * (factor[column] as number);
      }
    }
  },
};

/**
 * Pooled rows have one mean and deviation over all voxels, which keeps the contrast between voxels: a voxel that is nearly
 * constant would be blown up by a deviation of its own.
 */
export function fitScaling(rows: Rows, training: readonly number[]): Standardisation {
  const columns = rows.pooled ? 1 : rows.width;
  const mean = columnMeans(rows, training, columns, (value) => value);
  const variance = columnMeans(rows, training, columns, (value, column) => (value - (mean[column] as number)) ** 2);
  return {
    step: 'standardise',
    mean: [...mean],
    deviation: Array.from(variance, (each, column) => {
      // Rounding leaves a constant column of large numbers with a tiny variance.
      const smallest = (Math.abs(mean[column] as number) * 1e-6) ** 2;
      return each > smallest ? Math.sqrt(each) : 0;
    }),
  };
}

function columnMeans(
  { raw, values, width }: Rows,
  training: readonly number[],
  columns: number,
  of: (value: number, column: number) => number,
): Float64Array {
  const sums = new Float64Array(columns);
  const counts = new Float64Array(columns);
  for (const row of training) {
    for (let i = 0; i < width; i++) {
      if (Number.isNaN(raw[row * width + i])) continue;
      const column = columns === 1 ? 0 : i;
      sums[column] = (sums[column] as number) + of(values[row * width + i] as number, column);
      counts[column] = (counts[column] as number) + 1;
    }
  }
  return sums.map((sum, column) => (counts[column] === 0 ? 0 : sum / (counts[column] as number)));
}
