/** What the values of a scan are like: two passes over its voxels, nothing kept but a sample of at most 100,000. */
import type { ScanStatistics } from '#app/study/study.ts';
import { voxelCount, type Triple } from './volume.ts';

const sampledVoxels = 100_000;
const shares = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

export interface ScanValues {
  statistics: ScanStatistics;
  /** Voxels that hold no number. */
  notNumbers: number;
  /** Centre of the foreground, in voxels of the file (i, j, k); the middle where there is none. */
  centre: Triple;
}

/**
 * The foreground is what lies above a tenth of the way from the 2nd to the 98th percentile (the threshold of FSL's BET:
 * Smith 2002, Human Brain Mapping 17:143); where those are the same, as in a small mask, of the way from least to most.
 * Percentiles are those of at most 100,000 voxels, evenly spread.
 * @param values [i x j x k], i fastest
 * @param voxelMm3 volume of a voxel
 */
export function scanValues(values: Float32Array, shape: Triple, voxelMm3: number): ScanValues {
  const count = voxelCount(shape);
  let [minimum, maximum, sum, squares, zeros, notNumbers] = [Infinity, -Infinity, 0, 0, 0, 0];
  // Sums of what is left after a value of the scan itself, so that squares of large values do not swallow the spread.
  const shift = Number.isFinite(values[0]) ? (values[0] as number) : 0;
  // By index: an iterator over millions of voxels takes longer than inflating them.
  for (let index = 0; index < count; index++) {
    const value = values[index] as number;
    if (value - value !== 0) {
      notNumbers++;
      continue;
    }
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    if (value === 0) zeros++;
    const rest = value - shift;
    sum += rest;
    squares += rest * rest;
  }
  const numbers = count - notNumbers;
  if (numbers === 0) [minimum, maximum] = [0, 0];
  const sorted = sample(values, count);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const [low, high] = at(0.98) > at(0.02) ? [at(0.02), at(0.98)] : [minimum, maximum];
  const foreground = foregroundOf(values, shape, low + 0.1 * (high - low));
  const variance = numbers === 0 ? 0 : squares / numbers - (sum / numbers) ** 2;
  return {
    notNumbers,
    centre: foreground.centre,
    statistics: {
      minimum,
      maximum,
      mean: numbers === 0 ? 0 : shift + sum / numbers,
      standardDeviation: Math.sqrt(Math.max(0, variance)),
      zeros: zeros / count,
      notNumbers: notNumbers / count,
      percentiles: shares.map(at),
      foregroundMl: (foreground.voxels * voxelMm3) / 1000,
    },
  };
}

function sample(values: Float32Array, count: number): Float32Array {
  const stride = Math.max(1, Math.floor(count / sampledVoxels));
  const sampled = new Float32Array(Math.ceil(count / stride));
  let length = 0;
  for (let index = 0; index < count; index += stride) {
    const value = values[index] as number;
    if (value - value === 0) sampled[length++] = value;
  }
  return sampled.subarray(0, length).sort();
}

function foregroundOf(values: Float32Array, [ni, nj, nk]: Triple, threshold: number) {
  let [voxels, sumI, sumJ, sumK, index] = [0, 0, 0, 0, 0];
  for (let k = 0; k < nk; k++) {
    for (let j = 0; j < nj; j++) {
      let inRow = 0;
      for (let i = 0; i < ni; i++, index++) {
        if (!((values[index] as number) > threshold)) continue;
        inRow++;
        sumI += i;
      }
      voxels += inRow;
      sumJ += j * inRow;
      sumK += k * inRow;
    }
  }
  const middle: Triple = [Math.floor(ni / 2), Math.floor(nj / 2), Math.floor(nk / 2)];
  const centre: Triple = [Math.round(sumI / voxels), Math.round(sumJ / voxels), Math.round(sumK / voxels)];
  return { voxels, centre: voxels === 0 ? middle : centre };
}
