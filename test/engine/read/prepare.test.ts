import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { usualPreparation, type PreparationSettings } from '#app/run/preparation.ts';
import type { Study, Subject } from '#app/study/study.ts';
import type { Grid } from '#app/data/volume.ts';
import { PreparedCache } from '../../../main/engine/read/prepared-cache.ts';
import { checkVolume } from '../../../main/engine/read/nifti.ts';
import { prepareData } from '../../../main/engine/read/prepare.ts';
import { RowReader } from '../../../main/engine/rows/row-reader.ts';
import { writeNifti } from './write-nifti.ts';

/** 28 x 26 x 24 voxels of 2 mm; a block of 18 x 20 x 16 voxels within holds values. */
const straight: Grid = { shape: [28, 26, 24], affine: [2, 0, 0, -27, 0, 2, 0, -25, 0, 0, 2, -23, 0, 0, 0, 1] };
/** The same places with left and right, and front and back, the other way round. */
const turned: Grid = { shape: [28, 26, 24], affine: [-2, 0, 0, 27, 0, -2, 0, 25, 0, 0, 2, -23, 0, 0, 0, 1] };

let root = '';
let cache = '';

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'prepare-'));
  cache = join(root, 'cache');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Value by place in the body: not zero in the block only, different everywhere. */
function body(x: number, y: number, z: number, scale: number): number {
  const inside = x >= 4 && x < 22 && y >= 2 && y < 22 && z >= 2 && z < 18;
  return inside ? scale * (1 + x + 0.1 * y + 0.01 * z) : 0;
}

async function studyOf(files: string[]): Promise<Study> {
  const subjects: Subject[] = [];
  for (const [index, path] of files.entries()) {
    const { header, bytes, sha256 } = await checkVolume(join(root, path));
    const { shape, spacingMm, orientation, dataType } = header;
    subjects.push({
      id: `sub-${index + 1}`,
      scan: { path, bytes, sha256, shape, spacingMm, orientation, dataType },
      values: { group: index % 2 === 0 ? 'control' : 'patient' },
      excluded: null,
    });
  }
  return {
    format: 'spectroscope-study',
    version: 1,
    id: 's',
    name: 'Study',
    description: '',
    attribution: '',
    kind: 'volumes',
    root,
    tables: [],
    columns: [],
    subjects,
    groups: {
      column: 'group',
      groups: ['control', 'patient'].map((name, colour) => ({
        name,
        colour,
        rule: { kind: 'value', column: 'group', values: [name] },
      })),
      assigned: {},
    },
    target: null,
    problems: [],
  };
}

function spacing(targetSpacingMm: number | null): RunConfiguration {
  return {
    task: { kind: 'classification' },
    preparation: { ...usualPreparation, targetSpacingMm },
  } as RunConfiguration;
}

interface Progress {
  done: number;
  total: number | null;
  message: string;
}

function listener(signal: AbortSignal = new AbortController().signal) {
  const seen: Progress[] = [];
  const progress = (_: string, done: number, total: number | null, message: string): void => {
    seen.push({ done, total, message });
  };
  return { seen, call: { signal, progress } };
}

async function fourScans(): Promise<Study> {
  const files = ['a.nii.gz', 'b.nii.gz', 'c.nii', 'd.nii.gz'];
  files.forEach((name, index) => {
    if (index === 1) writeNifti(join(root, name), turned, (i, j, k) => body(27 - i, 25 - j, k, index + 1));
    else writeNifti(join(root, name), straight, (i, j, k) => body(i, j, k, index + 1));
  });
  return studyOf(files);
}

describe('scans', () => {
  test('come out in RAS order, averaged, cropped, with z fastest', async () => {
    const data = await prepareData({ study: await fourScans(), root }, spacing(4), null, listener().call);
    expect(data.inputShape).toEqual([9, 10, 8, 1]);
    expect(data.subjects).toEqual([
      { id: 'sub-1', group: 0, target: 0 },
      { id: 'sub-2', group: 1, target: 1 },
      { id: 'sub-3', group: 0, target: 0 },
      { id: 'sub-4', group: 1, target: 1 },
    ]);
    expect(data.classes).toEqual(['control', 'patient']);
    expect(data.warnings).toEqual([]);
    // Means of blocks of 2 x 2 x 2 voxels, from (4, 2, 2) on.
    const block = (x: number, y: number, z: number): number =>
      1 + (4.5 + 2 * x) + 0.1 * (2.5 + 2 * y) + 0.01 * (2.5 + 2 * z);
    for (let subject = 0; subject < 4; subject++) {
      for (let place = 0; place < 720; place++) {
        const [x, y, z] = [Math.floor(place / 80), Math.floor(place / 8) % 10, place % 8];
        expect(data.values[subject * 720 + place]).toBeCloseTo((subject + 1) * block(x, y, z), 3);
      }
    }
  });

  test('stay as fine as they are without a target spacing', async () => {
    const data = await prepareData({ study: await fourScans(), root }, spacing(null), cache, listener().call);
    expect(data.inputShape).toEqual([18, 20, 16, 1]);
    expect(data.values[0]).toBeCloseTo(1 + 4 + 0.2 + 0.02, 5);
    expect(data.values[18 * 20 * 16]).toBeCloseTo(2 * (1 + 4 + 0.2 + 0.02), 5);
  });

  test('on another grid are interpolated onto the grid that most share, and it is said', async () => {
    await fourScans();
    // Half a voxel to the left: values of a linear field move with the body, not with the grid.
    const shifted: Grid = { ...straight, affine: [...straight.affine].with(3, -28) };
    writeNifti(join(root, 'b.nii.gz'), shifted, (i) => i - 0.5 + 10);
    writeNifti(join(root, 'a.nii.gz'), straight, (i) => i + 10);
    const mixed = await studyOf(['a.nii.gz', 'b.nii.gz', 'c.nii', 'd.nii.gz']);
    const data = await prepareData({ study: mixed, root }, spacing(null), null, listener().call);
    expect(data.warnings).toEqual([
      "The scan of sub-2, on another grid than most: interpolated onto it (trilinear, by the header's millimetres).",
    ]);
    const [nx = 0, ny = 0, nz = 0] = data.inputShape;
    const voxels = nx * ny * nz;
    const middle = (12 * ny + 11) * nz + 10;
    expect(data.values[voxels + middle]).toBeCloseTo(data.values[middle] ?? NaN, 4);
  });

  test('tell how far they are, subject by subject', async () => {
    const { seen, call } = listener();
    await prepareData({ study: await fourScans(), root }, spacing(4), null, call);
    expect(seen.map(({ done }) => done)).toEqual([0, 1, 2, 3, 4]);
    expect(
      seen
        .slice(1)
        .map(({ message }) => message)
        .sort(),
    ).toEqual(['sub-1', 'sub-2', 'sub-3', 'sub-4']);
    expect(seen.every(({ total }) => total === 4)).toBe(true);
  });

  test('can be cancelled', async () => {
    const study = await fourScans();
    const { call } = listener(AbortSignal.abort());
    await expect(prepareData({ study, root }, spacing(4), null, call)).rejects.toMatchObject({ kind: 'cancelled' });
  });

  test('that were damaged since are named with their subject', async () => {
    const study = await fourScans();
    writeFileSync(join(root, 'c.nii'), readFileSync(join(root, 'c.nii')).subarray(0, 29_706));
    await expect(prepareData({ study, root }, spacing(4), null, listener().call)).rejects.toThrow(
      'sub-3: c.nii: the file ends after 42 % of its data (expected 69.9 kB). Copy it again or exclude the subject.',
    );
  });

  test('that have all gone to zero are refused', async () => {
    const study = await fourScans();
    for (const { scan } of study.subjects) writeNifti(join(root, scan?.path ?? ''), straight, () => 0);
    await expect(prepareData({ study, root }, spacing(4), null, listener().call)).rejects.toMatchObject({
      code: 'scans-all-zero',
    });
  });

  test('that have changed since the import are read as they are now, and it is said', async () => {
    const study = await fourScans();
    writeNifti(join(root, 'd.nii.gz'), straight, (i, j, k) => body(i, j, k, 9));
    const data = await prepareData({ study, root }, spacing(4), cache, listener().call);
    expect(data.warnings).toEqual(['The scan of sub-4, changed since the import: taken as found now.']);
    expect((data.values[3 * 720] ?? 0) / (data.values[0] ?? 1)).toBeCloseTo(9, 4);
  });
});

describe('the cache of prepared scans', () => {
  async function prepared(study: Study): Promise<number[]> {
    const data = await prepareData({ study, root }, spacing(4), cache, listener().call);
    return [...data.values];
  }

  function entries(): string[] {
    return readdirSync(cache).map((name) => join(cache, name));
  }

  test('gives the same values, from entries that are there already', async () => {
    const study = await fourScans();
    const first = await prepared(study);
    const names = entries().sort();
    expect(names).toHaveLength(4);
    const before = names.map((path) => readFileSync(path));
    expect(await prepared(study)).toEqual(first);
    expect(entries().sort()).toEqual(names);
    names.forEach((path, index) => expect(readFileSync(path)).toEqual(before[index]));
  });

  test('is really read: a whole entry with other values is what comes out', async () => {
    const study = await fourScans();
    const first = await prepared(study);
    const store = new PreparedCache(cache);
    const doubled = new Map<string, Float32Array>();
    for (const path of entries()) {
      const key = path.slice(cache.length + 1).replace('.prepared', '');
      const values = await store.read(key, 14 * 13 * 12);
      doubled.set(
        key,
        (values ?? new Float32Array()).map((value) => 2 * value),
      );
    }
    for (const [key, values] of doubled) await store.write(key, values);
    expect(await prepared(study)).toEqual(first.map((value) => 2 * value));
  });

  test.each([
    ['cut', (content: Buffer) => content.subarray(0, content.length - 5)],
    ['changed', (content: Buffer) => Buffer.from(content).fill(1, 60, 64)],
    ['emptied', () => Buffer.alloc(0)],
  ])('makes an entry again that was %s', async (_, damage) => {
    const study = await fourScans();
    const first = await prepared(study);
    for (const path of entries()) writeFileSync(path, damage(readFileSync(path)));
    expect(await prepared(study)).toEqual(first);
    expect(entries().every((path) => statSync(path).size === 32 + 14 * 13 * 12 * 4)).toBe(true);
  });

  test('keeps scans of other spacings apart', async () => {
    const study = await fourScans();
    await prepared(study);
    await prepareData({ study, root }, spacing(6), cache, listener().call);
    expect(entries()).toHaveLength(8);
  });

  test('that cannot be written costs nothing but time', async () => {
    const study = await fourScans();
    writeFileSync(cache, 'a file where the folder should be');
    expect(await prepared(study)).toHaveLength(4 * 720);
  });

  test('drops what was not used for longest when it grows too large', async () => {
    mkdirSync(cache);
    const store = new PreparedCache(cache);
    for (const [index, key] of ['old', 'middle', 'new'].entries()) {
      await store.write(key, new Float32Array(100));
      utimesSync(join(cache, `${key}.prepared`), 1000 + index, 1000 + index);
    }
    await store.read('old', 100);
    await store.trim(2 * 432);
    expect(readdirSync(cache).sort()).toEqual(['new.prepared', 'old.prepared']);
  });
});

describe('scans by the steps of a preparation', () => {
  function asked(change: Partial<PreparationSettings>): RunConfiguration {
    return { ...spacing(4), preparation: { ...usualPreparation, targetSpacingMm: 4, ...change } };
  }
  const fed = async (study: Study, change: Partial<PreparationSettings>) =>
    await prepareData({ study, root }, asked(change), cache, listener().call);

  test('keep their whole grid when nothing is cut off', async () => {
    const data = await fed(await fourScans(), { crop: 'none' });
    expect(data.inputShape).toEqual([14, 13, 12, 1]);
  });

  test('become 0 outside a mask, which they are cropped to', async () => {
    const study = await fourScans();
    // Voxels 8..15 along each axis: four of 4 mm.
    const inMask = (each: number): boolean => each >= 8 && each < 16;
    writeNifti(join(root, 'mask.nii.gz'), straight, (i, j, k) => Number(inMask(i) && inMask(j) && inMask(k)));
    const all = await fed(study, {});
    const data = await fed(study, { mask: 'mask.nii.gz' });
    // No edge becomes shorter than 8 voxels.
    expect(data.inputShape).toEqual([8, 8, 8, 1]);
    expect(data.values.filter((value) => value !== 0)).toHaveLength(4 * 4 ** 3);
    // The same voxel (5, 5, 5 of the grid) in both: the boxes begin at (2, 2, 2) and (2, 1, 1).
    const whole = all.values[((5 - 2) * 10 + (5 - 1)) * 8 + (5 - 1)];
    expect(data.values).toContain(whole);
  });

  test('name a mask that keeps nothing, or is not there', async () => {
    const study = await fourScans();
    writeNifti(join(root, 'mask.nii.gz'), straight, () => 0);
    await expect(fed(study, { mask: 'mask.nii.gz' })).rejects.toMatchObject({
      code: 'mask-empty',
      file: 'mask.nii.gz',
    });
    await expect(fed(study, { mask: 'other.nii' })).rejects.toMatchObject({ kind: 'input' });
  });

  test('have intensities on one scale, each by its own', async () => {
    const { values, inputShape } = await fed(await fourScans(), { intensity: 'z' });
    const width = inputShape.reduce((size, edge) => size * edge, 1);
    for (let scan = 0; scan < 4; scan++) {
      const own = values.subarray(scan * width, (scan + 1) * width);
      const mean = own.reduce((sum, value) => sum + value, 0) / width;
      expect(mean).toBeCloseTo(0, 4);
      expect(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / width).toBeCloseTo(1, 3);
    }
  });

  test('are smoothed without a change of their sum, and come from the same cache', async () => {
    const study = await fourScans();
    const plain = await fed(study, { crop: 'none' });
    const before = readdirSync(cache).sort();
    const smoothed = await fed(study, { crop: 'none', smoothMm: 8 });
    expect(readdirSync(cache).sort()).toEqual(before);
    const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);
    expect(sum(smoothed.values) / sum(plain.values)).toBeCloseTo(1, 4);
    expect(Math.max(...smoothed.values)).toBeLessThan(Math.max(...plain.values));
  });

  test('of labels are never mixed', async () => {
    await fourScans();
    for (const name of ['a.nii.gz', 'b.nii.gz']) {
      writeNifti(join(root, name), straight, (i, j, k) => (body(i, j, k, 1) > 0 ? 1 + ((i * 3 + j * 5 + k) % 7) : 0));
    }
    const study = await studyOf(['a.nii.gz', 'b.nii.gz']);
    const mixed = await fed(study, {});
    expect(mixed.values.every(Number.isInteger)).toBe(false);
    const data = await fed(study, { interpolation: 'nearest' });
    expect(data.values.every(Number.isInteger)).toBe(true);
    expect(new Set(data.values).size).toBeGreaterThan(4);
  });
});

describe('scans that are streamed from disk', () => {
  const onDisk = (study: Study, change: Partial<PreparationSettings> = {}) =>
    prepareData(
      { study, root },
      {
        ...spacing(4),
        preparation: { ...usualPreparation, targetSpacingMm: 4, storage: 'disk', precision: 'float32', ...change },
      },
      cache,
      listener().call,
    );

  async function rowsOf(data: Awaited<ReturnType<typeof onDisk>>): Promise<number[]> {
    if (data.stored === undefined) throw new Error('in memory');
    const reader = new RowReader({ stored: data.stored, steps: [] });
    const values = await reader.rows([0, 1, 2, 3], null);
    reader.close();
    return [...values];
  }

  test('are those that would be in memory', async () => {
    const study = await fourScans();
    const memory = await prepareData({ study, root }, spacing(4), null, listener().call);
    const disk = await onDisk(study);
    expect(disk.values).toHaveLength(0);
    expect(disk.inputShape).toEqual(memory.inputShape);
    expect(await rowsOf(disk)).toEqual([...memory.values]);
  });

  test('are prepared once, and again when a scan has changed', async () => {
    const study = await fourScans();
    const first = await onDisk(study);
    const made = statSync(first.stored?.path ?? '').birthtimeMs;
    const again = await onDisk(study);
    expect(again.stored?.path).toBe(first.stored?.path);
    expect(statSync(again.stored?.path ?? '').birthtimeMs).toBe(made);
    writeNifti(join(root, 'd.nii.gz'), straight, (i, j, k) => body(i, j, k, 9));
    const other = await onDisk(study);
    expect(other.stored?.path).not.toBe(first.stored?.path);
    expect(other.warnings).toEqual(['The scan of sub-4, changed since the import: taken as found now.']);
    // Told again when the file is found.
    expect((await onDisk(study)).warnings).toEqual(other.warnings);
  });

  test('are prepared again when their file was damaged', async () => {
    const study = await fourScans();
    const first = await onDisk(study);
    const values = await rowsOf(first);
    const path = first.stored?.path ?? '';
    writeFileSync(path, readFileSync(path).fill(7, 100, 104));
    expect(await rowsOf(await onDisk(study))).toEqual(values);
  });

  test('leave no file behind when a scan is damaged', async () => {
    const study = await fourScans();
    writeFileSync(join(root, 'c.nii'), readFileSync(join(root, 'c.nii')).subarray(0, 29_706));
    await expect(onDisk(study)).rejects.toThrow('sub-3');
    expect(readdirSync(join(cache, 'rows'))).toEqual([]);
  });
});
