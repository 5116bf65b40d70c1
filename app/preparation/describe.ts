/** The chain of a preparation in words, with the shape of a sample after each step. */
import type { Triple } from '#app/data/volume.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import { describeSeries } from '#app/series/describe.ts';
import { t } from '#app/text/text.ts';
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
  const steps: [step: string, words: string | null][] = [
    [
      'indicators',
      indicators === 0 ? null : t('{count} columns that say where a feature is missing', { count: indicators }),
    ],
    ['impute', pooled ? null : imputeWords(impute)],
    [
      'minimum-variance',
      minimumVariance === null
        ? null
        : pooled
          ? t('voxels with a training variance of {variance} or less are set to 0', { variance: minimumVariance })
          : t('features with a training variance of {variance} or less are fed as 0', { variance: minimumVariance }),
    ],
    ['harmonise', harmonise === null ? null : harmonisationWords(harmonise)],
    [
      'covariates',
      covariates.length === 0
        ? null
        : t('linear effects of {columns} are taken out', { columns: covariates.join(', ') }),
    ],
    ['standardise', standardise ? standardiseWords(pooled) : null],
    ['augment', augment === null ? null : t('training samples alone: {changes}', { changes: augmentWords(augment) })],
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
  const steps: [step: string, words: string | null, shape: Triple][] = [
    [
      'reorient',
      t('RAS order; scans on another grid are brought onto the most common one ({interpolation})', { interpolation }),
      scan,
    ],
    ['resample', targetSpacingMm === null ? null : resampleWords(interpolation, targetSpacingMm), averaged],
    [
      'smooth',
      smoothMm === null ? null : t('Gaussian of {mm} mm full width at half maximum', { mm: smoothMm }),
      averaged,
    ],
    ['mask', mask === null ? null : t('voxels outside {mask} become 0', { mask }), averaged],
    ['crop', cropWords(crop), averaged],
    ['intensity', intensityWords(intensity), averaged],
  ];
  return steps.flatMap(([step, words, shape]) => (words === null ? [] : [{ step, words, shape: [...shape, 1] }]));
}

function imputeWords(impute: PreparationSettings['impute']): string {
  return impute === 'mean'
    ? t('missing values become the training mean of the feature')
    : t('missing values become the training median of the feature');
}

function standardiseWords(pooled: boolean): string {
  return pooled
    ? t("z-score of all voxels by the training part's mean and deviation")
    : t("z-score of each feature by the training part's mean and deviation");
}

function resampleWords(interpolation: PreparationSettings['interpolation'], mm: number): string {
  return interpolation === 'nearest'
    ? t("the nearest voxel's value at {mm} mm", { mm })
    : t('averaged to cubes of {mm} mm', { mm });
}

function cropWords(crop: PreparationSettings['crop']): string | null {
  switch (crop) {
    case 'non-zero':
      return t('edges where every scan is 0 are cut off, known when the scans are read');
    case 'brain':
      return t('edges where every scan is background (Otsu) are cut off, known when the scans are read');
    case 'none':
      return null;
  }
}

function intensityWords(intensity: PreparationSettings['intensity']): string | null {
  switch (intensity) {
    case 'none':
      return null;
    case 'z':
      return t('z-score of each scan by its own voxels that are not 0');
    case 'min-max':
      return t('each scan from 0 to 1 by its own voxels that are not 0');
    case 'percentile':
      return t('each scan from its 1st percentile (0) to its 99th (1), cut off there');
    case 'white-stripe':
      return t('each scan by its white matter (white stripe: mean 0, deviation 1; for T1 of the brain alone)');
  }
}

export function augmentWords({ flip, shiftVoxels, window, scale, noise }: AugmentSettings): string {
  const words = [
    ...(flip ? [t('left and right changed every second time')] : []),
    ...(shiftVoxels > 0 ? [t('moved by up to {count} voxels', { count: shiftVoxels })] : []),
    ...(window < 1 ? [t('a window of {window} of the time points', { window })] : []),
    ...(scale > 0 ? [t('times {low} to {high}', { low: 1 - scale, high: 1 + scale })] : []),
    ...(noise > 0 ? [t('noise of deviation {noise}', { noise })] : []),
  ];
  return words.length === 0 ? t('nothing is changed') : words.join(', ');
}

function harmonisationWords({ site, keep }: NonNullable<PreparationSettings['harmonise']>): string {
  return keep.length === 0
    ? t('ComBat: shift and scale of each {site} are taken out', { site })
    : t('ComBat: shift and scale of each {site} are taken out, keeping the effects of {columns}', {
        site,
        columns: keep.join(', '),
      });
}
