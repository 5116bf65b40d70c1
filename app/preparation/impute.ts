/** A missing value becomes the mean or the median of its feature over the training rows. */
import * as v from 'valibot';
import type { StepParts } from './step.ts';
import type { RowPasses } from './rows.ts';

const schema = v.object({
  step: v.literal('impute'),
  how: v.picklist(['mean', 'median']),
  /** Of each feature or channel; one number for all voxels. 0 for a feature that no training row has. */
  values: v.array(v.number()),
});
type Imputation = v.InferOutput<typeof schema>;

export const impute: StepParts<Imputation> = {
  name: 'impute',
  schema,
  fit: (rows, training, { impute: how }) => {
    const centre = how === 'mean' ? mean : median;
    return {
      step: 'impute',
      how,
      values: Array.from({ length: rows.columns }, (_, column) => centre(present(rows, training, column))),
    };
  },
  change:
    ({ values: fill }) =>
    (values) => {
      for (let i = 0; i < values.length; i++) {
        if (Number.isNaN(values[i])) values[i] = fill[i % fill.length] as number;
      }
    },
};

/** Values of a column that are there; a column comes several times in a row whose numbers it has in common. */
function present(rows: RowPasses, training: readonly number[], column: number): Float32Array {
  const { width, columns } = rows;
  const found = new Float32Array(training.length * Math.ceil((width - column) / columns));
  let count = 0;
  rows.each(training, (values) => {
    for (let i = column; i < width; i += columns) {
      const value = values[i] as number;
      if (!Number.isNaN(value)) found[count++] = value;
    }
  });
  return found.subarray(0, count);
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return values.length === 0 ? 0 : sum / values.length;
}

/** Sorts them. */
function median(values: Float32Array): number {
  const sorted = values.sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 || sorted.length === 0 ? upper : (upper + (sorted[half - 1] as number)) / 2;
}
