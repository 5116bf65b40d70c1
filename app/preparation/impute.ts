/** A missing value becomes the mean or the median of its feature over the training rows. */
import * as v from 'valibot';
import type { StepParts } from './step.ts';
import type { Rows } from './rows.ts';

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
  apply: ({ values: fill }, { values }) => {
    for (let i = 0; i < values.length; i++) {
      if (Number.isNaN(values[i])) values[i] = fill[i % fill.length] as number;
    }
  },
};

/** Values of a column that are there; a column comes several times in a row whose numbers it has in common. */
function* present({ values, width, columns }: Rows, training: readonly number[], column: number): Generator<number> {
  for (const row of training) {
    for (let i = row * width + column; i < (row + 1) * width; i += columns) {
      const value = values[i];
      if (value !== undefined && !Number.isNaN(value)) yield value;
    }
  }
}

function mean(values: Iterable<number>): number {
  let [sum, count] = [0, 0];
  for (const value of values) {
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}

function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 || sorted.length === 0 ? upper : (upper + (sorted[half - 1] as number)) / 2;
}
