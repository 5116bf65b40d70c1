/** Changes to a training sample that leave what it is: each time it is shown, drawn from a seed of its own. */
import { SeededRandom } from '#app/run/random.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';

export type AugmentSettings = NonNullable<PreparationSettings['augment']>;

/**
 * @param sample as the network would be fed it, changed in place: [x, y, z, 1], [times, channels] or [features]
 * @param fill what the background of a scan has become, for voxels that come from outside it
 */
export function augment(
  sample: Float32Array,
  shape: readonly number[],
  { flip, shiftVoxels, window, scale, noise }: AugmentSettings,
  fill: number,
  random: SeededRandom,
): void {
  if (flip && random.next() < 0.5) flipLeftRight(sample, shape);
  if (shiftVoxels > 0) {
    const along = (): number => random.integer(2 * shiftVoxels + 1) - shiftVoxels;
    shift(sample, shape, [along(), along(), along()], fill);
  }
  if (window < 1) keepWindow(sample, shape, window, random);
  const factor = scale > 0 ? 1 + scale * (2 * random.next() - 1) : 1;
  if (factor === 1 && noise === 0) return;
  for (let i = 0; i < sample.length; i++) {
    const value = (sample[i] as number) * factor;
    sample[i] = noise > 0 ? value + noise * random.normal() : value;
  }
}

/** The generator of one showing: it depends on nothing that was shown before, so a resumed run goes on the same. */
export function showingRandom(seed: number, epoch: number, row: number): SeededRandom {
  const ofEpoch = new SeededRandom((seed ^ Math.imul(epoch + 1, 0x9e3779b1)) >>> 0).integer(2 ** 32);
  return new SeededRandom((ofEpoch ^ Math.imul(row + 1, 0x85ebca6b)) >>> 0);
}

/** x is the slowest axis: planes change places. */
function flipLeftRight(sample: Float32Array, [nx = 1]: readonly number[]): void {
  const plane = sample.length / nx;
  for (let left = 0, right = nx - 1; left < right; left++, right--) {
    const kept = sample.slice(left * plane, (left + 1) * plane);
    sample.copyWithin(left * plane, right * plane, (right + 1) * plane);
    sample.set(kept, right * plane);
  }
}

function shift(
  sample: Float32Array,
  [nx = 1, ny = 1, nz = 1]: readonly number[],
  [dx, dy, dz]: [number, number, number],
  fill: number,
): void {
  if (dx === 0 && dy === 0 && dz === 0) return;
  const before = sample.slice();
  sample.fill(fill);
  const [firstZ, lastZ] = [Math.max(0, dz), Math.min(nz, nz + dz)];
  if (firstZ >= lastZ) return;
  for (let x = Math.max(0, dx); x < Math.min(nx, nx + dx); x++) {
    for (let y = Math.max(0, dy); y < Math.min(ny, ny + dy); y++) {
      const from = ((x - dx) * ny + (y - dy)) * nz - dz;
      sample.set(before.subarray(from + firstZ, from + lastZ), (x * ny + y) * nz + firstZ);
    }
  }
}

/** Time points outside a window of the series become 0, the mean of a standardised channel. */
function keepWindow(sample: Float32Array, [times = 1]: readonly number[], window: number, random: SeededRandom): void {
  const kept = Math.max(1, Math.ceil(window * times));
  const first = random.integer(times - kept + 1);
  const channels = sample.length / times;
  sample.fill(0, 0, first * channels);
  sample.fill(0, (first + kept) * channels);
}
