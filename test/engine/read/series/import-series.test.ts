import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { defaultConfiguration, firstModels } from '#app/run/defaults.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { inputKindOf } from '#app/model/input-kinds.ts';
import { modelForStudy } from '#app/model/input.ts';
import { plainSeries } from '#app/series/plan-series.ts';
import { applyEdit } from '#app/study/edit.ts';
import type { Study } from '#app/study/study.ts';
import { FoldData } from '../../../../main/engine/train/fold-data.ts';
import { prepareData } from '../../../../main/engine/read/prepare.ts';
import { npzBytes } from '../../../fixtures/export/npz-bytes.ts';
import { excluded, importPaths, importTree, makeTree, quietCall } from '../tree.ts';

/** times x regions, the number of the subject in each, with `header` names. */
function matrix(rows: number, columns: number, at: (row: number, column: number) => number, header: string[] = []) {
  const lines = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_each, column) => at(row, column).toString()).join(','),
  );
  return `${[...(header.length > 0 ? [header.join(',')] : []), ...lines].join('\n')}\n`;
}

const wave = (subject: number) => (row: number, column: number) =>
  Number((Math.sin(row * 0.7 + subject) * (column + 1) + subject * 0.1 + ((row * 7 + column * 3) % 5)).toFixed(4));

const names = ['V1', 'M1', 'A1'];
const table = (count: number) =>
  `subject,diagnosis\n${Array.from({ length: count }, (_, i) => `sub-0${i + 1},${i % 2 ? 'patient' : 'control'}`).join('\n')}\n`;

/** Six subjects, with as many times as said. */
function series(times: readonly number[], header: string[] = names): Record<string, string> {
  return {
    'participants.csv': table(times.length),
    ...Object.fromEntries(
      times.map((count, i) => [`ts/sub-0${i + 1}_timeseries.csv`, matrix(count, 3, wave(i + 1), header)]),
    ),
  };
}

const codes = (study: Study) => study.problems.map(({ code }) => code);
const channels = (study: Study) => study.series?.channels.map(({ name }) => name);

function configured(study: Study, change: Partial<RunConfiguration['preparation']> = {}): RunConfiguration {
  const configuration = defaultConfiguration(study, firstModels[inputKindOf(study.kind)]);
  return { ...configuration, preparation: { ...configuration.preparation, ...change } };
}

const prepared = async (study: Study, change: Partial<RunConfiguration['preparation']> = {}) =>
  await prepareData({ study, root: study.root }, configured(study, change), null, quietCall());

describe('a file for each subject', () => {
  it('is a study of series with the names of the regions, its groups from the table', async () => {
    const study = await importTree(series([12, 12, 12, 12, 12, 12]));
    expect(study.kind).toBe('series');
    expect(channels(study)).toEqual(names);
    expect(study.series).toMatchObject({ files: 'arrays', orientation: 'time-by-roi' });
    expect(study.groups.groups.map(({ name }) => name)).toEqual(['control', 'patient']);
    expect(study.subjects[1]?.series).toMatchObject({ path: 'ts/sub-02_timeseries.csv', shape: [12, 3], missing: 0 });
    expect(codes(study)).not.toContain('orientation-guessed');
  });

  it('knows rows from columns by what all subjects share', async () => {
    const turned = (times: readonly number[]) => ({
      'participants.csv': table(times.length),
      ...Object.fromEntries(times.map((count, i) => [`sub-0${i + 1}.txt`, matrix(5, count, wave(i))])),
    });
    const study = await importTree(turned([9, 12, 14, 10]));
    expect(study.series).toMatchObject({
      orientation: 'roi-by-time',
      orientationReason: expect.stringContaining('5 of them') as string,
    });
    expect(channels(study)).toHaveLength(5);
    const data = await prepared(study);
    expect(data.inputShape).toEqual([9, 5]);
    // The second number of the first subject is its second region at the first time.
    expect(data.values[1]).toBeCloseTo(wave(0)(1, 0), 3);
  });

  it('says when the files cannot tell, and is turned by a person', async () => {
    const study = await importTree(series([3, 3, 3, 3], []));
    expect(codes(study)).toContain('orientation-guessed');
    const turned = applyEdit(study, { kind: 'series-orientation', orientation: 'roi-by-time' });
    expect(turned.series).toMatchObject({ orientation: 'roi-by-time', orientationReason: 'Chosen by a person.' });
    expect(codes(turned)).not.toContain('orientation-guessed');
    const [before, after] = [await prepared(study), await prepared(turned)];
    expect([...after.values.slice(0, 9)]).toEqual([0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => before.values[i]));
  });

  it('takes an orientation that a person names at import', async () => {
    const root = makeTree(series([8, 8, 8, 8], []));
    const request = { series: { files: null, orientation: 'roi-by-time', kind: null } } as const;
    const study = await importPaths([root], request);
    expect(channels(study)).toHaveLength(8);
    expect((await prepared(study)).inputShape).toEqual([3, 8]);
  });

  it('excludes a subject with other regions, an unreadable file, a missing one, each with its reason', async () => {
    const files = series([12, 12, 12, 12, 12, 12]);
    files['ts/sub-02_timeseries.csv'] = matrix(12, 4, wave(2));
    files['ts/sub-03_timeseries.csv'] = 'V1,M1,A1\n1,2,3\n4,five,6\n';
    delete files['ts/sub-04_timeseries.csv'];
    const study = await importPaths([makeTree(files)], {
      series: { files: '*_timeseries.csv', orientation: null, kind: null },
    });
    expect(excluded(study)).toMatchObject({
      'sub-02': expect.stringContaining('has 4 regions, most subjects have 3') as string,
      'sub-03': expect.stringContaining("line 3, column 2: 'five'") as string,
      'sub-04': expect.stringContaining('sub-04') as string,
    });
  });

  it('crops to the shortest or pads to the longest, and says so; nothing is stretched', async () => {
    const study = await importTree(series([12, 10, 12, 14]));
    expect(study.problems.find(({ code }) => code === 'lengths-differ')?.message).toContain('from 10 to 14');
    const cropped = await prepared(study);
    expect(cropped.inputShape).toEqual([10, 3]);
    expect(cropped.warnings.join()).toContain('cropped to the 10 time points');
    expect([...cropped.values.slice(0, 3)]).toEqual([0, 1, 2].map((column) => Math.fround(wave(1)(0, column))));
  });

  it('pads with nothing at the end, which fold by fold stays nothing, and refuses models that would see it', async () => {
    const study = await importTree(series([12, 10, 12, 14]));
    const change = { series: { ...plainSeries, lengths: 'pad' } } as const;
    const data = await prepared(study, change);
    expect(data).toMatchObject({ inputShape: [14, 3], padded: true });
    const configuration = configured(study, change);
    const fold = await FoldData.of(data, { training: [0, 1, 2], validation: [3] }, configuration, 1);
    const values = await fold.valuesOf([1]);
    expect([...values.slice(0, 30)].some(Number.isNaN)).toBe(false);
    expect([...values.slice(30)].every(Number.isNaN)).toBe(true);
    const task = { kind: 'classification', classes: 2 } as const;
    expect(() => modelForStudy({ name: 'cnn1d', settings: {} }, data, task)).toThrow('cannot leave out what is padded');
    expect(modelForStudy({ name: 'lstm', settings: {} }, data, task).model.inputShape).toEqual([14, 3]);
  });

  it('feeds the channels that are included', async () => {
    const study = await importTree(series([12, 12, 12, 12]));
    const less = applyEdit(study, { kind: 'channels', channels: ['M1'], included: false });
    const data = await prepared(less);
    expect(data.features).toEqual(['V1', 'A1']);
    expect([...data.values.slice(0, 2)]).toEqual([0, 2].map((column) => Math.fround(wave(1)(0, column))));
    expect(() => applyEdit(less, { kind: 'channels', channels: ['V1', 'A1'], included: false })).toThrow('No channel');
    expect(() => applyEdit(less, { kind: 'channels', channels: ['V9'], included: true })).toThrow('no channel V9');
  });

  it('warns of two subjects with the same series', async () => {
    const files = series([12, 12, 12, 12]);
    files['ts/sub-03_timeseries.csv'] = files['ts/sub-01_timeseries.csv']!;
    expect((await importTree(files)).problems.find(({ code }) => code === 'series-twice')?.message).toContain('sub-01');
  });
});

describe('one file of all subjects', () => {
  const values = (subject: number) => Array.from({ length: 24 }, (_, i) => wave(subject)(Math.floor(i / 3), i % 3));
  const stack = () => npzBytes('data', [4, 8, 3], [1, 2, 3, 4].flatMap(values));

  it('is taken in the order of the table, and says so', async () => {
    const study = await importTree({ 'participants.csv': table(4), 'all.npz': stack() });
    expect(study.kind).toBe('series');
    expect(codes(study)).toContain('matched-by-order');
    expect(study.subjects.map(({ series: each }) => each?.slice)).toEqual(
      [0, 1, 2, 3].map((place) => ({ axis: 0, place })),
    );
    const data = await prepared(study);
    expect(data.inputShape).toEqual([8, 3]);
    expect([...data.values.slice(24, 27)]).toEqual(values(2).slice(0, 3).map(Math.fround));
  });

  it('is refused when the table has other subjects', async () => {
    await expect(importTree({ 'participants.csv': table(6), 'all.npz': stack() })).rejects.toThrow(
      'holds 4 subjects without names, and the table has 6',
    );
  });

  it('is matched by the ids that it holds', async () => {
    const fixture = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'series', 'subjects.npz');
    const root = makeTree({ 'participants.csv': 'subject,group\nsub-03,a\nsub-01,b\nsub-09,a\n' });
    const study = await importPaths([fixture, join(root, 'participants.csv')]);
    expect(study.subjects.map(({ series: each }) => each?.slice?.place)).toEqual([2, 0, undefined]);
    expect(excluded(study)['sub-09']).toContain('subjects.npz has no series of this id');
    expect(codes(study)).toContain('no-row-for-series');
  });
});

describe('matrices of connections', () => {
  const symmetric = (subject: number) => (row: number, column: number) =>
    row === column ? 1 : Number(Math.sin(subject + Math.min(row, column) * 3 + Math.max(row, column)).toFixed(3));
  const files = (at: (subject: number) => (row: number, column: number) => number): Record<string, string> => ({
    'participants.csv': table(4),
    ...Object.fromEntries([1, 2, 3, 4].map((i) => [`sub-0${i}.csv`, matrix(4, 4, at(i), ['a', 'b', 'c', 'd'])])),
  });

  it('are known by being square and symmetric, with the names of their regions', async () => {
    const study = await importTree(files(symmetric));
    expect(study.kind).toBe('matrices');
    expect(channels(study)).toEqual(['a', 'b', 'c', 'd']);
    const data = await prepared(study);
    expect(data).toMatchObject({ kind: 'matrix', inputShape: [4, 4, 1] });
    expect(data.values[1]).toBeCloseTo(symmetric(1)(0, 1), 5);
  });

  it('lose the row and the column of a region that is not included', async () => {
    const study = applyEdit(await importTree(files(symmetric)), { kind: 'channels', channels: ['b'], included: false });
    const data = await prepared(study);
    expect(data.inputShape).toEqual([3, 3, 1]);
    expect(data.values[1]).toBeCloseTo(symmetric(1)(0, 2), 5);
  });

  it('are known with a direction by the one value along their diagonal', async () => {
    const directed = (subject: number) => (row: number, column: number) =>
      row === column ? 0 : Number(Math.cos(subject + row * 5 + column).toFixed(3));
    const study = await importTree(files(directed));
    expect(study.kind).toBe('matrices');
    expect(codes(study)).toContain('matrix-not-symmetric');
  });

  it('that are not symmetric are named', async () => {
    const broken = (subject: number) => (row: number, column: number) =>
      subject === 2 && row === 0 && column === 3 ? 9 : symmetric(subject)(row, column);
    const study = await importPaths([makeTree(files(broken))], {
      series: { files: null, orientation: null, kind: 'matrices' },
    });
    const found = study.problems.find(({ code }) => code === 'matrix-not-symmetric');
    expect(found).toMatchObject({ subject: 'sub-02', file: 'sub-02.csv' });
  });
});

describe('preparation of series', () => {
  const study = async () => await importTree(series([40, 40, 44, 40]));

  it('takes the connectivity of each subject in place of its series', async () => {
    const data = await prepared(await study(), { series: { ...plainSeries, connectivity: 'pearson', fisherZ: true } });
    expect(data).toMatchObject({ kind: 'matrix', inputShape: [3, 3, 1] });
    expect(data.values[0]).toBe(0);
    expect(data.values[1]).toBe(data.values[3]);
    expect(Number.isFinite(data.values[1])).toBe(true);
  });

  it('cuts windows as rows of their subject, which share its id', async () => {
    const data = await prepared(await study(), { series: { ...plainSeries, windows: { length: 20, step: 10 } } });
    expect(data.inputShape).toEqual([20, 3]);
    expect(data.subjects.map(({ id }) => id)).toEqual([
      ...['sub-01', 'sub-01', 'sub-01', 'sub-02', 'sub-02', 'sub-02'],
      ...['sub-03', 'sub-03', 'sub-03', 'sub-04', 'sub-04', 'sub-04'],
    ]);
    expect(data.values).toHaveLength(12 * 60);
  });

  it('takes confounds out that lie beside the series', async () => {
    const files = series([12, 12, 12, 12], []);
    for (let i = 1; i <= 4; i++) {
      // The first region itself: nothing of it is left.
      const lines = Array.from({ length: 12 }, (_, row) => `${wave(i)(row, 0)}\t${row === 0 ? 'n/a' : 1}`);
      files[`confounds/sub-0${i}_desc-confounds.tsv`] = `motion\tother\n${lines.join('\n')}\n`;
    }
    const request = { series: { files: '*_timeseries.csv', orientation: 'time-by-roi', kind: null } } as const;
    const imported = await importPaths([makeTree(files)], request);
    const confounds = { files: '*_desc-confounds.tsv', columns: ['motion'], scrub: null };
    const data = await prepared(imported, { series: { ...plainSeries, detrend: 'mean', confounds } });
    for (let time = 0; time < 12; time++) expect(Math.abs(data.values[time * 3]!)).toBeLessThan(1e-6);
    await expect(
      prepared(imported, { series: { ...plainSeries, confounds: { ...confounds, columns: ['trans_x'] } } }),
    ).rejects.toThrow("no column of numbers called 'trans_x'");
    await expect(
      prepared(imported, { series: { ...plainSeries, confounds: { ...confounds, files: '*.nothing' } } }),
    ).rejects.toThrow('sub-01');
  });

  it('refuses a band without a repetition time, beyond what it can show, and windows that are too long', async () => {
    const opened = await study();
    const refused = async (change: object) => await prepared(opened, { series: { ...plainSeries, ...change } });
    const bandPassHz = { low: 0.01, high: 0.1 };
    await expect(refused({ bandPassHz })).rejects.toThrow('needs the repetition time');
    await expect(refused({ bandPassHz: { low: 0.1, high: 0.4 }, repetitionTimeS: 2 })).rejects.toThrow('below 0.25 Hz');
    await expect(refused({ windows: { length: 42, step: 1 } })).rejects.toThrow('sub-01, sub-02');
  });
});

it('a tree of tables of events says how they are read, and keeps to its tables otherwise', async () => {
  const study = await importTree({
    'participants.tsv': 'participant_id\tgroup\tscore\nsub-1\ta\t1.5\nsub-2\tb\t2.5\n',
    'sub-1/func/sub-1_task-stop_events.tsv': 'onset\trt\n0\t1\n1\t2\n',
    'sub-2/func/sub-2_task-stop_events.tsv': 'onset\trt\n0\t1\n1\t2\n',
  });
  expect(study.kind).toBe('table');
  expect(study.problems.find(({ code }) => code === 'events-not-read')?.message).toContain('stop (2 files)');
});
