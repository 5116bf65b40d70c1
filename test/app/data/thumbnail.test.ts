import { describe, expect, test } from 'vitest';
import { scalingAffine } from '#app/data/affine.ts';
import { thumbnailOf } from '#app/data/thumbnail.ts';
import type { Volume } from '#app/data/volume.ts';

const window = { minimum: 0, maximum: 1 };

/** A volume whose first half along i is bright. */
function half(shape: [number, number, number], affine: number[], orientation = 'RAS'): Volume {
  const values = new Float32Array(shape[0] * shape[1] * shape[2]);
  for (let index = 0; index < values.length; index++) values[index] = index % shape[0] < shape[0] / 2 ? 1 : 0;
  return { shape, affine, orientation, spacingMm: [1, 1, 1], dataType: 'uint8', problems: [], values };
}

describe('a thumbnail', () => {
  test('shows all planes at one scale, the longest edge with 64 pixels', () => {
    const { sagittal, coronal, axial } = thumbnailOf(
      half([100, 200, 50], scalingAffine([1, 1, 1])),
      [50, 100, 25],
      window,
    );
    expect([sagittal.width, sagittal.height]).toEqual([64, 16]);
    expect([coronal.width, coronal.height]).toEqual([32, 16]);
    expect([axial.width, axial.height]).toEqual([32, 64]);
    expect(axial.pixels).toHaveLength(32 * 64);
  });

  test('has the left on the left, whichever way the file runs', () => {
    const row = ({ pixels, width }: { pixels: Uint8Array; width: number }) => [pixels[0], pixels[width - 1]];
    const ras = half([32, 32, 32], scalingAffine([1, 1, 1]));
    expect(row(thumbnailOf(ras, [16, 16, 16], window).axial)).toEqual([255, 0]);
    const las = { ...ras, orientation: 'LAS', affine: [-1, 0, 0, 31, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
    expect(row(thumbnailOf(las, [16, 16, 16], window).axial)).toEqual([0, 255]);
  });

  test('goes through the voxel that it is given', () => {
    const values = new Float32Array(27);
    values[0 + 3 * (1 + 3 * 2)] = 9;
    const spot: Volume = { ...half([3, 3, 3], scalingAffine([1, 1, 1])), values };
    const bright = (voxel: [number, number, number]) =>
      Math.max(...thumbnailOf(spot, voxel, { minimum: 0, maximum: 9 }).axial.pixels);
    expect(bright([0, 0, 2])).toBe(255);
    expect(bright([0, 0, 1])).toBe(0);
  });
});
