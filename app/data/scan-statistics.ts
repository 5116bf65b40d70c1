/** What the values of a scan are like, from passes over its rows that leave out what is empty. */
import type { ScanStatistics } from '#app/study/study.ts';
import { voxelCount, type Triple } from './volume.ts';

const sampledVoxels = 10_000;
/** The centre along i is that of every so-manieth row. */
const rowsApart = 4;
/** Of the percentiles that are kept. */
export const shares: readonly number[] = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];

export interface ScanValues {
  statistics: ScanStatistics;
  /** Voxels that hold no number. */
  notNumbers: number;
  /** Centre of the foreground, in voxels of the file (i, j, k); the middle where there is none. */
  centre: Triple;
  /** Values to show black and white: percentiles 0.5 and 99.5, or where those are the same the extremes. */
  window: { minimum: number; maximum: number };
}

/**
 * The foreground is what lies above a tenth of the way from the 2nd to the 98th percentile (the threshold of FSL's BET:
 * Smith 2002, Human Brain Mapping 17:143); where those are the same, as in a small mask, of the way from least to most.
 * Percentiles are those of at most 10,000 to 20,000 voxels, evenly spread.
 * @param values [i x j x k], i fastest
 * @param voxelMm3 volume of a voxel
 */
export function scanValues(values: Float32Array, shape: Triple, voxelMm3: number): ScanValues {
  const count = voxelCount(shape);
  const totals = totalsOf(values, shape);
  const { zeros, notNumbers, mean, standardDeviation } = totals;
  // A negative zero becomes zero.
  const [minimum, maximum] = notNumbers === count ? [0, 0] : [totals.minimum + 0, totals.maximum + 0];
  const sorted = sample(values, count);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  const between = (low: number, high: number): [number, number] =>
    at(high) > at(low) ? [at(low), at(high)] : [minimum, maximum];
  const [low, high] = between(0.02, 0.98);
  const foreground = foregroundOf(values, shape, low + 0.1 * (high - low), totals.emptyRows);
  const [black, white] = between(0.005, 0.995);
  return {
    notNumbers,
    centre: foreground.centre,
    window: { minimum: black, maximum: white },
    statistics: {
      ...{ minimum, maximum, mean, standardDeviation },
      zeros: zeros / count,
      notNumbers: notNumbers / count,
      percentiles: shares.map(at),
      foregroundMl: (foreground.voxels * voxelMm3) / 1000,
    },
  };
}

class Totals {
  minimum = Infinity;
  maximum = -Infinity;
  zeros = 0;
  notNumbers = 0;
  /** Of the values that are neither zero nor no numbers, less the shift. */
  private sum = 0;
  private squares = 0;
  private others = 0;
  /** A value of the scan: without it the squares of large values would swallow their spread. */
  private readonly shift: number;
  /** For each row of i: 1 where all its values are zero. */
  readonly emptyRows: Uint8Array;

  constructor(shift: number, rows: number) {
    this.shift = shift;
    this.emptyRows = new Uint8Array(rows);
  }

  addZeros(count: number): void {
    this.zeros += count;
    this.minimum = Math.min(this.minimum, 0);
    this.maximum = Math.max(this.maximum, 0);
  }

  /** Without a branch for each voxel; what is no number shows in the sum, and the row is then added value by value. */
  addRow(values: Float32Array, from: number, to: number): void {
    const { shift } = this;
    let [low, high] = [Infinity, -Infinity];
    // Two sums side by side: each addition waits for the one before it.
    let sum = 0;
    let sumNext = 0;
    let squares = 0;
    let squaresNext = 0;
    let zeros = 0;
    const even = to - ((to - from) & 1);
    for (let index = from; index < even; index += 2) {
      const value = values[index] as number;
      const next = values[index + 1] as number;
      if (value < low) low = value;
      if (value > high) high = value;
      if (next < low) low = next;
      if (next > high) high = next;
      zeros += (value === 0 ? 1 : 0) + (next === 0 ? 1 : 0);
      const rest = value - shift;
      const restNext = next - shift;
      sum += rest;
      sumNext += restNext;
      squares += rest * rest;
      squaresNext += restNext * restNext;
    }
    sum += sumNext;
    squares += squaresNext;
    if (even < to) {
      const value = values[even] as number;
      low = Math.min(low, value);
      high = Math.max(high, value);
      zeros += value === 0 ? 1 : 0;
      sum += value - shift;
      squares += (value - shift) * (value - shift);
    }
    if (sum - sum !== 0) return this.addOneByOne(values, from, to);
    if (low < this.minimum) this.minimum = low;
    if (high > this.maximum) this.maximum = high;
    this.zeros += zeros;
    // The zeros of the row are taken out again: all zeros together are put in at the end.
    this.sum += sum + zeros * shift;
    this.squares += squares - zeros * shift * shift;
    this.others += to - from - zeros;
  }

  private addOneByOne(values: Float32Array, from: number, to: number): void {
    for (let index = from; index < to; index++) {
      const value = values[index] as number;
      if (value - value !== 0) this.notNumbers++;
      else if (value === 0) this.addZeros(1);
      else {
        this.minimum = Math.min(this.minimum, value);
        this.maximum = Math.max(this.maximum, value);
        const rest = value - this.shift;
        this.sum += rest;
        // Not `** 2`, whose last digit depends on whether the loop is compiled yet.
        this.squares += rest * rest;
        this.others++;
      }
    }
  }

  private get numbers(): number {
    return this.others + this.zeros;
  }

  private get meanRest(): number {
    return this.numbers === 0 ? 0 : (this.sum - this.zeros * this.shift) / this.numbers;
  }

  get mean(): number {
    return this.numbers === 0 ? 0 : this.shift + this.meanRest;
  }

  get standardDeviation(): number {
    if (this.numbers === 0) return 0;
    const meanSquare = (this.squares + this.zeros * (this.shift * this.shift)) / this.numbers;
    return Math.sqrt(Math.max(0, meanSquare - this.meanRest * this.meanRest));
  }
}

function totalsOf(values: Float32Array, [ni, nj, nk]: Triple): Totals {
  const shift = Number.isFinite(values[0]) ? (values[0] as number) : 0;
  const totals = new Totals(shift, nj * nk);
  // Zero as bits: whole rows outside of the head, or beside a lesion, are seen at a word a voxel.
  const words = new Int32Array(values.buffer, values.byteOffset, ni * nj * nk);
  for (let row = 0; row < nj * nk; row++) {
    const [from, to] = [row * ni, (row + 1) * ni];
    let any = 0;
    for (let index = from; index < to && any === 0; index++) any = words[index] as number;
    if (any === 0) {
      totals.emptyRows[row] = 1;
      totals.addZeros(ni);
    } else totals.addRow(values, from, to);
  }
  return totals;
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

function foregroundOf(values: Float32Array, [ni, nj, nk]: Triple, threshold: number, emptyRows: Uint8Array) {
  let [voxels, counted, sumI, sumJ, sumK] = [0, 0, 0, 0, 0];
  for (let row = 0; row < nj * nk; row++) {
    if (emptyRows[row] === 1 && threshold >= 0) continue;
    const from = row * ni;
    let inRow = 0;
    for (let index = from; index < from + ni; index++) inRow += (values[index] as number) > threshold ? 1 : 0;
    if (inRow === 0) continue;
    if (row % rowsApart === 0 || counted === 0) {
      for (let i = 0; i < ni; i++) sumI += (values[from + i] as number) > threshold ? i : 0;
      counted += inRow;
    }
    voxels += inRow;
    sumJ += (row % nj) * inRow;
    sumK += Math.floor(row / nj) * inRow;
  }
  const middle: Triple = [Math.floor(ni / 2), Math.floor(nj / 2), Math.floor(nk / 2)];
  const centre: Triple = [Math.round(sumI / counted), Math.round(sumJ / voxels), Math.round(sumK / voxels)];
  return { voxels, centre: voxels === 0 ? middle : centre };
}
