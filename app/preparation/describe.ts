/** The chain of a preparation in words, with the shape of a sample after each step. */
import type { PreparationSettings } from '#app/run/preparation.ts';

export interface DescribedStep {
  step: string;
  words: string;
  /** Of one sample, after the step. */
  shape: number[];
}

/**
 * The steps that are fitted on the training part of each fold, in order.
 *
 * @param shape of a sample: none of these steps changes it
 * @param indicators columns of it that say whether a value is missing
 */
export function describeFitted(
  { impute, minimumVariance, harmonise, covariates, standardise }: PreparationSettings,
  pooled: boolean,
  shape: readonly number[],
  indicators: number,
): DescribedStep[] {
  const each = pooled ? 'all voxels' : 'each feature';
  const steps: [step: string, words: string | null][] = [
    ['indicators', indicators === 0 ? null : `${indicators} columns that say where a feature is missing`],
    ['impute', pooled ? null : `missing values become the training ${impute} of the feature`],
    [
      'minimum-variance',
      minimumVariance === null ? null : `features with a training variance of ${minimumVariance} or less are fed as 0`,
    ],
    ['harmonise', harmonise === null ? null : harmonisationWords(harmonise)],
    ['covariates', covariates.length === 0 ? null : `linear effects of ${covariates.join(', ')} are taken out`],
    ['standardise', standardise ? `z-score of ${each} by the training part's mean and deviation` : null],
  ];
  return steps.flatMap(([step, words]) => (words === null ? [] : [{ step, words, shape: [...shape] }]));
}

function harmonisationWords({ site, keep }: NonNullable<PreparationSettings['harmonise']>): string {
  const kept = keep.length === 0 ? '' : `, keeping the effects of ${keep.join(', ')}`;
  return `ComBat: shift and scale of each ${site} are taken out${kept}`;
}
