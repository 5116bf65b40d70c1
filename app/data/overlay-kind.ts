/** What an image is that is laid over a scan: a mask, an atlas of labels, or values such as a statistical map. */

/** More different whole numbers than this are values. */
const mostLabels = 4096;
/** In an atlas most voxels have the same label as the next one; the whole numbers of a scan change at every step. */
const likelyAlike = 0.5;

/**
 * @param values x fastest, rows of `width`
 * @returns the labels, rising, without 0; null: they are no labels
 */
export function labelsOf(values: Float32Array, width: number): number[] | null {
  const labels = new Set<number>();
  let [pairs, alike] = [0, 0];
  let before = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value - value !== 0) continue;
    if (value < 0 || !Number.isInteger(value)) return null;
    if (value !== 0 && value !== before && !labels.has(value)) {
      labels.add(value);
      if (labels.size > mostLabels) return null;
    }
    if (index % width > 0 && value !== 0 && before !== 0) {
      pairs++;
      if (value === before) alike++;
    }
    before = value;
  }
  if (labels.size === 0 || (labels.size > 1 && alike < likelyAlike * pairs)) return null;
  return [...labels].sort((a, b) => a - b);
}

/** Each label by its place among `labels`, from 1; 0 for what is no label. */
export function rankLabels(values: Float32Array, labels: readonly number[]): Uint16Array {
  const rank = new Map(labels.map((label, at) => [label, at + 1]));
  return Uint16Array.from(values, (value) => rank.get(value) ?? 0);
}
