/**
 * Features that hardly vary over the training rows are fed as 0. They keep their place: the network is the same in every
 * fold, the features that are left need not be.
 */
import * as v from 'valibot';
import type { StepParts } from './step.ts';

const schema = v.object({
  step: v.literal('minimum-variance'),
  minimum: v.number(),
  /** Indices of the features that are fed as 0. */
  dropped: v.array(v.number()),
});
type VarianceFilter = v.InferOutput<typeof schema>;

export const minimumVariance: StepParts<VarianceFilter> = {
  name: 'minimum-variance',
  schema,
  fit: ({ values, width }, training, { minimumVariance: minimum }) => {
    if (minimum === null) return null;
    const dropped: number[] = [];
    for (let column = 0; column < width; column++) {
      const of = (row: number): number => values[row * width + column] as number;
      const mean = training.reduce((sum, row) => sum + of(row), 0) / training.length;
      const variance = training.reduce((sum, row) => sum + (of(row) - mean) ** 2, 0) / training.length;
      if (!(variance > minimum)) dropped.push(column);
    }
    return { step: 'minimum-variance', minimum, dropped };
  },
  apply: ({ dropped }, { values, width }) => {
    for (let first = 0; first < values.length; first += width) {
      for (const column of dropped) values[first + column] = 0;
    }
  },
};
