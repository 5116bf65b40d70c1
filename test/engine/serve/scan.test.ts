import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { planesSchema } from '#app/contract/planes.ts';
import { usualPreparation } from '#app/run/preparation.ts';
import type { Study, Subject } from '#app/study/study.ts';
import { scanHandlers } from '../../../main/engine/serve/scan.ts';
import { writeNifti } from '../read/write-nifti.ts';

let root = '';
let study: Study;
const call = { id: 1, signal: new AbortController().signal, progress: () => undefined };

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'scan-'));
  const affine = [-1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
  writeNifti(join(root, 'left.nii.gz'), { shape: [3, 4, 5], affine }, (i, j, k) =>
    i === 2 && j === 1 && k === 3 ? 1 : 0,
  );
  const scan = {
    path: 'left.nii.gz',
    bytes: 0,
    sha256: 'x',
    shape: [3, 4, 5] as [number, number, number],
    spacingMm: [1, 1, 1] as [number, number, number],
    orientation: 'LAS',
    dataType: 'float32',
  };
  const subject = (id: string, change: Partial<Subject>): Subject => ({
    id,
    scan,
    values: {},
    excluded: null,
    ...change,
  });
  study = {
    format: 'spectroscope-study',
    version: 1,
    id: 's',
    name: 'Study',
    description: '',
    attribution: '',
    kind: 'volumes',
    root: '',
    tables: [],
    columns: [],
    subjects: [
      subject('sub-1', {}),
      subject('sub-2', { scan: null }),
      subject('sub-3', { scan: { ...scan, path: 'gone.nii' } }),
    ],
    groups: { column: null, groups: [], assigned: {} },
    target: null,
    problems: [],
  };
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function planes(subject: string, voxel: [number, number, number] | null = null, open = true) {
  const { handlers } = scanHandlers(() => (open ? { study, root } : null));
  return Promise.resolve(handlers['scan.planes']({ subject, voxel, prepared: null }, call));
}

describe('scan.planes', () => {
  test('answers as the contract says, with a lesion on the left shown on the left', async () => {
    const answer = await planes('sub-1', [0, 1, 3]);
    expect(v.parse(planesSchema, answer)).toEqual(answer);
    expect(answer).toMatchObject({ subject: 'sub-1', orientation: 'LAS', value: 1, positionMm: [0, 1, 3] });
    expect(answer.axial.left).toBe('L');
    expect(answer.axial.pixels.indexOf(255) % answer.axial.width).toBe(0);
  });

  test('names what cannot be shown', async () => {
    await expect(planes('sub-1', null, false)).rejects.toThrow('No study is open.');
    await expect(planes('sub-9')).rejects.toThrow('sub-9: is not in the study Study. Reload the Data page.');
    await expect(planes('sub-2')).rejects.toThrow('sub-2: has no scan. Import its scan or exclude the subject.');
    await expect(planes('sub-3')).rejects.toThrow('gone.nii: the file is not there');
  });

  test('shows the same place of the scan as a preparation leaves it', async () => {
    const { handlers } = scanHandlers(() => ({ study, root }));
    const preparation = { ...usualPreparation, smoothMm: 2 };
    const before = await handlers['scan.planes']({ subject: 'sub-1', voxel: [0, 1, 3], prepared: null }, call);
    const prepared = { preparation, positionMm: before.positionMm };
    const after = await handlers['scan.planes']({ subject: 'sub-1', voxel: null, prepared }, call);
    expect(v.parse(planesSchema, after)).toEqual(after);
    expect(after.positionMm).toEqual(before.positionMm);
    expect(after).toMatchObject({ orientation: 'RAS', shape: [3, 4, 5] });
    // The lesion is spread about its place, and still brightest there.
    expect(after.value).toBeLessThan(0.5);
    expect(after.value).toBeCloseTo(after.maximum, 5);
    const plain = await handlers['scan.planes'](
      { subject: 'sub-1', voxel: null, prepared: { ...prepared, preparation: usualPreparation } },
      call,
    );
    expect(plain.value).toBe(1);
  });

  test('keeps a decoded scan at hand', async () => {
    const { handlers } = scanHandlers(() => ({ study, root }));
    const show = handlers['scan.planes'];
    const first = await show({ subject: 'sub-1', voxel: [0, 1, 3], prepared: null }, call);
    rmSync(join(root, 'left.nii.gz'));
    expect(await show({ subject: 'sub-1', voxel: [0, 1, 3], prepared: null }, call)).toEqual(first);
  });
});
