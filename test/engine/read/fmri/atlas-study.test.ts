/** 4-D scans with an atlas become a study of series, with what is wrong named scan by scan. */
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultConfiguration } from '#app/run/defaults.ts';
import { applyEdit } from '#app/study/edit.ts';
import type { Study } from '#app/study/study.ts';
import type { AtlasRequest } from '../../../../main/engine/read/fmri/atlas-study.ts';
import { prepareData } from '../../../../main/engine/read/prepare.ts';
import { proposeImport } from '../../../../main/engine/read/propose.ts';
import { seriesHandlers } from '../../../../main/engine/serve/series.ts';
import { studyWithoutPaths } from '../../../../main/engine/session/without-paths.ts';
import { missingFiles, relinkStudy } from '../../../../main/engine/study/moved-files.ts';
import { importPaths, excluded, makeTree, quietCall } from '../tree.ts';
import { niftiBytes, smallScan } from '../write-nifti.ts';
import { boldGrid, writeAtlas, writeBoldTree, type TreeOptions } from './bold-tree.ts';

const regions = ['left back', 'right back', 'left front', 'right front'];
const codes = (study: Study): string[] => study.problems.map(({ code }) => code);

/** A folder with `bids`, `atlas.nii` and `regions.tsv`. */
function tree(options: TreeOptions = {}): { folder: string; bids: string; atlas: AtlasRequest } {
  const folder = makeTree({});
  writeBoldTree(join(folder, 'bids'), { subjects: 4, volumes: 24, ...options });
  writeAtlas(folder);
  return {
    folder,
    bids: join(folder, 'bids'),
    atlas: { labels: join(folder, 'atlas.nii'), names: join(folder, 'regions.tsv'), mask: null, confounds: null },
  };
}

describe('a BIDS tree of 4-D scans with an atlas', () => {
  it('is a study of series: regions by name, time from the header, confounds beside the scans', async () => {
    const { bids, atlas } = tree();
    const study = await importPaths([bids], { atlas });
    expect(study).toMatchObject({ kind: 'series', name: 'Made up' });
    expect(study.series).toMatchObject({
      files: 'atlas',
      repetitionTimeS: 2,
      confounds: { files: '*_desc-confounds_*.tsv', columns: ['trans_x'] },
      atlas: { name: 'atlas.nii', labels: [1, 2, 3, 4], image: { path: '../atlas.nii' }, mask: null },
    });
    expect(study.series?.channels.map(({ name }) => name)).toEqual(regions);
    expect(study.subjects.map(({ series }) => series?.shape)).toEqual(Array.from({ length: 4 }, () => [24, 4]));
    expect(study.groups.groups.map(({ name }) => name)).toEqual(['control', 'patient']);
    expect(codes(study)).toEqual(['confounds-found']);
    const { series } = defaultConfiguration(study, 'lstm').preparation;
    expect(series).toMatchObject({ repetitionTimeS: 2, confounds: { columns: ['trans_x'], scrub: null } });
  });

  it('feeds a network what a subject shows, from the cache the second time, and takes motion out', async () => {
    const { folder, bids, atlas } = tree();
    const cache = join(folder, 'cache');
    const study = await importPaths([bids], { atlas, cache });
    expect(readdirSync(cache)).toHaveLength(4);
    const open = { study, root: study.root };
    const read = async (of: Study) =>
      await seriesHandlers(() => ({ study: of, root: of.root }), cache).handlers['series.read'](
        { subject: 'sub-02' },
        quietCall(),
      );
    const shown = await read(study);
    expect(shown).toMatchObject({ channels: regions, times: 24 });
    expect(shown.values[0]).toBeGreaterThan(700);
    const configuration = defaultConfiguration(study, 'lstm');
    const { series } = configuration.preparation;
    const plain = {
      ...configuration,
      preparation: { ...configuration.preparation, series: { ...series!, confounds: null } },
    };
    const fed = await prepareData(open, plain, cache, quietCall());
    expect(fed.inputShape).toEqual([24, 4]);
    expect(fed.values.slice(24 * 4, 2 * 24 * 4)).toEqual(shown.values);
    const cleaned = await prepareData(open, configuration, cache, quietCall());
    const spread = (values: Float32Array): number => {
      const own = Array.from({ length: 24 }, (_, t) => values[t * 4 + 2] as number);
      const mean = own.reduce((sum, each) => sum + each, 0) / 24;
      return own.reduce((sum, each) => sum + (each - mean) ** 2, 0);
    };
    expect(spread(cleaned.values)).toBeLessThan(spread(fed.values));
    const less = applyEdit(study, { kind: 'channels', channels: ['left back'], included: false });
    expect((await read(less)).values[0]).toBe(shown.values[1]);
    expect(() => applyEdit(study, { kind: 'series-orientation', orientation: 'roi-by-time' })).toThrow('4-D scan');
  });

  it('is proposed with its volumes: without an atlas what to choose, with one what it makes', async () => {
    const { bids, atlas } = tree();
    const request = { paths: [bids], table: null, idColumn: null, fileColumn: null };
    const without = await proposeImport(request, quietCall());
    expect(without).toMatchObject({
      kind: 'volumes',
      volumes: { volumes: 24, repetitionTimeS: 2, atlas: null, confounds: { tables: 4 } },
    });
    expect(without.confirm.join()).toContain('choose an atlas to make series of its regions');
    expect(await proposeImport({ ...request, atlas }, quietCall())).toMatchObject({
      kind: 'series',
      rows: 4,
      volumes: { atlas: { file: 'atlas.nii', regions: 4, examples: regions } },
      tables: [{ file: 'participants.tsv', use: 'subjects' }],
    });
    const images = makeTree({ 'a.nii': smallScan(1), 'b.nii': smallScan(2) });
    expect(await proposeImport({ ...request, paths: [images] }, quietCall())).toMatchObject({ volumes: null });
  });

  it('takes the bold scans beside anatomical ones, of a space that is asked for', async () => {
    const { bids, atlas } = tree();
    for (const id of ['sub-01', 'sub-02', 'sub-03', 'sub-04']) {
      mkdirSync(join(bids, id, 'anat'));
      writeFileSync(join(bids, id, 'anat', `${id}_T1w.nii`), smallScan(3));
    }
    const study = await importPaths([bids], { atlas });
    expect(study.subjects[0]?.series?.path).toBe('sub-01/func/sub-01_task-rest_bold.nii.gz');
    expect((await importPaths([bids])).kind).toBe('volumes');
  });
});

describe('what is wrong with a 4-D scan', () => {
  it('excludes the subject with the reason: one volume, cut off, elsewhere', async () => {
    const { bids, atlas } = tree({ subjects: 6 });
    const path = (id: string): string => join(bids, `${id}/func/${id}_task-rest_bold.nii.gz`);
    writeFileSync(
      path('sub-01'),
      niftiBytes(boldGrid, () => 1, { volumes: 1, repetitionTimeS: 2 }),
    );
    writeFileSync(
      path('sub-02'),
      niftiBytes(boldGrid, (i) => i, { volumes: 9, repetitionTimeS: 2 }).subarray(0, 50_000),
    );
    const far = { ...boldGrid, affine: boldGrid.affine.map((each, at) => (at === 3 ? 900 : each)) };
    writeFileSync(
      path('sub-03'),
      niftiBytes(far, (i) => i, { volumes: 9, repetitionTimeS: 2 }),
    );
    const study = await importPaths([bids], { atlas });
    const reasons = excluded(study);
    expect(Object.keys(reasons)).toEqual(['sub-01', 'sub-02', 'sub-03']);
    expect(reasons['sub-01']).toMatch(/holds one volume, which is no series/);
    expect(reasons['sub-02']).toMatch(/ends after \d+ % of its data/);
    expect(reasons['sub-03']).toMatch(/no region of atlas\.nii lies in this scan/);
    expect(study.problems.filter(({ severity }) => severity === 'error')).toHaveLength(3);
  });

  it('is told: another repetition time, fewer volumes, a region without a voxel, the same scan twice', async () => {
    const { bids, atlas } = tree({ subjects: 6 });
    const path = (id: string): string => join(bids, `${id}/func/${id}_task-rest_bold.nii.gz`);
    // Covers the left half alone.
    const half = {
      ...boldGrid,
      shape: [7, 16, 10] as [number, number, number],
      affine: boldGrid.affine.map((each, at) => (at === 3 ? -2 : each)),
    };
    writeFileSync(
      path('sub-01'),
      niftiBytes(half, (i, _, __, t) => i + t, { volumes: 20, repetitionTimeS: 3 }),
    );
    copyFileSync(path('sub-03'), path('sub-04'));
    const study = await importPaths([bids], { atlas });
    expect(codes(study)).toEqual(
      expect.arrayContaining(['repetition-time-disagrees', 'regions-missing', 'lengths-differ', 'series-twice']),
    );
    const missing = study.problems.find(({ code }) => code === 'regions-missing');
    expect(missing).toMatchObject({ subject: 'sub-01', severity: 'warning' });
    expect(missing?.message).toMatch(/2 of 4 regions have no voxel .*right back, right front/);
    expect(study.subjects[0]?.series?.missing).toBe(40);
  });

  it('is told of the atlas: a region that no scan reaches is not included', async () => {
    const { folder, bids, atlas } = tree();
    const grid = {
      shape: [24, 24, 15] as [number, number, number],
      affine: [2, 0, 0, -23, 0, 2, 0, -23, 0, 0, 2, -14, 0, 0, 0, 1],
    };
    writeFileSync(
      join(folder, 'far.nii'),
      niftiBytes({ ...grid, shape: [60, 24, 15] }, (i, j) => (i > 50 ? 7 : i < 10 && j < 10 ? 1 : 0)),
    );
    const study = await importPaths([bids], { atlas: { ...atlas, labels: join(folder, 'far.nii') } });
    expect(study.series?.channels).toMatchObject([
      { name: 'left back', included: true },
      { name: 'label 7', included: false },
    ]);
    expect(codes(study)).toEqual(expect.arrayContaining(['regions-outside', 'atlas-labels-unnamed']));
  });
});

describe('an atlas of a study', () => {
  it('that moved is found again by its content, and one that was changed is refused', async () => {
    const { folder, bids, atlas } = tree();
    const study = await importPaths([bids], { atlas });
    mkdirSync(join(folder, 'atlases'));
    renameSync(join(folder, 'atlas.nii'), join(folder, 'atlases', 'renamed.nii'));
    const never = quietCall().signal;
    expect((await missingFiles(study, never)).map(({ path }) => path)).toEqual(['../atlas.nii']);
    const { study: found } = await relinkStudy(study, folder, quietCall());
    expect(found.series?.atlas?.image.path).toBe('../atlases/renamed.nii');
    const configuration = defaultConfiguration(found, 'lstm');
    await prepareData({ study: found, root: found.root }, configuration, null, quietCall());
    appendFileSync(join(folder, 'atlases', 'renamed.nii'), 'more');
    await expect(
      prepareData({ study: found, root: found.root }, configuration, null, quietCall()),
    ).rejects.toMatchObject({
      code: 'atlas-changed',
    });
    rmSync(join(folder, 'atlases'), { recursive: true });
    await expect(
      prepareData({ study: found, root: found.root }, configuration, null, quietCall()),
    ).rejects.toMatchObject({
      code: 'atlas-missing',
    });
  });

  it('lies among the scans of a folder without being taken for one', async () => {
    const { bids, atlas } = tree();
    const folder = makeTree({ 'cohort.csv': 'subject,group\ns01,a\ns02,b\ns03,a\ns04,b\n' });
    for (const at of [1, 2, 3, 4]) {
      copyFileSync(join(bids, `sub-0${at}/func/sub-0${at}_task-rest_bold.nii.gz`), join(folder, `s0${at}_rest.nii.gz`));
      writeFileSync(join(folder, `s0${at}_anatomy.nii`), smallScan(at));
    }
    copyFileSync(atlas.labels, join(folder, 'atlas.nii'));
    writeFileSync(join(folder, 'regions.csv'), 'index,name\n1,A\n2,B\n3,C\n4,D\n');
    const own = { labels: join(folder, 'atlas.nii'), names: join(folder, 'regions.csv'), mask: null, confounds: null };
    const study = await importPaths([folder], { atlas: own });
    expect(excluded(study)).toEqual({});
    expect(study.subjects.map(({ series }) => series?.path)).toEqual([1, 2, 3, 4].map((at) => `s0${at}_rest.nii.gz`));
    expect(study.series?.atlas?.names?.path).toBe('regions.csv');
    expect(study.tables.map(({ path }) => path)).toEqual(['cohort.csv']);
    expect(codes(study)).toContain('scans-of-one-volume');
  });
});

describe('the tables of confounds of a study', () => {
  const table = (bids: string, id: string): string =>
    join(bids, `${id}/func/${id}_task-rest_desc-confounds_timeseries.tsv`);
  const prepared = async (study: Study) =>
    await prepareData({ study, root: study.root }, defaultConfiguration(study, 'lstm'), null, quietCall());

  it('are known by their content: one that was changed since is told of, and one that is gone is missed', async () => {
    const { bids, atlas } = tree();
    const study = await importPaths([bids], { atlas });
    const content = readFileSync(table(bids, 'sub-02'));
    expect(study.subjects[1]?.confounds).toEqual({
      path: 'sub-02/func/sub-02_task-rest_desc-confounds_timeseries.tsv',
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect((await prepared(study)).warnings).toEqual([]);
    writeFileSync(table(bids, 'sub-02'), content.toString().replace('0.1\n', '0.2\n'));
    expect((await prepared(study)).warnings).toEqual([
      'sub-02_task-rest_desc-confounds_timeseries.tsv: changed since the import; taken as found now.',
    ]);
    rmSync(table(bids, 'sub-02'));
    expect((await missingFiles(study, quietCall().signal)).map(({ path }) => path)).toEqual([
      study.subjects[1]?.confounds?.path,
    ]);
    await expect(prepared(study)).rejects.toMatchObject({ code: 'confounds-not-found' });
  });

  it('that were moved and renamed are found again by their content, and regressed out as before', async () => {
    const { folder, bids, atlas } = tree();
    const study = await importPaths([bids], { atlas });
    const before = await prepared(study);
    mkdirSync(join(folder, 'kept'));
    for (const { id } of study.subjects) renameSync(table(bids, id), join(folder, 'kept', `${id}.tsv`));
    await expect(prepared(study)).rejects.toMatchObject({ code: 'confounds-not-found' });
    const relinked = await relinkStudy(study, join(folder, 'kept'), quietCall());
    expect(relinked).toMatchObject({ found: 4, missing: [] });
    const after = await prepared(relinked.study);
    expect(after.values).toEqual(before.values);
    expect(after.warnings).toEqual([]);
    expect(studyWithoutPaths(relinked.study).subjects[0]?.confounds?.path).toBe('../kept/sub-01.tsv');
  });

  it('of another pattern are looked for beside the scans', async () => {
    const { bids, atlas } = tree();
    const study = await importPaths([bids], { atlas });
    for (const { id } of study.subjects)
      writeFileSync(table(bids, id).replace('timeseries', 'other'), readFileSync(table(bids, id)));
    const configuration = defaultConfiguration(study, 'lstm');
    const { series } = configuration.preparation;
    const confounds = { ...series!.confounds!, files: '*_desc-confounds_other.tsv' };
    const other = {
      ...configuration,
      preparation: { ...configuration.preparation, series: { ...series!, confounds } },
    };
    writeFileSync(table(bids, 'sub-01'), 'trans_x\n1\n');
    const { values } = await prepareData({ study, root: study.root }, other, null, quietCall());
    expect(values.some((value) => value !== 0)).toBe(true);
    await expect(prepared(study)).rejects.toMatchObject({ code: 'confounds-length' });
  });
});
