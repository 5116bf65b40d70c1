/** Which values of a scan are shown black and white. */
const sampledVoxels = 100_000;
const lowest = 0.005;
const highest = 0.995;

/**
 * The values to show black and white: percentiles 0.5 and 99.5 of at most 100,000 voxels, evenly spread, so that a few
 * bright voxels do not darken the rest. Where those are the same (a small lesion on nothing): the extremes.
 */
export function displayWindow(values: Float32Array): { minimum: number; maximum: number } {
  const stride = Math.max(1, Math.floor(values.length / sampledVoxels));
  const sample: number[] = [];
  for (let index = 0; index < values.length; index += stride) {
    const value = values[index] ?? NaN;
    if (Number.isFinite(value)) sample.push(value);
  }
  const sorted = Float32Array.from(sample).sort();
  const quantile = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? 0;
  const [minimum, maximum] = [quantile(lowest), quantile(highest)];
  if (sorted.length > 0 && maximum > minimum) return { minimum, maximum };
  let [least, most] = [Infinity, -Infinity];
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (!Number.isFinite(value)) continue;
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return least <= most ? { minimum: least, maximum: most } : { minimum: 0, maximum: 0 };
}
