/**
 * Features that hardly vary over the training rows are fed as 0. They keep their place: the network is the same in every
 * fold, the features that are left need not be.
 */
import * as v from 'valibot';
import { numbersSchema } from './numbers.ts';
import type { StepParts } from './step.ts';

const schema = v.object({
  step: v.literal('minimum-variance'),
  minimum: v.number(),
  /** Indices of the features that are fed as 0. */
  dropped: numbersSchema,
});
type VarianceFilter = v.InferOutput<typeof schema>;

export const minimumVariance: StepParts<VarianceFilter> = {
  name: 'minimum-variance',
  schema,
  fit: (rows, training, { minimumVariance: minimum }) => {
    if (minimum === null) return null;
    const mean = new Float64Array(rows.width);
    const variance = new Float64Array(rows.width);
    rows.each(training, (values) => {
      for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + (values[i] as number);
    });
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) / training.length;
    rows.each(training, (values) => {
      for (let i = 0; i < mean.length; i++) {
        variance[i] = (variance[i] as number) + ((values[i] as number) - (mean[i] as number)) ** 2;
      }
    });
    const dropped: number[] = [];
    variance.forEach((sum, column) => {
      if (!(sum / training.length > minimum)) dropped.push(column);
    });
    return { step: 'minimum-variance', minimum, dropped };
  },
  change:
    ({ dropped }) =>
    (values) => {
      for (const column of dropped) values[column] = 0;
    },
};
