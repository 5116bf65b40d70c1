/** The threshold that parts a scan's background from the head (Otsu 1979). */

const bins = 256;

/**
 * @returns the middle of the bin of 256 over the range of the values after which the variance between the two classes is
 *   largest; null where all values are equal
 */
export function otsuThreshold(values: Float32Array): number | null {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(high > low)) return null;
  const width = (high - low) / bins;
  const counts = new Float64Array(bins);
  for (const value of values) {
    const bin = Math.min(bins - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] as number) + 1;
  }
  const middle = (bin: number): number => low + (bin + 0.5) * width;
  const total = counts.reduce((sum, count, bin) => sum + count * middle(bin), 0);
  let [below, sumBelow, best, threshold] = [0, 0, -1, middle(0)];
  for (let bin = 0; bin < bins - 1; bin++) {
    below += counts[bin] as number;
    sumBelow += (counts[bin] as number) * middle(bin);
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const between = below * above * (sumBelow / below - (total - sumBelow) / above) ** 2;
    if (between > best) [best, threshold] = [between, middle(bin)];
  }
  return threshold;
}
