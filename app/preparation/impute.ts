/** A missing value becomes the mean or the median of its feature over the training rows. */
import * as v from 'valibot';
import type { StepParts } from './step.ts';
import type { Rows } from './rows.ts';

const schema = v.object({
  step: v.literal('impute'),
  how: v.picklist(['mean', 'median']),
  /** Of each feature; one number for all voxels. 0 for a feature that no training row has. */
  values: v.array(v.number()),
});
type Imputation = v.InferOutput<typeof schema>;

export const impute: StepParts<Imputation> = {
  name: 'impute',
  schema,
  fit: (rows, training, { impute: how }) => {
    const columns = rows.pooled ? 1 : rows.width;
    const centre = how === 'mean' ? mean : median;
    return {
      step: 'impute',
      how,
      values: Array.from({ length: columns }, (_, column) => centre(present(rows, training, column))),
    };
  },
  apply: ({ values: fill }, { values, width }) => {
    for (let i = 0; i < values.length; i++) {
      if (Number.isNaN(values[i])) values[i] = fill[fill.length === 1 ? 0 : i % width] as number;
    }
  },
};

/** Values of a column (of all columns of pooled rows) that are there. */
function* present({ values, width, pooled }: Rows, training: readonly number[], column: number): Generator<number> {
  for (const row of training) {
    const [from, to] = pooled ? [row * width, (row + 1) * width] : [row * width + column, row * width + column + 1];
    for (let i = from; i < to; i++) {
      const value = values[i] as number;
      if (!Number.isNaN(value)) yield value;
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
