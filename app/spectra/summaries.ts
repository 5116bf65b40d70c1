/** What one number can say about a spectrum. */
import type { SummaryName } from '#app/contract/session.ts';

export type Summaries = Readonly<Record<SummaryName, number>>;

/**
 * Summaries of the singular values of one set.
 *
 * effective rank: exp of the entropy of s / sum s (Roy & Vetterli, EUSIPCO 2007); stable rank: sum s^2 / s_1^2;
 * participation ratio: (sum s^2)^2 / sum s^4; numerical rank: values above the floor; values for 90 %: how many of the
 * largest hold 90 % of the energy sum s^2; nuclear norm: sum s.
 *
 * @param values singular values in any order; NaN where the set has fewer
 * @param floor values at or below are not resolved and do not count (see `absoluteFloor`)
 * @returns all NaN when no value is present; ranks 0 when none is above the floor
 */
export function summarise(values: ArrayLike<number>, floor: number): Summaries {
  const present = Array.from(values).filter((value) => !Number.isNaN(value));
  if (present.length === 0) return uniform(Number.NaN);
  const resolved = present.filter((value) => value > floor && value > 0).sort((a, b) => b - a);
  const largest = resolved[0];
  if (largest === undefined) return uniform(0);

  // Relative to the largest, so that squares and fourth powers of small gradients do not vanish.
  const relative = resolved.map((value) => value / largest);
  const sum = total(relative, (s) => s);
  const squares = total(relative, (s) => s * s);
  const fourths = total(relative, (s) => s ** 4);
  return {
    'effective-rank': Math.exp(-total(relative, (s) => (s / sum) * Math.log(s / sum))),
    'stable-rank': squares,
    'participation-ratio': squares ** 2 / fourths,
    'numerical-rank': resolved.length,
    'values-for-90-percent': valuesForEnergy(relative, 0.9 * squares),
    energy: squares * largest * largest,
    'nuclear-norm': sum * largest,
    largest,
  };
}

function valuesForEnergy(descending: readonly number[], wanted: number): number {
  let energy = 0;
  let count = 0;
  for (const value of descending) {
    energy += value * value;
    count += 1;
    if (energy >= wanted) break;
  }
  return count;
}

function total(values: readonly number[], term: (value: number) => number): number {
  return values.reduce((sum, value) => sum + term(value), 0);
}

function uniform(value: number): Summaries {
  return {
    'effective-rank': value,
    'stable-rank': value,
    'participation-ratio': value,
    'numerical-rank': value,
    'values-for-90-percent': value,
    energy: value,
    'nuclear-norm': value,
    largest: value,
  };
}
