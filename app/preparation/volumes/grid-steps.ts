/** What is done to one scan on the common grid, in this order: smooth, mask, find its box, normalise its intensities. */
import { extendBox, type Box } from '#app/data/bounding-box.ts';
import { spacingOf } from '#app/data/affine.ts';
import type { Grid } from '#app/data/volume.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import { normaliseIntensity } from './intensity.ts';
import { otsuThreshold } from './otsu.ts';
import { smooth } from './smooth.ts';

export type GridSettings = Pick<PreparationSettings, 'smoothMm' | 'intensity' | 'crop'>;

/**
 * @param values on the grid, x fastest; changed in place unless they are smoothed
 * @param mask voxels to keep, 1; the others become 0. null: all are kept
 * @param box of the scans before it
 * @returns the scan, and the box that holds it too
 */
export function prepareOnGrid(
  values: Float32Array,
  { shape, affine }: Grid,
  { smoothMm, intensity, crop }: GridSettings,
  mask: Uint8Array | null,
  box: Box | null,
): { values: Float32Array; box: Box | null } {
  const result = smoothMm === null ? values : smooth(values, shape, spacingOf(affine), smoothMm);
  if (mask !== null) {
    for (let i = 0; i < result.length; i++) if (mask[i] === 0) result[i] = 0;
  }
  const whole = { from: [0, 0, 0], to: [shape[0] - 1, shape[1] - 1, shape[2] - 1] } satisfies Box;
  const threshold = crop === 'brain' ? otsuThreshold(result) : null;
  const next = crop === 'none' && hasValues(result) ? whole : extendBox(box, result, shape, threshold);
  normaliseIntensity(result, intensity);
  return { values: result, box: next };
}

function hasValues(values: Float32Array): boolean {
  return values.some((value) => value !== 0);
}
