/** The chain of a preparation in words, with the shape of a sample after each step. */
import type { Triple } from '#app/data/volume.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import { describeSeries } from '#app/series/describe.ts';
import type { AugmentSettings } from './augment.ts';

export interface DescribedStep {
  step: string;
  words: string;
  /** Of one sample, after the step. */
  shape: number[];
}

/** Everything that is done to the data before the network sees them, in order. */
export function describePreparation(
  settings: PreparationSettings,
  {
    inputShape,
    indicators,
    scanShape,
  }: { inputShape: readonly number[]; indicators: number; scanShape: Triple | null },
): DescribedStep[] {
  const [x = 0, y = 0, z = 0] = inputShape;
  const scans = scanShape === null ? [] : describeScans(settings, { scan: scanShape, averaged: [x, y, z] });
  return [
    ...scans,
    ...describeSeries(settings.series, inputShape),
    ...describeFitted(settings, scanShape !== null, inputShape, indicators),
  ];
}

/**
 * The steps that are fitted on the training part of each fold, in order.
 *
 * @param shape of a sample: none of these steps changes it
 * @param indicators columns of it that say whether a value is missing
 */
function describeFitted(
  { impute, minimumVariance, harmonise, covariates, standardise, augment }: PreparationSettings,
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
    ['augment', augment === null ? null : `training samples alone: ${augmentWords(augment)}`],
  ];
  return steps.flatMap(([step, words]) => (words === null ? [] : [{ step, words, shape: [...shape] }]));
}

/**
 * What is done to each scan by itself, in order.
 *
 * @param scan grid that most scans share, in RAS order
 * @param averaged the same at the target spacing
 */
function describeScans(
  { targetSpacingMm, interpolation, smoothMm, mask, crop, intensity }: PreparationSettings,
  { scan, averaged }: { scan: Triple; averaged: Triple },
): DescribedStep[] {
  const spacing = targetSpacingMm === null ? '' : `${targetSpacingMm} mm`;
  const resampled =
    interpolation === 'nearest' ? `the nearest voxel's value at ${spacing}` : `averaged to cubes of ${spacing}`;
  const steps: [step: string, words: string | null, shape: Triple][] = [
    ['reorient', `RAS order; scans on another grid are brought onto the most common one (${interpolation})`, scan],
    ['resample', targetSpacingMm === null ? null : resampled, averaged],
    ['smooth', smoothMm === null ? null : `Gaussian of ${smoothMm} mm full width at half maximum`, averaged],
    ['mask', mask === null ? null : `voxels outside ${mask} become 0`, averaged],
    ['crop', cropWords[crop], averaged],
    ['intensity', intensityWords[intensity], averaged],
  ];
  return steps.flatMap(([step, words, shape]) => (words === null ? [] : [{ step, words, shape: [...shape, 1] }]));
}

const cropWords: Readonly<Record<PreparationSettings['crop'], string | null>> = {
  'non-zero': 'edges where every scan is 0 are cut off, known when the scans are read',
  brain: 'edges where every scan is background (Otsu) are cut off, known when the scans are read',
  none: null,
};

const intensityWords: Readonly<Record<PreparationSettings['intensity'], string | null>> = {
  none: null,
  z: 'z-score of each scan by its own voxels that are not 0',
  'min-max': 'each scan from 0 to 1 by its own voxels that are not 0',
  percentile: 'each scan from its 1st percentile (0) to its 99th (1), cut off there',
  'white-stripe': 'each scan by its white matter (white stripe: mean 0, deviation 1; for T1 of the brain alone)',
};

export function augmentWords({ flip, shiftVoxels, window, scale, noise }: AugmentSettings): string {
  const words = [
    ...(flip ? ['left and right changed every second time'] : []),
    ...(shiftVoxels > 0 ? [`moved by up to ${shiftVoxels} ${shiftVoxels === 1 ? 'voxel' : 'voxels'}`] : []),
    ...(window < 1 ? [`a window of ${window} of the time points`] : []),
    ...(scale > 0 ? [`times ${1 - scale} to ${1 + scale}`] : []),
    ...(noise > 0 ? [`noise of deviation ${noise}`] : []),
  ];
  return words.length === 0 ? 'nothing is changed' : words.join(', ');
}

function harmonisationWords({ site, keep }: NonNullable<PreparationSettings['harmonise']>): string {
  const kept = keep.length === 0 ? '' : `, keeping the effects of ${keep.join(', ')}`;
  return `ComBat: shift and scale of each ${site} are taken out${kept}`;
}
