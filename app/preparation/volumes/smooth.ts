/** Gaussian smoothing of a scan, one axis after another. */

/** Deviations after which a Gaussian is cut off, as SciPy does. */
const truncate = 4;
const deviationOfFwhm = 1 / Math.sqrt(8 * Math.log(2));

/**
 * @param values [x, y, z], x fastest
 * @param spacingMm edges of a voxel
 * @param fwhmMm full width at half maximum
 * @returns a smoothed copy; beyond its edges a scan is mirrored, as SciPy and nilearn do
 */
export function smooth(
  values: Float32Array,
  shape: readonly [number, number, number],
  spacingMm: readonly [number, number, number],
  fwhmMm: number,
): Float32Array {
  let [from, to] = [values.slice(), new Float32Array(values.length)];
  let stride = 1;
  shape.forEach((size, axis) => {
    const weights = halfKernel((fwhmMm * deviationOfFwhm) / (spacingMm[axis] ?? 1));
    along(from, to, size, stride, weights);
    [from, to] = [to, from];
    stride *= size;
  });
  return from;
}

/** Weights at distance 0, 1, …; both sides together sum to 1. */
function halfKernel(deviation: number): Float64Array {
  const radius = Math.floor(truncate * deviation + 0.5);
  const weights = Float64Array.from({ length: radius + 1 }, (_, i) => Math.exp(-0.5 * (i / deviation) ** 2));
  const total = weights.reduce((sum, weight, i) => sum + (i === 0 ? 1 : 2) * weight, 0);
  return weights.map((weight) => weight / total);
}

/** Hot: runs of `stride` numbers that lie beside each other are added as they are. */
function along(from: Float32Array, to: Float32Array, size: number, stride: number, weights: Float64Array): void {
  const sums = new Float64Array(stride);
  const block = size * stride;
  for (let first = 0; first < from.length; first += block) {
    for (let at = 0; at < size; at++) {
      sums.fill(0);
      for (let offset = 1 - weights.length; offset < weights.length; offset++) {
        const weight = weights[Math.abs(offset)] as number;
        const source = first + mirrored(at + offset, size) * stride;
        for (let i = 0; i < stride; i++) sums[i] = (sums[i] as number) + weight * (from[source + i] as number);
      }
      to.set(sums, first + at * stride);
    }
  }
}

/** Place within an axis of one beyond its ends: … 1 0 | 0 1 … n-1 | n-1 n-2 … */
function mirrored(place: number, size: number): number {
  if (place >= 0 && place < size) return place;
  const period = 2 * size;
  const within = ((place % period) + period) % period;
  return within < size ? within : period - 1 - within;
}
