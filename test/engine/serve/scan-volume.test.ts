import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { overlaySchema, shownVolumeSchema, type VolumeSource } from '#app/contract/volume.ts';
import { applyAffine, invertAffine } from '#app/data/affine.ts';
import { niftiBytes } from '#app/data/nifti-bytes.ts';
import type { Study } from '#app/study/study.ts';
import { volumeHandlers } from '../../../main/engine/serve/scan-volume.ts';
import { decodeVolume } from '../../../main/engine/read/nifti.ts';
import { writeNifti } from '../read/write-nifti.ts';

const fixtures = resolve(import.meta.dirname, '..', '..', 'fixtures');
const call = { id: 1, signal: new AbortController().signal, progress: () => undefined };
const emptyStudy: Study = {
  format: 'spectroscope-study',
  version: 1,
  id: 's',
  name: 'Study',
  description: '',
  attribution: '',
  kind: 'series',
  root: '',
  tables: [],
  columns: [],
  subjects: [],
  groups: { column: null, groups: [], assigned: {} },
  target: null,
  problems: [],
};
const { handlers } = volumeHandlers(() => null);
let root = '';
beforeAll(() => (root = mkdtempSync(join(tmpdir(), 'volume-'))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function volume(source: VolumeSource | string, mostVoxels = 1e6) {
  const wanted: VolumeSource = typeof source === 'string' ? { kind: 'file', file: { path: source } } : source;
  const answer = await handlers['scan.volume']({ source: wanted, mostVoxels }, call);
  return v.parse(shownVolumeSchema, answer);
}
async function overlay(path: string, names: string | null = null) {
  const answer = await handlers['scan.overlay'](
    { kind: 'file', file: { path: join(root, path) }, names: names === null ? null : { path: join(root, names) } },
    call,
  );
  return v.parse(overlaySchema, answer);
}

/** A series of 3 volumes of 2 x 3 x 2: voxel value = 100 x volume + index. */
function writeSeries(name: string): string {
  const values = Float32Array.from({ length: 36 }, (_, at) => 100 * Math.floor(at / 12) + (at % 12));
  const affine = [-2, 0, 0, 5, 0, 2, 0, -6, 0, 0, 2, 7, 0, 0, 0, 1];
  const path = join(root, name);
  writeFileSync(path, niftiBytes({ shape: [2, 3, 2], frames: 3, frameSeconds: 2.5, affine }, values));
  return path;
}

describe('scan.volume', () => {
  test.each(['float32-be-v2-scaled.nii.gz', 'int16-le-v1-scaled.nii.gz', 'axes-PSR.nii', 'oblique.nii'])(
    'gives the same values at the same places as the file: %s',
    async (name) => {
      const path = join(fixtures, 'nifti', name);
      const stored = await decodeVolume(path, readFileSync(path));
      const shown = await volume(path);
      const again = await decodeVolume('shown.nii', Buffer.from(shown.bytes));
      const toShown = invertAffine(again.affine);
      const [ni, nj, nk] = stored.shape;
      for (const corner of [
        [0, 0, 0],
        [ni - 1, 0, 0],
        [0, nj - 1, 0],
        [ni - 1, nj - 1, nk - 1],
      ] as [number, number, number][]) {
        const at = applyAffine(toShown, applyAffine(stored.affine, corner)).map(Math.round);
        const [x = 0, y = 0, z = 0] = at;
        const value = again.values[x + again.shape[0] * (y + again.shape[1] * z)];
        expect(value).toBe(stored.values[corner[0] + ni * (corner[1] + nj * corner[2])]);
      }
      expect(shown.orientation).toBe(stored.orientation);
    },
  );

  test('reads MGH as well', async () => {
    const shown = await volume(join(fixtures, 'mgh', 'int16.mgz'));
    expect(shown.frames).toBe(1);
    expect(shown.most).toBeGreaterThan(shown.least);
  });

  test('gives every volume of a series, with the seconds between them', async () => {
    const shown = await volume(writeSeries('series.nii'));
    expect(shown).toMatchObject({ frames: 3, frameSeconds: 2.5, shape: [2, 3, 2], least: 0, most: 211, note: '' });
    const values = new Float32Array(shown.bytes.buffer, shown.bytes.byteOffset + 352);
    // The file runs from right to left, what is shown from left to right: rows are turned round.
    expect([...values.subarray(12, 16)]).toEqual([101, 100, 103, 102]);
  });

  test('makes a large one fit, and says so', async () => {
    const shown = await volume(writeSeries('large.nii'), 18);
    expect(shown.shape).toEqual([1, 3, 2]);
    expect(shown.note).toBe('Shown with fewer voxels: each is the mean of 2 × 1 × 1 of the 2 × 3 × 2 in the file.');
  });

  test('names what cannot be shown', async () => {
    await expect(volume({ kind: 'subject', subject: 'a', prepared: null })).rejects.toThrow('No study is open.');
    writeFileSync(join(root, 'cut.nii'), readFileSync(writeSeries('whole.nii')).subarray(0, -60));
    await expect(volume(join(root, 'cut.nii'))).rejects.toThrow('cut.nii: the file ends after 58 % of its data');
  });
});

describe('scan.overlay', () => {
  const affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

  test('tells an atlas and names its labels', async () => {
    writeNifti(join(root, 'atlas.nii.gz'), { shape: [8, 4, 4], affine }, (i) => (i < 3 ? 1011 : i < 6 ? 12 : 0));
    writeFileSync(join(root, 'atlas.tsv'), 'index\tname\n1011\tctx-lh\n');
    const answer = await overlay('atlas.nii.gz', 'atlas.tsv');
    expect(answer.kind).toBe('labels');
    expect(answer.labels).toEqual([
      { value: 12, name: '' },
      { value: 1011, name: 'ctx-lh' },
    ]);
    const ranks = new Uint16Array(answer.bytes.buffer, answer.bytes.byteOffset + 352);
    expect([...ranks.subarray(0, 8)]).toEqual([2, 2, 2, 1, 1, 1, 0, 0]);
  });

  test('tells a mask, and a map of values', async () => {
    writeNifti(join(root, 'mask.nii'), { shape: [4, 4, 4], affine }, (i) => (i > 1 ? 1 : 0));
    writeNifti(join(root, 't.nii'), { shape: [4, 4, 4], affine }, (i, j) => i - 1.5 * j);
    expect((await overlay('mask.nii')).kind).toBe('mask');
    expect(await overlay('t.nii')).toMatchObject({ kind: 'values', labels: [], least: -4.5, most: 3 });
  });

  test("is the study's atlas, with the names of its regions", async () => {
    writeNifti(join(root, 'regions.nii'), { shape: [4, 4, 4], affine }, (i) => (i > 1 ? 9 : 4));
    const file = { path: 'regions.nii', bytes: 0, sha256: '' };
    const channel = (name: string) => ({ name, source: name, of: 'number' as const, level: '', included: true });
    const study: Study = {
      ...emptyStudy,
      series: {
        files: 'atlas',
        orientation: 'time-by-roi',
        orientationReason: '',
        channels: [channel('Precuneus'), channel('Insula')],
        atlas: { name: 'regions.nii', image: file, names: null, mask: null, labels: [4, 9] },
      },
    };
    const asked = volumeHandlers(() => ({ study, root })).handlers['scan.overlay'];
    const answer = v.parse(overlaySchema, await asked({ kind: 'study-atlas' }, call));
    expect(answer.labels).toEqual([
      { value: 4, name: 'Precuneus' },
      { value: 9, name: 'Insula' },
    ]);
    const without = volumeHandlers(() => ({ study: emptyStudy, root })).handlers['scan.overlay'];
    await expect(without({ kind: 'study-atlas' }, call)).rejects.toThrow(
      'Study: its series were not made with an atlas.',
    );
  });

  test('refuses a series and a table without names', async () => {
    writeSeries('bold.nii');
    await expect(overlay('bold.nii')).rejects.toThrow('bold.nii: holds 3 volumes; an overlay is one volume.');
    writeNifti(join(root, 'm.nii'), { shape: [2, 2, 2], affine }, () => 1);
    writeFileSync(join(root, 'none.csv'), 'a,b\n');
    await expect(overlay('m.nii', 'none.csv')).rejects.toThrow('none.csv: no row holds a number and a name.');
  });
});
