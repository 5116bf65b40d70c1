/** What a test compares two groups by: a number of each spectrum, or of the two spectra together. */
import * as v from 'valibot';

/** Of one spectrum, in the order in which native code gives them (main/engine/native/permutations.h). */
export const spectrumStatistics = [
  'effective-rank',
  'stable-rank',
  'participation-ratio',
  'numerical-rank',
  'values-for-90-percent',
  'energy',
  'nuclear-norm',
  'largest',
  'slope',
] as const;

/**
 * 'spectrum-distance': |s_g - s_h| / sqrt((|s_g|^2 + |s_h|^2) / 2) of the size-normalised spectra; 'alignment': the cosine
 * between the groups' gradients.
 */
export const testStatistics = [...spectrumStatistics, 'spectrum-distance', 'alignment'] as const;
export type TestStatistic = (typeof testStatistics)[number];
export const testStatisticSchema = v.picklist(testStatistics);

/** Those that are looked at unless a person says otherwise: one for the form, one for the size, one for the direction. */
export const defaultStatistics: readonly TestStatistic[] = [
  'effective-rank',
  'energy',
  'spectrum-distance',
  'alignment',
];

/** How the numbers of two groups become one. */
export type Comparison = 'difference' | 'log-ratio' | 'pair';

/** A size is compared by its ratio, a rank or a slope by its difference. */
export function comparisonOf(statistic: TestStatistic): Comparison {
  switch (statistic) {
    case 'energy':
    case 'nuclear-norm':
    case 'largest':
      return 'log-ratio';
    case 'spectrum-distance':
    case 'alignment':
      return 'pair';
    default:
      return 'difference';
  }
}

/** 'greater': only a large value speaks against chance. */
export function sidesOf(statistic: TestStatistic): 'two' | 'greater' {
  return statistic === 'spectrum-distance' ? 'greater' : 'two';
}

/** @returns first - second, or ln(first / second); NaN where either is not there */
export function compare(statistic: TestStatistic, first: number, second: number): number {
  if (comparisonOf(statistic) !== 'log-ratio') return first - second;
  return first > 0 && second > 0 ? Math.log(first / second) : Number.NaN;
}

/** Unit of an effect, in words. */
export function effectUnit(statistic: TestStatistic): string {
  switch (comparisonOf(statistic)) {
    case 'log-ratio':
      return 'ln of the ratio of the groups';
    case 'difference':
      return 'difference of the groups';
    case 'pair':
      return statistic === 'alignment'
        ? 'cosine, against permuted labels'
        : 'relative distance, against permuted labels';
  }
}
