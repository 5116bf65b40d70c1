/** Runs as replicates: one session by itself, and one against another. */
import { correctedRunsTest, studentQuantile } from '#app/inference/over-runs.ts';
import { studentTwoSided } from '#app/statistics/distributions.ts';

export interface Replicates {
  /** One number of each run; NaN where it has none. */
  values: readonly number[];
  /** Which subjects each run was validated on: equal for the same ones; null where it is not known. */
  validatedOn: readonly (string | null)[];
  /** Mean of validation subjects over training subjects of the runs. */
  validationShare: number;
}

export interface Effect {
  effect: number;
  interval: [number, number] | null;
  p: number | null;
}

export interface PairEffect extends Effect {
  method: 'paired' | 'unpaired';
  n: [number, number];
}

/** What summaries of the same spectrum differ by between two computations of it: smaller than this is no difference. */
const rounding = 1e-5;

/** An interval from fewer says nothing of how runs vary. */
const fewestRuns = 3;

/** Mean over the runs with the corrected resampled t-test of Nadeau and Bengio (2003); null without any value. */
export function ofOne({ values, validationShare }: Replicates): Effect | null {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length === 0) return null;
  if (isRounding(known)) return { effect: 0, interval: null, p: null };
  const found = correctedRunsTest(known, validationShare);
  if (found === null) return { effect: meanOf(known), interval: null, p: null };
  return { effect: found.effect, interval: [found.interval[0], found.interval[1]], p: found.p };
}

/**
 * Variance of the mean over runs, as corrected by Nadeau and Bengio (2003): (1 / J + validation / training) s^2; NaN where
 * it is not known. A contrast that is nothing but rounding has none, or it would outweigh all others.
 */
export function varianceOfMean({ values, validationShare }: Replicates): number {
  const known = values.filter((value) => Number.isFinite(value));
  if (known.length < fewestRuns || isRounding(known)) return Number.NaN;
  return sampleVariance(known) * (1 / known.length + validationShare);
}

/**
 * First less second. Run by run where every run of each was validated on the same subjects as one of the other; otherwise
 * by Welch's test with the corrected variances. null where either has no value.
 */
export function ofTwo(a: Replicates, b: Replicates): PairEffect | null {
  const partners = partnersOf(a, b);
  if (partners !== null) {
    const differences = partners.map(([i, j]) => (a.values[i] as number) - (b.values[j] as number));
    const validationShare = (a.validationShare + b.validationShare) / 2;
    const effect = ofOne({ values: differences, validatedOn: [], validationShare });
    const n = differences.filter((value) => Number.isFinite(value)).length;
    return effect === null ? null : { ...effect, method: 'paired', n: [n, n] };
  }
  const [x, y] = [a, b].map(({ values }) => values.filter((value) => Number.isFinite(value))) as [number[], number[]];
  if (x.length === 0 || y.length === 0) return null;
  return {
    ...welch([x, a.validationShare], [y, b.validationShare]),
    method: 'unpaired',
    n: [x.length, y.length],
  };
}

/** Pairs of runs that were validated on the same subjects; null unless each run has exactly one partner. */
function partnersOf(a: Replicates, b: Replicates): [number, number][] | null {
  if (a.values.length !== b.values.length || a.values.length === 0) return null;
  const places = new Map(b.validatedOn.map((key, j) => [key, j]));
  if (places.size !== b.values.length || places.has(null)) return null;
  const pairs = a.validatedOn.flatMap((key, i): [number, number][] => {
    const j = places.get(key);
    places.delete(key);
    return j === undefined ? [] : [[i, j]];
  });
  return pairs.length === a.values.length ? pairs : null;
}

/** Welch's test with Satterthwaite's degrees of freedom, each variance corrected for the subjects that runs share. */
function welch([x, shareX]: [number[], number], [y, shareY]: [number[], number]): Effect {
  const effect = meanOf(x) - meanOf(y);
  if (x.length < fewestRuns || y.length < fewestRuns) return { effect, interval: null, p: null };
  const [vx, vy] = [sampleVariance(x) * (1 / x.length + shareX), sampleVariance(y) * (1 / y.length + shareY)];
  const error = Math.sqrt(vx + vy);
  if (Math.max(error, Math.abs(effect)) < rounding) return { effect: 0, interval: null, p: null };
  if (!(error > 0)) return { effect, interval: null, p: null };
  const freedom = (vx + vy) ** 2 / (vx ** 2 / (x.length - 1) + vy ** 2 / (y.length - 1));
  const reach = studentQuantile(0.05, freedom) * error;
  return { effect, interval: [effect - reach, effect + reach], p: studentTwoSided(effect / error, freedom) };
}

function isRounding(values: readonly number[]): boolean {
  return values.every((value) => Math.abs(value) < rounding);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function sampleVariance(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
