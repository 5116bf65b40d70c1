/** Shift and variance of each feature at one site, by the parametric empirical Bayes of ComBat. */

/** With fewer features there is no distribution to draw a feature's effects towards: they are taken as found. */
const fewestFeatures = 3;
const convergedPart = 1e-6;
const mostRounds = 1000;

/**
 * @param features z-scores of each feature at the site, each [rows]
 * @returns posterior means: shift normal, variance inverse gamma, their hyperparameters from the moments over features
 */
export function siteEffects(features: readonly Float64Array[]): { shift: number[]; variance: number[] } {
  const found = features.map(moments);
  const shifts = found.map(({ mean }) => mean);
  const variances = found.map(({ variance }) => variance);
  const ofShifts = moments(shifts);
  const ofVariances = moments(variances);
  if (features.length < fewestFeatures || !(ofShifts.variance > 0) || !(ofVariances.variance > 0)) {
    return { shift: shifts, variance: variances.map((each) => (each > 0 ? each : 1)) };
  }
  const shape = (2 * ofVariances.variance + ofVariances.mean ** 2) / ofVariances.variance;
  const rate = (ofVariances.mean * ofVariances.variance + ofVariances.mean ** 3) / ofVariances.variance;
  const posterior = features.map((values, f) =>
    solve(values, { shift: shifts[f] as number, variance: variances[f] as number }, ofShifts, shape, rate),
  );
  return { shift: posterior.map(({ shift }) => shift), variance: posterior.map(({ variance }) => variance) };
}

interface Effect {
  shift: number;
  variance: number;
}

/** The two posterior means depend on each other: in turns, until neither moves. */
function solve(
  values: Float64Array,
  found: Effect,
  prior: { mean: number; variance: number },
  shape: number,
  rate: number,
): Effect {
  const n = values.length;
  let { shift, variance } = found;
  for (let round = 0; round < mostRounds; round++) {
    const nextShift = (prior.variance * n * found.shift + variance * prior.mean) / (prior.variance * n + variance);
    const squares = values.reduce((sum, value) => sum + (value - nextShift) ** 2, 0);
    const nextVariance = (0.5 * squares + rate) / (n / 2 + shape - 1);
    const moved = Math.max(
      Math.abs(nextShift - shift) / Math.max(Math.abs(shift), convergedPart),
      Math.abs(nextVariance - variance) / variance,
    );
    [shift, variance] = [nextShift, nextVariance];
    if (moved < convergedPart) break;
  }
  return { shift, variance };
}

/** Sample mean and variance (n - 1). */
function moments(values: Float64Array | readonly number[]): { mean: number; variance: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, variance: squares / (values.length - 1) };
}
