/** z-scores by population mean and deviation of the training rows; values that were imputed do not count in them. */
import * as v from 'valibot';
import type { RowPasses } from './rows.ts';
import type { StepParts } from './step.ts';

const schema = v.object({
  step: v.literal('standardise'),
  /** What is subtracted: of each feature or channel; one number for all voxels. */
  mean: v.array(v.number()),
  /** What is divided by after; 0 for a feature that is constant in the training part, which becomes 0. */
  deviation: v.array(v.number()),
});
export type Standardisation = v.InferOutput<typeof schema>;

export const standardise: StepParts<Standardisation> = {
  name: 'standardise',
  schema,
  fit: (rows, training, { standardise: asked }) => (asked ? fitScaling(rows, training) : null),
  change: ({ mean, deviation }) => {
    const factor = deviation.map((each) => (each === 0 ? 0 : 1 / each));
    const [centre = 0] = mean;
    const [scale = 0] = factor;
    if (mean.length === 1) {
      return (values) => {
        for (let i = 0; i < values.length; i++) values[i] = ((values[i] as number) - centre) * scale;
      };
    }
    return (values) => {
      for (let first = 0; first < values.length; first += mean.length) {
        for (let column = 0; column < mean.length; column++) {
          const at = first + column;
          values[at] = ((values[at] as number) - (mean[column] as number)) * (factor[column] as number);
        }
      }
    };
  },
};

/**
 * Voxels have one mean and deviation together, which keeps the contrast between them: a voxel that is nearly constant
 * would be blown up by a deviation of its own.
 */
export function fitScaling(rows: RowPasses, training: readonly number[]): Standardisation {
  const mean = columnMeans(rows, training, (value) => value);
  const variance = columnMeans(rows, training, (value, column) => (value - (mean[column] as number)) ** 2);
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
  rows: RowPasses,
  training: readonly number[],
  of: (value: number, column: number) => number,
): Float64Array {
  const { columns } = rows;
  const sums = new Float64Array(columns);
  const counts = new Float64Array(columns);
  rows.each(training, (values, raw) => {
    for (let i = 0; i < values.length; i++) {
      if (Number.isNaN(raw[i])) continue;
      const column = i % columns;
      sums[column] = (sums[column] as number) + of(values[i] as number, column);
      counts[column] = (counts[column] as number) + 1;
    }
  });
  return sums.map((sum, column) => (counts[column] === 0 ? 0 : sum / (counts[column] as number)));
}
