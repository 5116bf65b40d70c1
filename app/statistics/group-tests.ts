/** Whether a number differs between groups: Welch's t, one-way analysis of variance, and their forms on ranks. */
import { chiSquaredUpper, fisherUpper, normalTwoSided, studentTwoSided } from './distributions.ts';

export interface TestResult {
  test: 'welch' | 'anova' | 'mann-whitney' | 'kruskal-wallis' | 'chi-squared' | 'fisher' | 'fisher-sampled';
  /** null where the test has none: Fisher's exact test. */
  statistic: number | null;
  degreesOfFreedom: number[];
  /** Two-sided. */
  p: number;
}

/** Both groups at most this large, the smaller at most the other, and no ties: the distribution of U is counted. */
const exactUpTo = { smaller: 8, larger: 50 };

/**
 * @param groups values of each group, without missing ones; empty groups are left out
 * @param byRank compare ranks in place of means
 * @returns null where there is nothing to test: fewer than two groups with two values, or no spread at all
 */
export function testNumbers(groups: readonly (readonly number[])[], byRank: boolean): TestResult | null {
  const used = groups.filter((values) => values.length > 0);
  const [first, second] = used;
  if (first === undefined || second === undefined) return null;
  if (byRank) return used.length === 2 ? mannWhitney(first, second) : kruskalWallis(used);
  if (used.some((values) => values.length < 2)) return null;
  return used.length === 2 ? welch(first, second) : anova(used);
}

/** Welch (1947): two means, variances not taken to be equal; degrees of freedom after Satterthwaite. */
function welch(a: readonly number[], b: readonly number[]): TestResult | null {
  const [errorA, errorB] = [variance(a) / a.length, variance(b) / b.length];
  const error = errorA + errorB;
  if (error === 0) return null;
  const statistic = (mean(a) - mean(b)) / Math.sqrt(error);
  const freedom = error ** 2 / (errorA ** 2 / (a.length - 1) + errorB ** 2 / (b.length - 1));
  return { test: 'welch', statistic, degreesOfFreedom: [freedom], p: studentTwoSided(statistic, freedom) };
}

/** Fisher's one-way analysis of variance. */
function anova(groups: readonly (readonly number[])[]): TestResult | null {
  const all = groups.flat();
  const centre = mean(all);
  const between = sum(groups.map((values) => values.length * (mean(values) - centre) ** 2));
  const within = sum(groups.map((values) => variance(values) * (values.length - 1)));
  const freedom = [groups.length - 1, all.length - groups.length] as const;
  if (within === 0 || freedom[1] < 1) return null;
  const statistic = between / freedom[0] / (within / freedom[1]);
  return { test: 'anova', statistic, degreesOfFreedom: [...freedom], p: fisherUpper(statistic, ...freedom) };
}

/** Mann and Whitney (1947). The statistic is U of the first group; with ties or many values p is the normal one, corrected for ties and continuity. */
function mannWhitney(a: readonly number[], b: readonly number[]): TestResult | null {
  const { ranks, ties } = midRanks([...a, ...b]);
  const u = sum(ranks.slice(0, a.length)) - (a.length * (a.length + 1)) / 2;
  const product = a.length * b.length;
  const [smaller, larger] = a.length < b.length ? [a.length, b.length] : [b.length, a.length];
  const n = a.length + b.length;
  const spread = (product / 12) * (n + 1 - ties / (n * (n - 1)));
  if (spread === 0) return null;
  const isExact = ties === 0 && smaller <= exactUpTo.smaller && larger <= exactUpTo.larger;
  const p = isExact
    ? exactU(Math.max(u, product - u), smaller, larger)
    : normalTwoSided(Math.max(0, Math.abs(u - product / 2) - 0.5) / Math.sqrt(spread));
  return { test: 'mann-whitney', statistic: u, degreesOfFreedom: [], p };
}

/** Twice the probability of at least `u`, by counting the ways in which `m` ranks among `m + n` can sum. */
function exactU(u: number, m: number, n: number): number {
  // ways[k][s]: k of the ranks seen so far are of the first group and lead by s in all.
  const ways = Array.from({ length: m + 1 }, () => new Float64Array(m * n + 1));
  (ways[0] as Float64Array)[0] = 1;
  for (let rank = 1; rank <= m + n; rank++) {
    for (let k = Math.min(m, rank); k >= 1; k--) {
      const [into, from] = [ways[k] as Float64Array, ways[k - 1] as Float64Array];
      const lead = rank - k;
      for (let s = m * n; s >= lead; s--) into[s] = (into[s] as number) + (from[s - lead] as number);
    }
  }
  const counts = ways[m] as Float64Array;
  const total = sum([...counts]);
  return Math.min(1, (2 * sum([...counts.slice(Math.ceil(u))])) / total);
}

/** Kruskal and Wallis (1952), corrected for ties. */
function kruskalWallis(groups: readonly (readonly number[])[]): TestResult | null {
  const { ranks, ties } = midRanks(groups.flat());
  const n = ranks.length;
  const correction = 1 - ties / (n ** 3 - n);
  if (correction === 0 || n < 3) return null;
  let start = 0;
  let squares = 0;
  for (const { length } of groups) {
    squares += sum(ranks.slice(start, start + length)) ** 2 / length;
    start += length;
  }
  const statistic = ((12 / (n * (n + 1))) * squares - 3 * (n + 1)) / correction;
  const freedom = groups.length - 1;
  return { test: 'kruskal-wallis', statistic, degreesOfFreedom: [freedom], p: chiSquaredUpper(statistic, freedom) };
}

/** Ranks from 1, equal values sharing their mean rank; `ties` is the sum of t³ − t over runs of t equal values. */
function midRanks(values: readonly number[]): { ranks: number[]; ties: number } {
  const order = [...values.keys()].sort((a, b) => (values[a] as number) - (values[b] as number));
  const ranks = new Array<number>(values.length).fill(0);
  let ties = 0;
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (const row of order.slice(start, end)) ranks[row] = (start + 1 + end) / 2;
    ties += (end - start) ** 3 - (end - start);
    start = end;
  }
  return { ranks, ties };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Of the sample (n - 1). */
export function variance(values: readonly number[]): number {
  const centre = mean(values);
  return sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1);
}
