/** Which voxels of a scan belong to which label of an atlas, and what the labels' means are. */
import { inputError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';

/** An atlas of more labels is a map of something else. */
export const mostLabels = 10_000;
/** Scaling leaves whole numbers a little off. */
const wholeWithin = 1e-3;

/** Voxels of the labels on the grid of one scan. */
export interface LabelVoxels {
  labels: number;
  /** Voxels that have a label, by their place in the volume. */
  places: Uint32Array;
  /** Label of each of these, as its place among the labels. */
  owners: Uint16Array;
  /** Voxels of each label. */
  counts: Uint32Array;
}

/**
 * The labels of an atlas in ascending order; 0 and voxels without a number are background.
 *
 * @param file name for messages
 * @throws SpectroscopeError (input) for an image of other numbers than labels: probabilities, a statistical map
 */
export function labelsOf(values: Float32Array, file: string): number[] {
  const found = new Set<number>();
  for (const value of values) {
    if (value === 0 || value - value !== 0) continue;
    const label = Math.round(value);
    if (Math.abs(value - label) > wholeWithin || label < 0) throw noLabels(file, t('the value {value}', { value }));
    if (label > 0) found.add(label);
    if (found.size > mostLabels) throw noLabels(file, t('more than {n} different values', { n: mostLabels }));
  }
  if (found.size === 0) throw noLabels(file, t('nothing but 0'));
  return [...found].sort((a, b) => a - b);
}

function noLabels(file: string, found: string) {
  return inputError(
    'atlas-no-labels',
    t(
      '{file}: holds {found}, so it is no image of labels (expected whole numbers from 1, with 0 outside). Choose a label image: of a probabilistic atlas its maximum-probability version.',
      { file, found },
    ),
    { file, field: 'atlas', found, expected: 'whole numbers from 1, 0 outside' },
  );
}

/**
 * @param values of the atlas on the grid of the scan
 * @param labels ascending
 * @param mask on the same grid: voxels of at least a half count; null: all do
 */
export function labelVoxels(values: Float32Array, labels: readonly number[], mask: Float32Array | null): LabelVoxels {
  const placeOf = new Map(labels.map((label, place) => [label, place]));
  const places: number[] = [];
  const owners: number[] = [];
  const counts = new Uint32Array(labels.length);
  values.forEach((value, voxel) => {
    if (value === 0 || (mask !== null && !((mask[voxel] as number) >= 0.5))) return;
    const owner = placeOf.get(Math.round(value));
    if (owner === undefined) return;
    places.push(voxel);
    owners.push(owner);
    counts[owner] = (counts[owner] as number) + 1;
  });
  return { labels: labels.length, places: Uint32Array.from(places), owners: Uint16Array.from(owners), counts };
}

/**
 * Mean of each label's voxels in one volume; voxels without a number (NaN, infinite) are left out.
 *
 * @param volume i fastest
 * @param means filled from `at` on: NaN for a label without any such voxel
 */
export function labelMeans(volume: Float32Array, voxels: LabelVoxels, means: Float32Array, at: number): void {
  const { labels, places, owners } = voxels;
  const sums = new Float64Array(labels);
  const counts = new Uint32Array(labels);
  for (let i = 0; i < places.length; i++) {
    const value = volume[places[i] as number] as number;
    if (value - value !== 0) continue;
    const owner = owners[i] as number;
    sums[owner] = (sums[owner] as number) + value;
    counts[owner] = (counts[owner] as number) + 1;
  }
  for (let label = 0; label < labels; label++) means[at + label] = (sums[label] as number) / (counts[label] as number);
}
