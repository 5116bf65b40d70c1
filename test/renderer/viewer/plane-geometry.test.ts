import { describe, expect, it } from 'vitest';
import { planesThrough } from '#app/data/planes.ts';
import {
  movedAlike,
  nextSlice,
  pixelOfVoxel,
  voxelOfKey,
  voxelOfPixel,
  type PlaneName,
} from '../../../renderer/viewer/plane-geometry.ts';

const names: readonly PlaneName[] = ['axial', 'coronal', 'sagittal'];

/** A volume of 4 x 5 x 6 voxels that is bright in one of them. */
function brightAt(voxel: readonly [number, number, number], orientation = 'RAS') {
  const values = new Float32Array(4 * 5 * 6);
  values[voxel[0] + 4 * (voxel[1] + 5 * voxel[2])] = 1;
  const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  return planesThrough(
    { shape: [4, 5, 6], spacingMm: [1, 1, 1], affine, orientation, values, minimum: 0, maximum: 1 },
    voxel,
  );
}

describe('the cross-hair', () => {
  it.each(names)('lies on the bright voxel of the %s plane', (name) => {
    const plane = brightAt([1, 3, 4])[name];
    const [column, row] = pixelOfVoxel(name, plane, [1, 3, 4]);
    expect(plane.pixels[row * plane.width + column]).toBe(255);
  });
  it.each(names)('lies on it in the %s plane of a scan without known directions', (name) => {
    const plane = brightAt([1, 3, 4], '???')[name];
    const [column, row] = pixelOfVoxel(name, plane, [1, 3, 4]);
    expect(plane.pixels[row * plane.width + column]).toBe(255);
  });
  it.each(names)('goes in the %s plane to the voxel that was clicked', (name) => {
    const plane = brightAt([1, 3, 4])[name];
    const [column, row] = pixelOfVoxel(name, plane, [1, 3, 4]);
    const start = name === 'axial' ? [0, 0, 4] : name === 'coronal' ? [0, 3, 0] : [1, 0, 0];
    expect(voxelOfPixel(name, plane, start as [number, number, number], column + 0.6, row + 0.4)).toEqual([1, 3, 4]);
  });
  it('follows a plane that shows the left on the right', () => {
    const plane = { ...brightAt([1, 3, 4]).axial, left: 'R', right: 'L' };
    expect(pixelOfVoxel('axial', plane, [0, 4, 4])).toEqual([3, 0]);
    expect(voxelOfPixel('axial', plane, [0, 0, 4], 3, 0)).toEqual([0, 4, 4]);
  });
  it('stays inside when a drag leaves the plane', () => {
    const plane = brightAt([1, 3, 4]).axial;
    expect(voxelOfPixel('axial', plane, [1, 3, 4], -9, 99)).toEqual([0, 0, 4]);
  });
  it('moves by arrow keys towards the edge that the key points to', () => {
    const plane = brightAt([1, 3, 4]).coronal;
    expect(voxelOfKey('coronal', plane, [1, 3, 4], 'ArrowUp', 1)).toEqual([1, 3, 5]);
    expect(voxelOfKey('coronal', plane, [1, 3, 4], 'ArrowRight', 1)).toEqual([2, 3, 4]);
    expect(voxelOfKey('coronal', plane, [1, 3, 4], 'Enter', 1)).toBeNull();
  });
  it('goes through the slices and stops at the last', () => {
    expect(nextSlice('axial', [4, 5, 6], [1, 3, 4], 10)).toEqual([1, 3, 5]);
    expect(nextSlice('sagittal', [4, 5, 6], [1, 3, 4], -1)).toEqual([0, 3, 4]);
  });
});

describe('a step in one picture', () => {
  const coarse = { shape: [9, 9, 9], spacingMm: [4, 4, 6], voxel: [2, 3, 4] } as const;
  const fine = { shape: [36, 36, 54], spacingMm: [1, 1, 1] } as const;

  it('is as many millimetres in the one beside it', () => {
    expect(movedAlike(coarse, [3, 3, 2], fine, [10, 10, 30])).toEqual([14, 10, 18]);
    expect(movedAlike({ ...fine, voxel: [10, 10, 30] }, [10, 16, 30], coarse, [2, 3, 4])).toEqual([2, 5, 4]);
  });

  it('stays inside', () => {
    expect(movedAlike(coarse, [8, 0, 4], fine, [30, 2, 30])).toEqual([35, 0, 30]);
  });
});
