/**
 * Takes the linear effects of covariates out of every feature: y - (x - mean x) b, with b by least squares over the
 * training rows. The feature keeps its mean.
 */
import * as v from 'valibot';
import { Design, designTerms, seenLevels, termSchema } from './design.ts';
import { LeastSquares, StreamedLeastSquares } from '#app/statistics/least-squares.ts';
import { addScaled, floatsOf, numbersSchema } from './numbers.ts';
import { measured } from './rows.ts';
import type { StepParts } from './step.ts';

const schema = v.object({
  step: v.literal('covariates'),
  terms: v.array(termSchema),
  /** Levels of each category that the training rows have; another counts as their mean. */
  levels: v.record(v.string(), v.array(v.string())),
  /** [terms x features]; of a term that others imply there are none */
  effects: v.array(numbersSchema),
});
type Regression = v.InferOutput<typeof schema>;

export const regressCovariates: StepParts<Regression> = {
  name: 'covariates',
  schema,
  fit: (rows, training, { covariates: names }) => {
    if (names.length === 0) return null;
    const { covariates } = rows;
    const terms = designTerms(covariates, names, training);
    const levels = seenLevels(terms, covariates, training);
    const design = new Design(terms, covariates, levels);
    const lines = training.map((row) => design.of(row));
    const solver = new LeastSquares(terms.map((_, term) => Float64Array.from(lines, (line) => line[term] as number)));
    const sums = new StreamedLeastSquares(solver, measured(rows));
    rows.each(training, (values, _, sample) => sums.add(sample, values));
    return { step: 'covariates', terms, levels, effects: sums.solve().map((each) => Array.from(each)) };
  },
  change: ({ terms, levels, effects }, facts) => {
    const design = new Design(terms, facts.covariates, levels);
    const known = effects.map(floatsOf);
    const explained = new Float64Array(measured(facts));
    return (values, row) => {
      const line = design.of(row);
      explained.fill(0);
      known.forEach((effect, term) => {
        if (effect.length > 0) addScaled(explained, effect, line[term] as number);
      });
      for (let i = 0; i < explained.length; i++) values[i] = (values[i] as number) - (explained[i] as number);
    };
  },
};
