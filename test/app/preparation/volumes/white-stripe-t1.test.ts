/** The white stripe of a real T1 of the brain alone, against SciPy and against where a segmentation finds white matter. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { normaliseIntensity } from '#app/preparation/volumes/intensity.ts';
import { whiteStripeOf } from '#app/preparation/volumes/white-stripe.ts';
import { readVolume } from '../../../../main/engine/read/nifti.ts';

interface Tissue {
  voxels: number;
  low: number;
  median: number;
  high: number;
  peak: number;
}
interface Reference {
  voxels: number;
  sum: number;
  stripe: { mode: number; low: number; high: number; mean: number; deviation: number };
  white: Tissue;
  grey: Tissue;
}
const folder = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'preparation');
const reference = JSON.parse(readFileSync(join(folder, 'icbm152-reference.json'), 'utf8')) as Reference;

describe('the white stripe of the mean T1 of 152 people', () => {
  let values: Float32Array;
  beforeAll(async () => {
    const volume = await readVolume(join(folder, 'icbm152-t1.nii.gz'));
    values = Float32Array.from(volume.values);
    expect([values.length, values.reduce((sum, value) => sum + value, 0)]).toEqual([reference.voxels, reference.sum]);
  });

  it('is where SciPy finds it, without bins', () => {
    const found = whiteStripeOf(values);
    // The grid of the density has a point every 0.16; the ends and what lies between them are whole numbers.
    expect(Math.abs((found?.mode ?? NaN) - reference.stripe.mode)).toBeLessThan(0.2);
    for (const name of ['low', 'high', 'mean', 'deviation'] as const)
      expect(found?.[name]).toBeCloseTo(reference.stripe[name], 6);
  });

  it('lies in the white matter that a segmentation finds, at its peak, and far from grey matter', () => {
    const mode = whiteStripeOf(values)?.mode ?? NaN;
    const { white, grey } = reference;
    expect(white.voxels).toBeGreaterThan(5000);
    expect(mode).toBeGreaterThanOrEqual(white.low);
    expect(mode).toBeLessThanOrEqual(white.high);
    expect(Math.abs(mode - white.peak)).toBeLessThan(0.05 * (white.peak - grey.peak));
  });

  it('makes white matter 0 and grey matter darker, on any scale of the scanner, and leaves background', () => {
    const [one, other] = [values.slice(), values.map((value) => 3.7 * value)];
    for (const each of [one, other]) normaliseIntensity(each, 'white-stripe');
    const { mean, deviation } = reference.stripe;
    values.forEach((value, at) => {
      const expected = value === 0 ? 0 : (value - mean) / deviation;
      if (Math.abs((one[at] ?? NaN) - expected) > 1e-3) throw new Error(`${one[at]} at ${at}, expected ${expected}`);
      if (Math.abs((other[at] ?? NaN) - expected) > 0.05) throw new Error(`${other[at]} at ${at}, scaled`);
    });
  });

  it.each([6, 12])('is found as well where the scan has grey levels %i apart', (levels) => {
    const coarse = values.map((value) => Math.round(value / levels));
    const found = whiteStripeOf(coarse);
    expect(Math.abs((found?.mean ?? NaN) * levels - reference.stripe.mean)).toBeLessThan(levels);
    expect(found?.deviation).toBeGreaterThan(0);
    const before = coarse.slice();
    normaliseIntensity(coarse, 'white-stripe');
    expect(coarse).not.toEqual(before);
  });
});
