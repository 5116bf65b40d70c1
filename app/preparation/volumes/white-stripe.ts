/**
 * Normal-appearing white matter of a T1-weighted scan, by the histogram alone: Shinohara et al. 2014, 'Statistical
 * normalization techniques for magnetic resonance imaging', NeuroImage: Clinical 6:9-19. The density is that of a Gaussian
 * kernel instead of the authors' penalised spline, and its far tail is cut at a percentile instead of at a count.
 */

/** Half the width of the stripe, in quantiles around the mode; the authors' tau. */
const halfWidth = 0.05;
/** Brighter voxels (vessels, fat that was left) are no tissue to look for a mode in. */
const tailPercent = 96;
const gridPoints = 512;
/** Bins that the kernel is laid over; each is far narrower than the kernel. */
const bins = 8192;

export interface WhiteStripe {
  mode: number;
  /** Ends of the stripe; values between them count, and the ends themselves where those are all one number. */
  low: number;
  high: number;
  /** Mean and population deviation of the stripe. */
  mean: number;
  deviation: number;
}

/**
 * The stripe is found among the voxels that are brighter than the mean of those that are not 0: around the last mode of
 * their density, which is white matter where the scan is T1-weighted and holds the brain alone.
 * @param values 0 is background
 * @returns null where fewer than two voxels lie in the stripe
 */
export function whiteStripeOf(values: Float32Array): WhiteStripe | null {
  const bright = brightVoxels(values);
  if (bright.length < 2) return null;
  const mode = lastMode(bright);
  const below = countBelow(bright, mode) / bright.length;
  const low = quantileOf(bright, Math.max(0, below - halfWidth));
  const high = quantileOf(bright, Math.min(1, below + halfWidth));
  const between = bright.filter((value) => value > low && value < high);
  // Of a scan in few whole numbers nothing, or one number alone, may lie between the ends: they count then.
  const varies = (between[0] ?? NaN) < (between[between.length - 1] ?? NaN);
  const stripe = varies ? between : bright.filter((value) => value >= low && value <= high);
  if (stripe.length < 2) return null;
  const mean = stripe.reduce((sum, value) => sum + value, 0) / stripe.length;
  const squares = stripe.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mode, low, high, mean, deviation: Math.sqrt(squares / stripe.length) };
}

/** Rising. */
function brightVoxels(values: Float32Array): Float64Array {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (value === 0) continue;
    sum += value;
    count += 1;
  }
  const mean = sum / count;
  return Float64Array.from(values.filter((value) => value !== 0 && value > mean)).sort();
}

/** Interpolated between two values, as NumPy does. @param sorted rising */
function quantileOf(sorted: Float64Array, part: number): number {
  const place = (sorted.length - 1) * part;
  const below = sorted[Math.floor(place)] as number;
  return below + ((sorted[Math.ceil(place)] as number) - below) * (place - Math.floor(place));
}

function countBelow(sorted: Float64Array, value: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] as number) < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The brightest local maximum of the density below the tail; where there is none, the place where it is largest. */
function lastMode(bright: Float64Array): number {
  const top = quantileOf(bright, tailPercent / 100);
  const kept = bright.subarray(0, countBelow(bright, top));
  const [from, to] = [kept[0] ?? top, kept[kept.length - 1] ?? top];
  if (!(to > from)) return from;
  const density = densityOf(kept, from, to);
  let mode = density.indexOf(Math.max(...density));
  for (let at = 1; at < gridPoints - 1; at++) {
    const here = density[at] as number;
    if (here > (density[at - 1] as number) && here > (density[at + 1] as number)) mode = Math.max(mode, at);
  }
  return from + ((to - from) * mode) / (gridPoints - 1);
}

/** Gaussian kernel density, not normed, at points from the least to the largest value; Silverman's normal reference width. */
function densityOf(kept: Float64Array, from: number, to: number): Float64Array {
  const counts = new Float64Array(bins);
  for (const value of kept) {
    const bin = Math.min(bins - 1, Math.floor(((value - from) / (to - from)) * bins));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const width = normalReference(kept);
  const density = new Float64Array(gridPoints);
  for (let point = 0; point < gridPoints; point++) {
    const at = from + ((to - from) * point) / (gridPoints - 1);
    let sum = 0;
    for (let bin = 0; bin < bins; bin++) {
      const distance = (from + ((to - from) * (bin + 0.5)) / bins - at) / width;
      if (distance > -6 && distance < 6) sum += (counts[bin] as number) * Math.exp(-0.5 * distance * distance);
    }
    density[point] = sum;
  }
  return density;
}

/** 1.059 min(deviation, interquartile range / 1.349) n^(-1/5) (Silverman 1986, 3.4.2). */
function normalReference(sorted: Float64Array): number {
  const mean = sorted.reduce((sum, value) => sum + value, 0) / sorted.length;
  const squares = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / Math.max(1, sorted.length - 1));
  const quartiles = (quantileOf(sorted, 0.75) - quantileOf(sorted, 0.25)) / 1.349;
  return 1.059 * (quartiles > 0 ? Math.min(deviation, quartiles) : deviation) * sorted.length ** -0.2;
}
