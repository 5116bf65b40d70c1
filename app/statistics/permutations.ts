/** What permutation of group labels can resolve: there are only so many ways to divide so many subjects. */
import { logGamma } from './distributions.ts';

/**
 * Ways to give `sizes[0]` subjects the first label, `sizes[1]` the second and so on: the multinomial coefficient.
 * @returns its logarithm to the base 10
 */
export function relabellingsLog10(sizes: readonly number[]): number {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const log = logGamma(total + 1) - sizes.reduce((sum, size) => sum + logGamma(size + 1), 0);
  return log / Math.LN10;
}

/**
 * The smallest p that a permutation test of two groups can reach: one over the number of relabellings (the observed one
 * is among them); two over it for groups of one size, where swapping the labels gives the same difference again.
 */
export function smallestP(sizes: readonly [number, number]): number {
  const p = 10 ** -relabellingsLog10(sizes) * (sizes[0] === sizes[1] ? 2 : 1);
  return Math.min(1, p);
}

/**
 * The same where labels are exchanged within strata alone: the ways of each stratum multiply, and labels can be swapped as a
 * whole where every stratum has as many of one group as of the other.
 */
export function smallestStratifiedP(strata: readonly (readonly [number, number])[]): number {
  const log = strata.reduce((sum, sizes) => sum + relabellingsLog10(sizes), 0);
  return Math.min(1, 10 ** -log * (strata.every(([g, h]) => g === h) ? 2 : 1));
}

/** Subjects that two groups of one size need each, so that their smallest p is at most `p`. */
export function sizeToReach(p: number): number {
  let size = 1;
  while (smallestP([size, size]) > p) size++;
  return size;
}
