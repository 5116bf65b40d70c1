/** What is done to a scan on its grid, against SciPy, nilearn, NumPy and scikit-image. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { interpolate } from '#app/data/trilinear.ts';
import type { Grid, Triple } from '#app/data/volume.ts';
import { prepareOnGrid } from '#app/preparation/volumes/grid-steps.ts';
import { normaliseIntensity } from '#app/preparation/volumes/intensity.ts';
import { nearestNeighbour } from '#app/preparation/volumes/nearest.ts';
import { otsuThreshold } from '#app/preparation/volumes/otsu.ts';
import { smooth } from '#app/preparation/volumes/smooth.ts';

type Numbers = 'values' | 'head' | 'scipy' | 'nilearn' | 'trilinear' | 'nearest' | 'nilearnNearest';
type Reference = Record<Numbers | 'z' | 'minMax' | 'percentile' | 'affine' | 'target', number[]> & {
  shape: Triple;
  spacing: Triple;
  targetShape: Triple;
  fwhm: number;
  otsu: number;
};
const file = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'preparation', 'volume-reference.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;
const { shape, spacing } = reference;
const own: Grid = { shape, affine: reference.affine };
const other: Grid = { shape: reference.targetShape, affine: reference.target };
const values = (): Float32Array => Float32Array.from(reference.values);

function expectClose(found: Float32Array, expected: readonly number[], within = 1e-4): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(Math.abs((found[i] ?? NaN) - value), `voxel ${i}`).toBeLessThan(within));
}

describe('smoothing', () => {
  it.each(['scipy', 'nilearn'] as const)('is that of %s, by millimetres along each axis', (name) => {
    const before = values();
    expectClose(smooth(before, shape, spacing, reference.fwhm), reference[name]);
    expect(before).toEqual(values());
  });
});

describe('bringing a scan onto another grid', () => {
  it('is that of SciPy, trilinear', () => {
    expectClose(interpolate(values(), own, other), reference.trilinear);
  });

  it.each(['nearest', 'nilearnNearest'] as const)('mixes no labels (%s)', (name) => {
    expectClose(nearestNeighbour(values(), own, other), reference[name]);
  });
});

describe('intensities', () => {
  it.each([
    ['z', 'z'],
    ['min-max', 'minMax'],
    ['percentile', 'percentile'],
  ] as const)('are those of NumPy over the voxels that are not 0 (%s)', (how, name) => {
    const scan = values();
    normaliseIntensity(scan, how);
    expectClose(scan, reference[name], 2e-5);
  });

  it.each(['z', 'min-max', 'percentile'] as const)('of a mask of one value are left as they are (%s)', (how) => {
    const scan = Float32Array.of(0, 1, 1, 0);
    normaliseIntensity(scan, how);
    expect([...scan]).toEqual([0, 1, 1, 0]);
  });
});

describe('the box of a head', () => {
  it('is parted from the background where scikit-image parts it', () => {
    expect(otsuThreshold(Float32Array.from(reference.head))).toBeCloseTo(reference.otsu, 4);
    expect(otsuThreshold(Float32Array.of(3, 3))).toBeNull();
  });

  const grid: Grid = { shape: [4, 3, 2], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1] };
  /** Noise of 1 everywhere, a head of 50 at (1..2, 1, 0..1). */
  const scan = (): Float32Array =>
    Float32Array.from({ length: 24 }, (_, i) => ([5, 6, 17, 18].includes(i) ? 50 : i === 0 ? 0 : 1));
  const settings = { smoothMm: null, intensity: 'none', crop: 'brain' } as const;

  it('leaves out background that is not zero', () => {
    expect(prepareOnGrid(scan(), grid, settings, null, null).box).toEqual({ from: [1, 1, 0], to: [2, 1, 1] });
    const all = prepareOnGrid(scan(), grid, { ...settings, crop: 'non-zero' }, null, null);
    expect(all.box).toEqual({ from: [0, 0, 0], to: [3, 2, 1] });
  });

  it('is the union over scans', () => {
    const found = prepareOnGrid(scan(), grid, settings, null, { from: [3, 2, 1], to: [3, 2, 1] });
    expect(found.box).toEqual({ from: [1, 1, 0], to: [3, 2, 1] });
  });

  it('is the whole grid when nothing is cut off', () => {
    const found = prepareOnGrid(scan(), grid, { ...settings, crop: 'none' }, null, null);
    expect(found.box).toEqual({ from: [0, 0, 0], to: [3, 2, 1] });
    expect(prepareOnGrid(new Float32Array(24), grid, { ...settings, crop: 'none' }, null, null).box).toBeNull();
  });

  it('follows the mask, and what is outside it becomes 0', () => {
    const mask = Uint8Array.from({ length: 24 }, (_, i) => Number(i === 5 || i === 1));
    const found = prepareOnGrid(scan(), grid, { ...settings, crop: 'non-zero' }, mask, null);
    expect(found.box).toEqual({ from: [1, 0, 0], to: [1, 1, 0] });
    expect(found.values.reduce((sum, value) => sum + value, 0)).toBe(51);
  });
});
