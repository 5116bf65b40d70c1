/** How unlike the rest of the cohort a scan is, by what its values are like. */
import type { Scan } from '#app/study/study.ts';

/** Scans of one scanner can be so alike that noise is many spreads: nobody looks at a scan for less than this part of the median. */
const leastSpread = 0.01;
/** From so many scans on, the spread of a cohort is known well enough to call one of them an outlier. */
const leastScans = 8;
/** Iglewicz and Hoaglin propose 3.5 for one measure; three are looked at, and cohorts have long tails. */
export const outlierZ = 5;

export const measureNames = ['mean', 'standard deviation', 'foreground volume'] as const;

export interface Deviation {
  measure: (typeof measureNames)[number];
  /** Robust z: by how many spreads the scan lies above the cohort's median. */
  z: number;
  found: number;
  /** Median of the cohort, and the values that are no outliers. */
  median: number;
  low: number;
  high: number;
}

/**
 * Robust z of each measure: (x - median) / (1.4826 MAD), or with the mean absolute deviation times 1.2533 where half of the
 * cohort is the same (Iglewicz and Hoaglin 1993, How to Detect and Handle Outliers). Volumes and standard deviations, which
 * are positive and skewed, are compared by their logarithms.
 * @returns for each scan its measures, the most deviating first; null: no scan, no statistics, or too few scans
 */
export function deviations(scans: readonly (Scan | null)[]): (Deviation[] | null)[] {
  const known = scans.filter((scan) => scan?.statistics !== undefined);
  if (known.length < leastScans) return scans.map(() => null);
  const columns = measureNames.map((measure) => columnOf(measure, scans));
  return scans.map((scan, index) => {
    if (scan?.statistics === undefined) return null;
    return columns
      .map((column) => column[index])
      .filter((each) => each !== undefined && each !== null)
      .sort((a, b) => Math.abs(b.z) - Math.abs(a.z));
  });
}

/** The largest deviation in either direction; 0 where nothing is known. */
export function outlierness(measures: readonly Deviation[] | null): number {
  return Math.abs(measures?.[0]?.z ?? 0);
}

function columnOf(measure: Deviation['measure'], scans: readonly (Scan | null)[]): (Deviation | null)[] {
  const values = scans.map((scan) => valueOf(measure, scan));
  const there = values.filter((value) => value !== null);
  const byLogarithm = measure !== 'mean' && there.every((value) => value > 0);
  const forth = (value: number): number => (byLogarithm ? Math.log(value) : value);
  const back = (value: number): number => (byLogarithm ? Math.exp(value) : value);
  const compared = there.map(forth);
  const median = medianOf(compared);
  const found = spreadOf(compared, median);
  const spread = found === 0 ? 0 : Math.max(found, leastSpread * (byLogarithm ? 1 : Math.abs(median)));
  return values.map((value) => {
    if (value === null || spread === 0) return null;
    return {
      measure,
      z: (forth(value) - median) / spread,
      found: value,
      median: back(median),
      low: back(median - outlierZ * spread),
      high: back(median + outlierZ * spread),
    };
  });
}

function valueOf(measure: Deviation['measure'], scan: Scan | null): number | null {
  const statistics = scan?.statistics;
  if (statistics === undefined) return null;
  if (measure === 'mean') return statistics.mean;
  return measure === 'standard deviation' ? statistics.standardDeviation : statistics.foregroundMl;
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function spreadOf(values: readonly number[], median: number): number {
  const distances = values.map((value) => Math.abs(value - median));
  const mad = medianOf(distances);
  if (mad > 0) return 1.4826 * mad;
  return (1.2533 * distances.reduce((sum, distance) => sum + distance, 0)) / distances.length;
}
