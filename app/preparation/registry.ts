/**
 * The steps of a preparation, in the order in which they are done: gaps are filled first, features that say nothing leave
 * before others are compared with them, sites are brought together while the covariates' effects are still there to be
 * kept, and z-scores come last.
 */
import * as v from 'valibot';
import { harmonise } from './harmonise.ts';
import { impute } from './impute.ts';
import { minimumVariance } from './minimum-variance.ts';
import { regressCovariates } from './regress-covariates.ts';
import { standardise } from './standardise.ts';
import type { FittedStep, PreparationStep, StepParts } from './step.ts';

export const preparationSteps: readonly PreparationStep[] = [
  stepOf(impute),
  stepOf(minimumVariance),
  stepOf(harmonise),
  stepOf(regressCovariates),
  stepOf(standardise),
];

/** Forgets what a step stores: to the chain all are alike. */
function stepOf<Stored extends { step: string }>({ name, schema, fit, change }: StepParts<Stored>): PreparationStep {
  const fitted = (stored: Stored): FittedStep => ({ stored, change: (facts) => change(stored, facts) });
  return {
    name,
    fit: (rows, training, settings) => {
      const stored = fit(rows, training, settings);
      return stored === null ? null : fitted(stored);
    },
    restore: (stored) => fitted(v.parse(schema, stored)),
  };
}
