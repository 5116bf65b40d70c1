/** Intervals of shares. */
import { fisherUpper } from './distributions.ts';

/** Exact 95 % interval of a share, `hits` of `trials` (Clopper and Pearson 1934). */
export function binomialInterval(hits: number, trials: number): [number, number] {
  const tail = 0.025;
  // P(X >= hits) rises with the share, P(X <= hits) falls.
  const low = hits === 0 ? 0 : solve((share) => atLeast(hits, trials, share) - tail);
  const high = hits === trials ? 1 : solve((share) => tail - (1 - atLeast(hits + 1, trials, share)));
  return [low, high];
}

/** P(X >= k) of a binomial, by the F distribution. */
function atLeast(k: number, trials: number, share: number): number {
  const [numerator, denominator] = [2 * k, 2 * (trials - k + 1)];
  return 1 - fisherUpper((share * denominator) / (numerator * (1 - share)), numerator, denominator);
}

/** Where a rising function is zero within 0..1. */
function solve(rising: (share: number) => number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (rising(middle) > 0) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}
