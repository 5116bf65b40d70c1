/** How far apart two groups are in a covariate, in standard deviations: it does not grow with the number of subjects. */
import { mean, variance } from './group-tests.ts';
import { LeastSquares } from './least-squares.ts';

/**
 * Difference of means over the root of the mean variance (Austin 2009).
 * @returns positive where `a` is larger; Infinity where means differ without any spread; null below two values in a group
 */
export function numberDifference(a: readonly number[], b: readonly number[]): number | null {
  if (a.length < 2 || b.length < 2) return null;
  return overSpread(mean(a) - mean(b), (variance(a) + variance(b)) / 2);
}

/**
 * Of a category with any number of levels: the Mahalanobis distance of the proportions (Yang and Dalton 2012). With two
 * levels, the signed difference of the first proportion.
 * @param a counts of each level in one group
 * @param b the same levels in the other
 * @returns null where a group has no subject
 */
export function categoryDifference(a: readonly number[], b: readonly number[]): number | null {
  const used = [...a.keys()].filter((level) => (a[level] ?? 0) + (b[level] ?? 0) > 0);
  const [p, q] = [proportions(a, used), proportions(b, used)];
  if (p === null || q === null) return null;
  if (p.length <= 2) {
    const [first = 0, other = 0] = [p[0], q[0]];
    return overSpread(first - other, (first * (1 - first) + other * (1 - other)) / 2);
  }
  // The last proportion follows from the others.
  const differences = p.slice(1).map((share, k) => share - (q[k + 1] ?? 0));
  const covariance = differences.map((_, k) =>
    Float64Array.from(differences, (__, l) => (covarianceOf(p, k + 1, l + 1) + covarianceOf(q, k + 1, l + 1)) / 2),
  );
  const equations = new LeastSquares(covariance);
  if (equations.collinear.length > 0) {
    return differences.some((difference) => Math.abs(difference) > 0) ? Infinity : 0;
  }
  const solved = equations.solve(Float64Array.from(differences));
  return Math.sqrt(
    Math.max(
      0,
      differences.reduce((total, difference, k) => total + difference * (solved[k] ?? 0), 0),
    ),
  );
}

function overSpread(difference: number, spread: number): number {
  if (spread > 0) return difference / Math.sqrt(spread);
  return difference === 0 ? 0 : Math.sign(difference) * Infinity;
}

function covarianceOf(shares: readonly number[], k: number, l: number): number {
  const [a = 0, b = 0] = [shares[k], shares[l]];
  return k === l ? a * (1 - a) : -a * b;
}

function proportions(counts: readonly number[], used: readonly number[]): number[] | null {
  const total = used.reduce((sum, level) => sum + (counts[level] ?? 0), 0);
  return total === 0 ? null : used.map((level) => (counts[level] ?? 0) / total);
}
