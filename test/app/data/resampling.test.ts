import { describe, expect, test } from 'vitest';
import { applyAffine, scalingAffine } from '#app/data/affine.ts';
import { boxShape, copyBox, extendBox, widenBox, type Box } from '#app/data/bounding-box.ts';
import { averageAxis, averagedShape, boxAverage, planBoxAverage } from '#app/data/box-average.ts';
import { axisOrderOf, axisOrderOfLetters, reorderGrid } from '#app/data/orientation.ts';
import { proposeSpacing, studySpacing } from '#app/data/spacing.ts';
import { interpolate, sameGrid } from '#app/data/trilinear.ts';
import type { Grid, Triple } from '#app/data/volume.ts';

const ras = axisOrderOfLetters('RAS');

function fill(shape: Triple, value: (x: number, y: number, z: number) => number): Float32Array {
  const values = new Float32Array(shape[0] * shape[1] * shape[2]);
  let index = 0;
  for (let z = 0; z < shape[2]; z++)
    for (let y = 0; y < shape[1]; y++) for (let x = 0; x < shape[0]; x++) values[index++] = value(x, y, z);
  return values;
}

describe('box average', () => {
  test('a whole factor gives the plain mean of each block', () => {
    const grid: Grid = { shape: [4, 2, 2], affine: scalingAffine([1, 1, 1]) };
    const plan = planBoxAverage(grid, 2);
    expect(plan.grid.shape).toEqual([2, 1, 1]);
    const values = fill(grid.shape, (x, y, z) => x + 10 * y + 100 * z);
    expect([...boxAverage(values, grid.shape, ras, plan)]).toEqual([0.5 + 5 + 50, 2.5 + 5 + 50]);
  });

  test('voxels that are cut by an edge count by their part', () => {
    const grid: Grid = { shape: [3, 1, 1], affine: scalingAffine([2, 6, 6]) };
    const plan = planBoxAverage(grid, 3);
    expect(plan.grid.shape).toEqual([2, 2, 2]);
    const [first, second] = boxAverage(Float32Array.from([1, 10, 100]), grid.shape, ras, plan);
    expect(first).toBeCloseTo((2 * 1 + 10) / 3, 5);
    expect(second).toBeCloseTo((10 + 2 * 100) / 3, 5);
  });

  test('a linear field keeps its values at the centres of the new voxels', () => {
    const grid: Grid = { shape: [31, 37, 29], affine: [...scalingAffine([1, 1, 2])].with(3, -12) };
    const plan = planBoxAverage(grid, 4);
    const field = ([x, y, z]: Triple): number => 2 * x - 3 * y + 0.5 * z;
    const values = fill(grid.shape, (x, y, z) => field(applyAffine(grid.affine, [x, y, z])));
    const averaged = boxAverage(values, grid.shape, ras, plan);
    const [nx, ny, nz] = plan.grid.shape;
    // The outermost may reach beyond the scan, where there is nothing to average.
    for (let z = 1; z < nz - 1; z++)
      for (let y = 1; y < ny - 1; y++)
        for (let x = 1; x < nx - 1; x++) {
          const expected = field(applyAffine(plan.grid.affine, [x, y, z]));
          expect(averaged[x + nx * (y + ny * z)]).toBeCloseTo(expected, 3);
        }
  });

  test('comes out the same for a scan stored in another order', () => {
    const shape: Triple = [5, 6, 7];
    const values = fill(shape, (x, y, z) => Math.sin(x + 2 * y + 3 * z));
    const straight = planBoxAverage({ shape, affine: scalingAffine([1, 1, 1]) }, 2);
    const expected = boxAverage(values, shape, ras, straight);
    // The same voxels with i from superior to inferior, j from right to left, k from posterior to anterior.
    const stored: Triple = [7, 5, 6];
    const affine = [0, -1, 0, 4, 0, 0, 1, 0, -1, 0, 0, 6, 0, 0, 0, 1];
    const turned = fill(stored, (i, j, k) => values[4 - j + 5 * (k + 6 * (6 - i))] ?? NaN);
    const order = axisOrderOf(affine);
    const plan = planBoxAverage(reorderGrid({ shape: stored, affine }, order), 2);
    expect(plan.grid).toEqual(straight.grid);
    expect([...boxAverage(turned, stored, order, plan)]).toEqual([...expected]);
  });

  test('voxels without a number count as 0', () => {
    const plan = planBoxAverage({ shape: [2, 1, 1], affine: scalingAffine([1, 2, 2]) }, 2);
    expect([...boxAverage(Float32Array.from([NaN, 4]), [2, 1, 1], ras, plan)]).toEqual([2]);
  });

  test('a small rest is not given a voxel of its own, a large one is', () => {
    expect(averageAxis(181, 1, 6).to).toBe(30);
    expect(averageAxis(217, 1, 6).to).toBe(36);
    expect(averageAxis(184, 1, 6).to).toBe(31);
    expect(averageAxis(1, 1, 6).to).toBe(1);
  });

  test('the shape is known from what a study keeps of a scan', () => {
    expect(averagedShape([181, 217, 190], [1, 1, 1.5], axisOrderOfLetters('PSR'), 6)).toEqual([48, 30, 36]);
    expect(averagedShape([181, 217, 190], [1, 1, 1.5], axisOrderOfLetters('PSR'), null)).toEqual([190, 181, 217]);
  });
});

describe('interpolation between grids', () => {
  const from: Grid = { shape: [6, 7, 8], affine: [...scalingAffine([2, 2, 2])].with(3, 1) };
  const field = ([x, y, z]: Triple): number => x + 0.5 * y - 2 * z;
  const values = fill(from.shape, (x, y, z) => field(applyAffine(from.affine, [x, y, z])));

  test('a linear field is met exactly, wherever the other grid lies', () => {
    const to: Grid = { shape: [4, 4, 4], affine: [0.9, 0.2, 0, 4, -0.2, 0.9, 0, 5, 0, 0, 1.1, 6, 0, 0, 0, 1] };
    const result = interpolate(values, from, to);
    for (let index = 0; index < 64; index++) {
      const place = applyAffine(to.affine, [index % 4, Math.floor(index / 4) % 4, Math.floor(index / 16)]);
      expect(result[index]).toBeCloseTo(field(place), 4);
    }
  });

  test('the same grid gives the same values', () => {
    expect([...interpolate(values, from, from)]).toEqual([...values]);
  });

  test('a voxel without a number counts as 0 for its neighbours', () => {
    const holed = values.with(2 + 6 * (2 + 7 * 2), NaN);
    const half: Grid = {
      shape: [1, 1, 1],
      affine: [...from.affine]
        .with(3, 1 + 5)
        .with(7, 4)
        .with(11, 4),
    };
    const right = values[3 + 6 * (2 + 7 * 2)] ?? NaN;
    expect(interpolate(holed, from, half)[0]).toBeCloseTo(right / 2, 4);
  });

  test('outside the scan there is 0', () => {
    const far: Grid = { shape: [2, 2, 2], affine: [...from.affine].with(3, 500) };
    expect([...interpolate(values, from, far)]).toEqual(new Array(8).fill(0));
  });

  test('grids are the same up to a tenth of a voxel', () => {
    expect(sameGrid(from, { ...from, affine: [...from.affine].with(7, 0.15) })).toBe(true);
    expect(sameGrid(from, { ...from, affine: [...from.affine].with(7, 0.25) })).toBe(false);
    expect(sameGrid(from, { ...from, shape: [6, 7, 9] })).toBe(false);
  });
});

describe('bounding box', () => {
  test('holds every voxel that is not zero in any scan', () => {
    const shape: Triple = [4, 5, 6];
    const one = fill(shape, (x, y, z) => (x === 1 && y === 2 && z === 3 ? 1 : 0));
    const other = fill(shape, (x, y, z) => (x === 2 && y === 2 && z === 1 ? -1 : 0));
    const box = extendBox(extendBox(null, one, shape), other, shape);
    expect(box).toEqual({ from: [1, 2, 1], to: [2, 2, 3] });
    expect(box && boxShape(box)).toEqual([2, 1, 3]);
  });

  test('is widened about its middle to what a network needs, within the grid', () => {
    const box: Box = { from: [0, 9, 4], to: [1, 9, 9] };
    const wide = widenBox(box, [12, 10, 10], 6);
    expect(wide).toEqual({ from: [0, 4, 4], to: [5, 9, 9] });
    expect(boxShape(widenBox(box, [4, 10, 10], 6))).toEqual([4, 6, 6]);
  });

  test('there is none where every scan is zero', () => {
    expect(extendBox(null, new Float32Array(8), [2, 2, 2])).toBeNull();
  });

  test('is copied with z fastest, as a network reads it', () => {
    const shape: Triple = [2, 2, 2];
    const target = new Float32Array(9);
    copyBox(
      fill(shape, (x, y, z) => 100 * x + 10 * y + z),
      shape,
      { from: [0, 0, 0], to: [1, 1, 1] },
      target,
      1,
    );
    expect([...target]).toEqual([0, 0, 1, 10, 11, 100, 101, 110, 111]);
  });
});

describe('proposed spacing', () => {
  test.each([
    { shape: [181, 217, 181], spacing: [1, 1, 1], proposed: 6 },
    { shape: [91, 109, 91], spacing: [2, 2, 2], proposed: 6 },
    { shape: [256, 256, 176], spacing: [1, 1, 1], proposed: 7 },
    { shape: [197, 233, 189], spacing: [1, 1, 1], proposed: 6.5 },
    { shape: [53, 63, 46], spacing: [3, 3, 3], proposed: 5.5 },
    { shape: [200, 300, 100], spacing: [0.1, 0.1, 0.1], proposed: 0.8 },
    { shape: [48, 48, 48], spacing: [5, 5, 5], proposed: 6.5 },
    { shape: [36, 40, 36], spacing: [5, 5, 5], proposed: null },
  ] as { shape: Triple; spacing: Triple; proposed: number | null }[])(
    '$shape voxels of $spacing mm: $proposed mm',
    ({ shape, spacing, proposed }) => {
      expect(proposeSpacing(shape, spacing)).toBe(proposed);
    },
  );
});

test('the spacing of a study is that of the grid most of its scans share', () => {
  const scan = (shape: Triple) => ({
    path: '',
    bytes: 0,
    sha256: '',
    shape,
    spacingMm: [1, 1, 1] as Triple,
    orientation: 'RAS',
    dataType: 'int16',
  });
  const subjects = (
    [
      [20, 20, 20],
      [181, 217, 181],
      [181, 217, 181],
    ] as Triple[]
  ).map((shape, index) => ({
    id: String(index),
    scan: scan(shape),
    values: {},
    excluded: null,
  }));
  expect(studySpacing({ kind: 'volumes', subjects })).toBe(6);
  expect(studySpacing({ kind: 'volumes', subjects: subjects.slice(0, 1) })).toBeNull();
  expect(studySpacing({ kind: 'volumes', subjects: [] })).toBeNull();
  expect(studySpacing({ kind: 'table', subjects: [] })).toBeNull();
});
