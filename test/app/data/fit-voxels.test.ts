import { describe, expect, test } from 'vitest';
import { applyAffine } from '#app/data/affine.ts';
import { fittingFactors, planReduction, reduceByMean, reduceByPick } from '#app/data/fit-voxels.ts';
import type { Grid } from '#app/data/volume.ts';

const grid: Grid = { shape: [4, 4, 2], affine: [1, 0, 0, 10, 0, 1, 0, 20, 0, 0, 3, 30, 0, 0, 0, 1] };

describe('a scan that is too large', () => {
  test('stays as it is where it fits', () => expect(fittingFactors(grid, 1, 32)).toEqual([1, 1, 1]));

  test('loses voxels where they are finest, and the series counts', () => {
    expect(fittingFactors(grid, 1, 31)).toEqual([2, 1, 1]);
    expect(fittingFactors(grid, 4, 32)).toEqual([2, 2, 1]);
  });

  test('never has an edge that a graphics card does not take', () => {
    expect(fittingFactors({ ...grid, shape: [5000, 1, 1] }, 1, 1e6)).toEqual([3, 1, 1]);
  });

  test('is averaged, each new voxel in the middle of the old ones', () => {
    const plan = planReduction(grid, [2, 2, 1]);
    expect(plan.grid.shape).toEqual([2, 2, 2]);
    expect(applyAffine(plan.grid.affine, [0, 0, 0])).toEqual([10.5, 20.5, 30]);
    const values = Float32Array.from({ length: 32 }, (_, at) => at);
    expect([...reduceByMean(values, [4, 4, 2], plan)].slice(0, 4)).toEqual([2.5, 4.5, 10.5, 12.5]);
  });

  test('of labels keeps labels', () => {
    const labels = Float32Array.from({ length: 32 }, (_, at) => 100 * at);
    const picked = reduceByPick(labels, [4, 4, 2], planReduction(grid, [2, 2, 1]));
    expect([...picked].every((value) => labels.includes(value))).toBe(true);
    expect(picked[0]).toBe(500);
  });
});
