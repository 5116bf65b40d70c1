import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkVolume, readVolume, readVolumeHeader } from '../../../main/engine/read/nifti.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/mgh');

interface Reference {
  shape: number[];
  spacingMm: number[];
  orientation: string;
  dataType: string;
  affine: number[];
  values: string[];
}
const references = JSON.parse(readFileSync(join(fixtures, 'reference.json'), 'utf8')) as Record<string, Reference>;
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mgh-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('there is a fixture of every data type', () => {
  const types = new Set(Object.values(references).map(({ dataType }) => dataType));
  expect([...types].sort()).toEqual(['float32', 'float64', 'int16', 'int32', 'uint16', 'uint8']);
});

describe.each(Object.entries(references))('%s', (name, reference) => {
  test('has the values that nibabel reads', async () => {
    const { values } = await readVolume(join(fixtures, name));
    expect(Array.from(values)).toEqual(reference.values.map((text) => Math.fround(Number(text))));
  });

  test('has the shape, type, vox2ras, voxel sizes and directions that nibabel reads', async () => {
    const header = await readVolumeHeader(join(fixtures, name));
    expect(header.shape).toEqual(reference.shape);
    expect(header.dataType).toBe(reference.dataType);
    expect(header.orientation).toBe(reference.orientation);
    header.affine.forEach((element, at) => expect(element).toBeCloseTo(reference.affine[at] ?? NaN, 4));
    header.spacingMm.forEach((size, at) => expect(size).toBeCloseTo(reference.spacingMm[at] ?? NaN, 5));
  });
});

test('directions that are not given are a problem', async () => {
  const { header } = await checkVolume(join(fixtures, 'no-directions.mgz'));
  expect(header.problems).toMatchObject([{ code: 'mgh-no-orientation', found: 'no directions' }]);
});

type Case = [name: string, change: (bytes: Buffer) => Buffer, code: string, words: string];
const int32 =
  (at: number, value: number) =>
  (bytes: Buffer): Buffer => {
    bytes.writeInt32BE(value, at);
    return bytes;
  };
const cases: Case[] = [
  ['cut.mgh', (bytes) => bytes.subarray(0, 320), 'mgh-truncated', 'the file ends after 60 % of its data'],
  ['cut-header.mgh', (bytes) => bytes.subarray(0, 60), 'mgh-truncated', 'the file ends inside its header'],
  ['frames.mgh', int32(16, 2), 'mgh-time-series', 'is 4-D, 2 frames; one frame per subject is needed'],
  ['zero.mgh', int32(8, 0), 'mgh-bad-dimensions', 'the header gives the size 5 x 0 x 3 voxels'],
  ['negative.mgh', int32(8, -4), 'mgh-bad-dimensions', 'the header gives the size 5 x -4 x 3 voxels'],
  ['huge.mgh', int32(8, 2 ** 30), 'mgh-too-large', 'more than a scan can have'],
  ['colour.mgh', int32(20, 9), 'mgh-data-type', 'stores colours (RGB)'],
  ['complex.mgh', int32(20, 7), 'mgh-data-type', 'stores complex numbers'],
  ['unknown.mgh', int32(20, 77), 'mgh-data-type', 'data type 77, which the format does not have'],
];

test.each(cases)('%s is refused in words', async (name, change, code, words) => {
  const path = join(folder, name);
  writeFileSync(path, change(readFileSync(join(fixtures, 'uint8.mgh'))));
  await expect(readVolume(path)).rejects.toMatchObject({
    ...{ kind: 'input', code, file: name },
    found: expect.stringMatching(/./) as string,
    expected: expect.stringMatching(/./) as string,
  });
  await expect(readVolumeHeader(path)).rejects.toThrow(`${name}: `);
  await expect(readVolume(path)).rejects.toThrow(words);
});

test('voxel sizes of zero place nothing: 1 mm is used, and the sides are unknown', async () => {
  const bytes = readFileSync(join(fixtures, 'uint8.mgh'));
  bytes.fill(0, 30, 42);
  writeFileSync(join(folder, 'sizes.mgh'), bytes);
  const { header } = await checkVolume(join(folder, 'sizes.mgh'));
  expect(header.problems.map(({ code }) => code)).toEqual(['mgh-bad-affine', 'mgh-no-orientation']);
  expect(header.spacingMm).toEqual([1, 1, 1]);
  expect(header.orientation).toBe('???');
});
