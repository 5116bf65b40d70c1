/** One effect from several estimates of it that differ among themselves. */
import { studentQuantile } from '#app/inference/over-runs.ts';
import { chiSquaredUpper, normalTwoSided, studentTwoSided } from '#app/statistics/distributions.ts';

export interface Estimate {
  effect: number;
  /** Of the estimate, > 0. */
  variance: number;
}

export interface RandomEffects {
  members: number;
  effect: number;
  /** 95 %, normal. */
  interval: [number, number];
  p: number;
  hartungKnapp: [number, number];
  /** With k - 1 degrees of freedom, as that interval. */
  hartungKnappP: number;
  tau2: number;
  q: number;
  qP: number;
  i2: number;
}

/** 97.5 % of the standard normal distribution. */
const normalReach = 1.959963984540054;

/**
 * DerSimonian and Laird (1986): tau^2 = max(0, (Q - (k - 1)) / (sum w - sum w^2 / sum w)) with w = 1 / v, then weights
 * 1 / (v + tau^2). Beside it the interval of Hartung and Knapp (2001), with k - 1 degrees of freedom, which holds its level
 * with few estimates where the normal one is too narrow. I^2 = max(0, 1 - (k - 1) / Q).
 *
 * @returns null with fewer than two estimates of positive variance
 */
export function randomEffects(estimates: readonly Estimate[]): RandomEffects | null {
  const known = estimates.filter(({ effect, variance }) => Number.isFinite(effect) && variance > 0);
  const k = known.length;
  if (k < 2) return null;
  const fixed = weightedMean(known, 0);
  const q = known.reduce((sum, { effect, variance }) => sum + (effect - fixed.mean) ** 2 / variance, 0);
  const squares = known.reduce((sum, { variance }) => sum + 1 / variance ** 2, 0);
  const tau2 = Math.max(0, (q - (k - 1)) / (fixed.weight - squares / fixed.weight));
  const { mean, weight } = weightedMean(known, tau2);
  const error = Math.sqrt(1 / weight);
  const spread = known.reduce((sum, { effect, variance }) => sum + (effect - mean) ** 2 / (variance + tau2), 0);
  const spreadError = Math.sqrt(spread / ((k - 1) * weight));
  const reach = studentQuantile(0.05, k - 1) * spreadError;
  return {
    members: k,
    effect: mean,
    interval: [mean - normalReach * error, mean + normalReach * error],
    p: normalTwoSided(mean / error),
    hartungKnapp: [mean - reach, mean + reach],
    hartungKnappP: spreadError > 0 ? studentTwoSided(mean / spreadError, k - 1) : mean === 0 ? 1 : 0,
    tau2,
    q,
    qP: chiSquaredUpper(q, k - 1),
    i2: q > 0 ? Math.max(0, 1 - (k - 1) / q) : 0,
  };
}

function weightedMean(estimates: readonly Estimate[], tau2: number): { mean: number; weight: number } {
  let [sum, weight] = [0, 0];
  for (const { effect, variance } of estimates) {
    sum += effect / (variance + tau2);
    weight += 1 / (variance + tau2);
  }
  return { mean: sum / weight, weight };
}
