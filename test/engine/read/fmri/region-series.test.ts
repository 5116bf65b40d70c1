/** Means of regions of real and of made 4-D scans, against nilearn's NiftiLabelsMasker and NumPy. */
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readAtlas } from '../../../../main/engine/read/fmri/atlas.ts';
import { regionSeries } from '../../../../main/engine/read/fmri/region-series.ts';
import { repetitionTime } from '../../../../main/engine/read/fmri/repetition-time.ts';
import { readSeriesHeader, volumesOf } from '../../../../main/engine/read/fmri/volumes-of.ts';
import { readVolume } from '../../../../main/engine/read/nifti.ts';

const fixtures = resolve(import.meta.dirname, '../../../fixtures/fmri');
const at = (name: string): string => resolve(fixtures, name);
const { cases } = JSON.parse(readFileSync(at('reference.json'), 'utf8')) as {
  cases: { scan: string; atlas: string; masked: boolean; means: (number | null)[][] }[];
};
const never = new AbortController().signal;
const work = mkdtempSync(join(tmpdir(), 'spectroscope-fmri-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));
const atlasAt = async (name: string, mask: string | null = null) =>
  await readAtlas({ labels: at(name), names: null, mask: mask === null ? null : at(mask) }, never);

describe('means of regions', () => {
  it.each(cases)('$scan with $atlas (mask: $masked) are those of nilearn', async ({ scan, atlas, masked, means }) => {
    const series = await regionSeries(at(scan), await atlasAt(atlas, masked ? 'mask.nii.gz' : null), null, never);
    expect(series.times).toBe(means.length);
    const expected = means.flat();
    expect(series.values.length).toBe(expected.length);
    const largest = Math.max(...expected.map((value) => Math.abs(value ?? 0)));
    series.values.forEach((value, i) => {
      const wanted = expected[i] ?? null;
      if (wanted === null) expect(value).toBeNaN();
      else expect(Math.abs(value - wanted) / largest).toBeLessThan(2e-7);
    });
  });

  it('of a region that lies outside the scan are missing, and counted as no voxels', async () => {
    const atlas = await atlasAt('atlas-far.nii.gz');
    expect(atlas.labels).toEqual([1, 2, 5, 17, 1012, 2035]);
    const { values, counts } = await regionSeries(at('flipped.nii.gz'), atlas, null, never);
    expect(counts[2]).toBe(0);
    expect(counts[0]).toBeGreaterThan(0);
    expect([values[2], values[8]]).toEqual([NaN, NaN]);
    expect(values[1]).toBeGreaterThan(0);
  });

  it('are kept by the content of scan, atlas and mask, bit for bit', async () => {
    const cache = join(work, 'cache');
    const atlas = await atlasAt('atlas.nii.gz');
    const fresh = await regionSeries(at('flipped.nii.gz'), atlas, cache, never);
    expect(readdirSync(cache)).toHaveLength(1);
    const copy = join(work, 'copy.nii.gz');
    copyFileSync(at('flipped.nii.gz'), copy);
    const kept = await regionSeries(copy, atlas, cache, never);
    expect(kept.values).toEqual(fresh.values);
    expect(readdirSync(cache)).toHaveLength(1);
    const masked = await regionSeries(copy, await atlasAt('atlas.nii.gz', 'mask.nii.gz'), cache, never);
    expect(masked.values).not.toEqual(fresh.values);
    await regionSeries(copy, await atlasAt('atlas-float.nii.gz'), cache, never);
    expect(readdirSync(cache)).toHaveLength(3);
    // Another content under the same name is another scan.
    copyFileSync(at('one-volume.nii.gz'), copy);
    expect((await regionSeries(copy, atlas, cache, never)).times).toBe(1);
  });
});

describe('volumes of a 4-D scan', () => {
  it('come one after another from a buffer of one volume, whatever the pieces of the file', async () => {
    const path = at('flipped.nii.gz');
    const header = await readSeriesHeader(path);
    const seen: number[] = [];
    let buffer: ArrayBufferLike | null = null;
    for await (const volume of volumesOf(at('oblique.nii'), await readSeriesHeader(at('oblique.nii')), never)) {
      expect(volume.length).toBe(10 * 11 * 8);
      buffer ??= volume.buffer;
      expect(volume.buffer).toBe(buffer);
      seen.push(volume[0] as number);
    }
    expect(new Set(seen).size).toBe(5);
    expect(header).toMatchObject({ volumes: 6, shape: [10, 11, 8], dataType: 'int16' });
  });

  it('are refused as one scan, with what to do', async () => {
    await expect(readVolume(at('flipped.nii.gz'))).rejects.toThrow(/is 4-D, 6 volumes;.*Import it with a label atlas/);
    expect((await readVolume(at('one-volume.nii.gz'))).shape).toEqual([10, 11, 8]);
  });

  it.each([
    ['cut.nii', (path: string) => (copyFileSync(at('oblique.nii'), path), truncateSync(path, 9000)), 'nifti-truncated'],
    [
      'cut.nii.gz',
      (path: string) => (copyFileSync(at('flipped.nii.gz'), path), truncateSync(path, 5000)),
      'nifti-truncated',
    ],
    [
      'short.nii.gz',
      (path: string) => writeFileSync(path, gzipSync(gunzipSync(readFileSync(at('flipped.nii.gz'))).subarray(0, 4000))),
      'nifti-truncated',
    ],
    [
      'checksum.nii.gz',
      (path: string) => {
        const bytes = readFileSync(at('flipped.nii.gz'));
        bytes.writeUInt32LE((bytes.readUInt32LE(bytes.length - 8) ^ 1) >>> 0, bytes.length - 8);
        writeFileSync(path, bytes);
      },
      'gzip-damaged',
    ],
    [
      'claims.nii',
      (path: string) => {
        const bytes = readFileSync(at('oblique.nii'));
        bytes.writeInt16LE(32000, 48);
        writeFileSync(path, bytes);
      },
      'nifti-truncated',
    ],
  ])('that are damaged are named: %s', async (name, damage, code) => {
    const path = join(work, name);
    damage(path);
    await expect(regionSeries(path, await atlasAt('atlas.nii.gz'), null, never)).rejects.toMatchObject({
      code,
      kind: 'input',
      file: name,
    });
  });

  it('stop when they are not wanted any more', async () => {
    const control = new AbortController();
    control.abort();
    const read = regionSeries(at('oblique.nii'), await atlasAt('atlas.nii.gz'), null, control.signal);
    await expect(read).rejects.toMatchObject({ kind: 'cancelled' });
  });
});

describe('an atlas', () => {
  it.each([
    ['a map of decimals', 'flat.nii', (value: number) => value + 0.25, 'atlas-no-labels', /no image of labels/],
    ['nothing but background', 'empty.nii', () => 0, 'atlas-no-labels', /nothing but 0/],
    ['negative numbers', 'negative.nii', (value: number) => -value, 'atlas-no-labels', /the value -1/],
  ])('of %s is refused', async (_, name, change, code, message) => {
    const bytes = gunzipSync(readFileSync(at('atlas-float.nii.gz')));
    for (let i = 352; i < bytes.length; i += 4) bytes.writeFloatLE(change(bytes.readFloatLE(i)), i);
    writeFileSync(join(work, name), bytes);
    const read = readAtlas({ labels: join(work, name), names: null, mask: null }, never);
    await expect(read).rejects.toMatchObject({ code });
    await expect(read).rejects.toThrow(message);
  });

  it('of several volumes is refused, as one of probabilities', async () => {
    const read = readAtlas({ labels: at('flipped.nii.gz'), names: null, mask: null }, never);
    await expect(read).rejects.toMatchObject({ code: 'atlas-not-one-volume' });
  });

  it('that lies elsewhere is refused with the scan', async () => {
    const bytes = gunzipSync(readFileSync(at('atlas.nii.gz')));
    bytes.writeFloatLE(900, 292);
    writeFileSync(join(work, 'elsewhere.nii'), bytes);
    const atlas = await readAtlas({ labels: join(work, 'elsewhere.nii'), names: null, mask: null }, never);
    await expect(regionSeries(at('flipped.nii.gz'), atlas, null, never)).rejects.toMatchObject({
      code: 'atlas-outside',
    });
  });

  it('takes names from a table, numbers the others, and says how many have none', async () => {
    const names = join(work, 'names.tsv');
    writeFileSync(names, 'index\tname\tcolor\n1\tV1\t#fff\n2\tM1\t#000\n17\tV1\t#ccc\n99\tnowhere\t#111\n');
    const atlas = await readAtlas({ labels: at('atlas.nii.gz'), names, mask: null }, never);
    expect(atlas.labelNames).toEqual(['V1 (1)', 'M1', 'V1 (17)', 'label 1012', 'label 2035']);
    expect(atlas.problems).toMatchObject([{ code: 'atlas-labels-unnamed', severity: 'warning' }]);
    writeFileSync(names, 'nothing\nof\nuse\n');
    await expect(readAtlas({ labels: at('atlas.nii.gz'), names, mask: null }, never)).rejects.toMatchObject({
      code: 'atlas-names-unreadable',
    });
  });
});

describe('the repetition time', () => {
  const timeOf = async (name: string) => repetitionTime(fixtures, name, await readSeriesHeader(at(name)));

  it.each([
    ['flipped.nii.gz', 2],
    ['oblique.nii', 1.5],
    ['permuted.nii.gz', 0.72],
    ['frames.mgz', 2.3],
    ['frames.mgh', 2.3],
    // Written by who knows of none: 1, without a unit.
    ['../scans/small_64D.nii', null],
  ])('of %s is %s s, by its unit', async (name, seconds) => {
    expect(await timeOf(name)).toEqual({ repetitionTimeS: seconds, problems: [] });
  });

  it('is taken from the sidecar, also of a folder above, and told where the header says something else', async () => {
    const tree = join(work, 'bids');
    const file = 'sub-01/func/sub-01_task-rest_space-MNI_bold.nii.gz';
    mkdirSync(join(tree, 'sub-01/func'), { recursive: true });
    copyFileSync(at('flipped.nii.gz'), join(tree, file));
    const header = await readSeriesHeader(join(tree, file));
    writeFileSync(join(tree, 'task-rest_bold.json'), '{"RepetitionTime": 2.0, "TaskName": "rest"}');
    expect(await repetitionTime(tree, file, header)).toEqual({ repetitionTimeS: 2, problems: [] });
    writeFileSync(join(tree, 'sub-01/func/sub-01_task-rest_bold.json'), '{"RepetitionTime": 2.5}');
    expect(await repetitionTime(tree, file, header)).toMatchObject({
      repetitionTimeS: 2.5,
      problems: [{ code: 'repetition-time-disagrees', found: '2 s in the header', severity: 'warning' }],
    });
    appendFileSync(join(tree, 'sub-01/func/sub-01_task-rest_bold.json'), 'broken');
    expect((await repetitionTime(tree, file, header)).repetitionTimeS).toBe(2);
  });
});
