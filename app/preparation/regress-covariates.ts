/**
 * Takes the linear effects of covariates out of every feature: y - (x - mean x) b, with b by least squares over the
 * training rows. The feature keeps its mean.
 */
import * as v from 'valibot';
import { Design, designTerms, seenLevels, termSchema } from './design.ts';
import { LeastSquares } from '#app/statistics/least-squares.ts';
import { measured } from './rows.ts';
import type { StepParts } from './step.ts';

const schema = v.object({
  step: v.literal('covariates'),
  terms: v.array(termSchema),
  /** Levels of each category that the training rows have; another counts as their mean. */
  levels: v.record(v.string(), v.array(v.string())),
  /** [features x terms] */
  coefficients: v.array(v.array(v.number())),
});
type Regression = v.InferOutput<typeof schema>;

export const regressCovariates: StepParts<Regression> = {
  name: 'covariates',
  schema,
  fit: (rows, training, { covariates: names }) => {
    if (names.length === 0) return null;
    const { values, width, covariates } = rows;
    const terms = designTerms(covariates, names, training);
    const levels = seenLevels(terms, covariates, training);
    const design = new Design(terms, covariates, levels);
    const lines = training.map((row) => design.of(row));
    const solver = new LeastSquares(terms.map((_, term) => Float64Array.from(lines, (line) => line[term] as number)));
    const coefficients = Array.from({ length: measured(rows) }, (_, column) =>
      solver.solve(Float64Array.from(training, (row) => values[row * width + column] as number)),
    );
    return { step: 'covariates', terms, levels, coefficients };
  },
  apply: ({ terms, levels, coefficients }, { values, width, covariates }) => {
    const design = new Design(terms, covariates, levels);
    for (let row = 0; row * width < values.length; row++) {
      const line = design.of(row);
      coefficients.forEach((each, column) => {
        const at = row * width + column;
        values[at] = each.reduce(
          (rest, coefficient, term) => rest - coefficient * (line[term] as number),
          values[at] as number,
        );
      });
    }
  },
};
