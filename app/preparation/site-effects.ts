/** Shift and variance of each feature at one site, by the parametric empirical Bayes of ComBat. */

/** With fewer features there is no distribution to draw a feature's effects towards: they are taken as found. */
const fewestFeatures = 3;
const convergedPart = 1e-6;
const mostRounds = 1000;

/**
 * @param rows of the site
 * @param shifts mean of each feature's z-scores at the site
 * @param variances sample variance (n - 1) of the same
 * @returns posterior means: shift normal, variance inverse gamma, their hyperparameters from the moments over features
 */
export function siteEffects(
  rows: number,
  shifts: Float64Array,
  variances: Float64Array,
): { shift: number[]; variance: number[] } {
  const ofShifts = moments(shifts);
  const ofVariances = moments(variances);
  if (shifts.length < fewestFeatures || !(ofShifts.variance > 0) || !(ofVariances.variance > 0)) {
    return { shift: Array.from(shifts), variance: Array.from(variances, (each) => (each > 0 ? each : 1)) };
  }
  const shape = (2 * ofVariances.variance + ofVariances.mean ** 2) / ofVariances.variance;
  const rate = (ofVariances.mean * ofVariances.variance + ofVariances.mean ** 3) / ofVariances.variance;
  const shift = new Array<number>(shifts.length);
  const variance = new Array<number>(shifts.length);
  shifts.forEach((found, f) => {
    const effect = solve(rows, { shift: found, variance: variances[f] as number }, ofShifts, shape, rate);
    shift[f] = effect.shift;
    variance[f] = effect.variance;
  });
  return { shift, variance };
}

interface Effect {
  shift: number;
  variance: number;
}

/** The two posterior means depend on each other: in turns, until neither moves. */
function solve(
  n: number,
  found: Effect,
  prior: { mean: number; variance: number },
  shape: number,
  rate: number,
): Effect {
  let { shift, variance } = found;
  for (let round = 0; round < mostRounds; round++) {
    const nextShift = (prior.variance * n * found.shift + variance * prior.mean) / (prior.variance * n + variance);
    const squares = (n - 1) * found.variance + n * (found.shift - nextShift) ** 2;
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
function moments(values: Float64Array): { mean: number; variance: number } {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { mean, variance: squares / (values.length - 1) };
}
