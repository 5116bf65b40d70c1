import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkVolume, readVolume, readVolumeHeader } from '../../../main/engine/read/nifti.ts';

const folder = join(import.meta.dirname, '../../fixtures/nifti');
const scans = join(import.meta.dirname, '../../fixtures/scans');

interface Reference {
  shape: number[];
  spacingMm: number[];
  orientation: string;
  dataType: string;
  affine: number[];
  values?: string[];
  sum?: number;
  samples?: [number, string][];
}
const references = JSON.parse(readFileSync(join(folder, 'reference.json'), 'utf8')) as Record<string, Reference>;
const small = Object.entries(references).filter(([, { values }]) => values !== undefined);

/** NumPy writes a float32 with as many digits as tell it from its neighbours. */
function asFloat32(text: string): number {
  return Math.fround(text === 'inf' ? Infinity : Number(text));
}

function codes(header: { problems: { code: string }[] }): string[] {
  return header.problems.map(({ code }) => code);
}

function expectClose(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => {
    const wanted = expected[index] ?? NaN;
    expect(Math.abs(value - wanted)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(wanted)));
  });
}

test('there are fixtures of every data type, byte order, version and form of gzip', () => {
  expect(small.length).toBeGreaterThan(110);
});

describe.each(small)('%s', (name, reference) => {
  test('has the values that nibabel reads', async () => {
    const { values } = await readVolume(join(folder, name));
    expect(Array.from(values)).toEqual(reference.values?.map(asFloat32));
  });

  test('has the shape, type, affine, voxel sizes and directions that nibabel reads', async () => {
    const header = await readVolumeHeader(join(folder, name));
    expect(header.shape).toEqual(reference.shape);
    expect(header.dataType).toBe(reference.dataType);
    expect(header.orientation).toBe(reference.orientation);
    expectClose(header.affine, reference.affine);
    expectClose(header.spacingMm, reference.spacingMm);
  });
});

const lesions = join(import.meta.dirname, '../../../main/samples/lesymap-lesions/lesions');

describe.each([
  ['ten slices of a diffusion scan (dipy, BSD)', scans, 'S0_10slices.nii.gz'],
  ['a lesion map (LESYMAP, Apache-2.0)', lesions, 'Subject_001.nii.gz'],
  ['another lesion map', lesions, 'Subject_100.nii.gz'],
])('a real scan: %s', (_, from, name) => {
  const reference = references[name];

  test('has the values and the place that nibabel reads', async () => {
    const volume = await readVolume(join(from, name));
    expect(volume.shape).toEqual(reference?.shape);
    expect(volume.orientation).toBe(reference?.orientation);
    expectClose(volume.affine, reference?.affine ?? []);
    expect(volume.values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(reference?.sum ?? NaN, 3);
    expect(reference?.samples).toHaveLength(500);
    for (const [index, value] of reference?.samples ?? []) expect(volume.values[index]).toBe(asFloat32(value));
  });

  test('is checked whole, with its size and hash', async () => {
    const content = readFileSync(join(from, name));
    const checked = await checkVolume(join(from, name));
    expect(checked.bytes).toBe(content.length);
    expect(checked.sha256).toBe(createHash('sha256').update(content).digest('hex'));
    expect(checked.header.problems).toEqual([]);
  });
});

describe('what does not fit together is told, and the scan is read', () => {
  test('sform and qform that disagree', async () => {
    const header = await readVolumeHeader(join(folder, 'forms-disagree-le-v1.nii'));
    expect(codes(header)).toEqual(['nifti-forms-disagree']);
    expect(header.problems[0]?.message).toBe(
      'forms-disagree-le-v1.nii: sform says LAS, qform says PLS; the sform was used. Compare the scan with its source: left and right may be swapped.',
    );
  });

  test('an sform comes before a qform of a higher code', async () => {
    const header = await readVolumeHeader(join(folder, 'qform-higher-code.nii'));
    expectClose(header.affine, references['forms-disagree-le-v1.nii']?.affine ?? []);
  });

  test('a half turn whose quaternion is a little too long is a rotation', async () => {
    const header = await readVolumeHeader(join(folder, 'qform-half-turn.nii'));
    expect(header.affine.every(Number.isFinite)).toBe(true);
    expect(header.orientation).toBe('LPS');
  });

  test('a sound scan has no problems', async () => {
    expect((await checkVolume(join(folder, 'float32-le-v1.nii'))).header.problems).toEqual([]);
  });
});
