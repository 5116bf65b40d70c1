import { describe, expect, test } from 'vitest';
import { displayWindow } from '#app/data/display-window.ts';
import { inRasOrder, planesThrough } from '#app/data/planes.ts';
import type { Volume } from '#app/data/volume.ts';

/** i from right to left, j from anterior to posterior, k from inferior to superior; one voxel of 3 x 4 x 5 is bright. */
function volume(change: Partial<Volume> = {}): Volume {
  const values = new Float32Array(60);
  // i = 0: right; j = 1; k = 4: top.
  values[0 + 3 * (1 + 4 * 4)] = 8;
  return {
    shape: [3, 4, 5],
    spacingMm: [1, 2, 3],
    orientation: 'LPS',
    dataType: 'float32',
    affine: [-1, 0, 0, 1, 0, -2, 0, 6, 0, 0, 3, 0, 0, 0, 0, 1],
    problems: [],
    values,
    ...change,
  };
}

function brightest(plane: { width: number; pixels: Uint8Array }): { column: number; row: number } {
  const index = plane.pixels.indexOf(255);
  return { column: index % plane.width, row: Math.floor(index / plane.width) };
}

describe('planes', () => {
  const shown = inRasOrder(volume());

  test('a voxel on the right, towards the front, at the top is seen there in every plane', () => {
    // In RAS order: x = 2 of 3 (right), y = 2 of 4, z = 4 of 5 (top).
    const planes = planesThrough(shown, [2, 2, 4]);
    expect(planes.value).toBe(8);
    expect(brightest(planes.axial)).toEqual({ column: 2, row: 1 });
    expect(brightest(planes.coronal)).toEqual({ column: 2, row: 0 });
    expect(brightest(planes.sagittal)).toEqual({ column: 2, row: 0 });
    expect(planes.positionMm).toEqual([1, 4, 12]);
  });

  test('left is on the left, and the letters say so', () => {
    const { axial, coronal, sagittal } = planesThrough(shown, null);
    expect([axial.left, axial.right, axial.top, axial.bottom].join('')).toBe('LRAP');
    expect([coronal.left, coronal.right, coronal.top, coronal.bottom].join('')).toBe('LRSI');
    expect([sagittal.left, sagittal.right, sagittal.top, sagittal.bottom].join('')).toBe('PASI');
  });

  test('sizes are those of the axes across and up', () => {
    const { axial, coronal, sagittal, voxel } = planesThrough(shown, null);
    // The one bright voxel: what there is to see.
    expect(voxel).toEqual([2, 2, 4]);
    expect([axial.width, axial.height, ...axial.spacingMm]).toEqual([3, 4, 1, 2]);
    expect([coronal.width, coronal.height, ...coronal.spacingMm]).toEqual([3, 5, 1, 3]);
    expect([sagittal.width, sagittal.height, ...sagittal.spacingMm]).toEqual([4, 5, 2, 3]);
  });

  test('a voxel outside is brought to the edge', () => {
    expect(planesThrough(shown, [-5, 99, 1.6]).voxel).toEqual([0, 3, 2]);
  });

  test('no letter is made up where the header says nothing', () => {
    const { axial } = planesThrough(inRasOrder(volume({ orientation: '???' })), null);
    expect([axial.left, axial.right, axial.top, axial.bottom]).toEqual(['?', '?', '?', '?']);
  });

  test('a voxel without a number is black and counts as 0', () => {
    const planes = planesThrough(inRasOrder(volume({ values: new Float32Array(60).fill(NaN) })), null);
    expect(planes.value).toBe(0);
    expect(planes.axial.pixels.every((pixel) => pixel === 0)).toBe(true);
  });
});

describe('display window', () => {
  test('a few bright voxels do not darken the rest', () => {
    const values = Float32Array.from({ length: 10_000 }, (_, index) => (index < 3 ? 1e6 : index % 100));
    const { minimum, maximum } = displayWindow(values);
    expect(minimum).toBeLessThanOrEqual(1);
    expect(maximum).toBeGreaterThan(95);
    expect(maximum).toBeLessThan(100);
  });

  test('a small lesion on nothing is shown from least to most', () => {
    const values = new Float32Array(10_000);
    values[5] = 1;
    expect(displayWindow(values)).toEqual({ minimum: 0, maximum: 1 });
  });

  test('a constant image has a window of one value', () => {
    expect(displayWindow(new Float32Array(10).fill(4))).toEqual({ minimum: 4, maximum: 4 });
  });
});
