/** Runs as replicates: folds and repeats of one training share subjects, so their differences are not independent. */
import { studentTwoSided } from '#app/statistics/distributions.ts';

export interface RunsResult {
  /** Runs. */
  n: number;
  effect: number;
  /** 95 % */
  interval: readonly [number, number];
  p: number;
}

/**
 * Corrected resampled t-test (Nadeau and Bengio 2003): the variance of the mean of J runs is that of the runs times
 * 1 / J + validation / training, with J - 1 degrees of freedom.
 *
 * @param differences of the two groups, one of each run
 * @param validationShare mean of validation subjects over training subjects of the runs; 0 for runs on other subjects
 * @returns null with fewer than three runs, or where they do not differ at all
 */
export function correctedRunsTest(differences: readonly number[], validationShare: number): RunsResult | null {
  const n = differences.length;
  if (n < 3) return null;
  const effect = differences.reduce((sum, each) => sum + each, 0) / n;
  const variance = differences.reduce((sum, each) => sum + (each - effect) ** 2, 0) / (n - 1);
  const error = Math.sqrt(variance * (1 / n + validationShare));
  if (!(error > 0)) return null;
  const reach = studentQuantile(0.05, n - 1) * error;
  return { n, effect, interval: [effect - reach, effect + reach], p: studentTwoSided(effect / error, n - 1) };
}

/** t with P(|T| >= t) = `tail`, by bisection. */
export function studentQuantile(tail: number, freedom: number): number {
  let [low, high] = [0, 1];
  while (studentTwoSided(high, freedom) > tail) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (studentTwoSided(middle, freedom) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
