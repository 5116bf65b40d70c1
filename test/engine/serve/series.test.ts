import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import { plainSeries } from '#app/series/plan-series.ts';
import { prepareSubject } from '#app/series/prepare-subject.ts';
import { applyEdit } from '#app/study/edit.ts';
import { seriesHandlers } from '../../../main/engine/serve/series.ts';
import { importPaths, makeTree, quietCall } from '../read/tree.ts';

const files = {
  'participants.csv': 'subject,group\ns1,a\ns2,b\ns3,a\ns4,b\n',
  's1.csv': 'V1,M1\n1,2\n3,4\n5,n/a\n',
  's2.csv': 'V1,M1\n1,2\n3,4\n5,6\n',
  's3.csv': 'V1,M1\n9,8\n7,6\n5,4\n',
};

it('reads a subject as it is in its file, the included channels alone', async () => {
  const study = await importPaths([makeTree(files)]);
  const read = (subject: string, of = study) =>
    seriesHandlers(() => ({ study: of, root: of.root }), join(of.root, 'cache')).handlers['series.read'](
      { subject },
      quietCall(),
    );
  expect(await read('s1')).toEqual({
    subject: 's1',
    kind: 'series',
    channels: ['V1', 'M1'],
    times: 3,
    values: Float32Array.of(1, 2, 3, 4, 5, NaN),
  });
  const less = applyEdit(study, { kind: 'channels', channels: ['V1'], included: false });
  expect(await read('s3', less)).toMatchObject({ channels: ['M1'], values: Float32Array.of(8, 6, 4) });
  await expect(read('s4')).rejects.toThrow('s4: has no series');
  await expect(read('s9')).rejects.toThrow('s9: is not in the study');
});

it('shows what each step of a preparation leaves, the last as a network is fed it', async () => {
  const wave = (row: number, column: number): string =>
    (Math.sin(row * (column + 1)) * 3 + row * 0.2 + column).toFixed(4);
  const tree = { 'participants.csv': files['participants.csv'] } as Record<string, string>;
  for (const id of ['s1', 's2', 's3', 's4']) {
    const lines = Array.from({ length: 20 }, (_, row) =>
      [0, 1, 2].map((column) => wave(row + id.length, column)).join(','),
    );
    tree[`${id}_ts.csv`] = ['V1,M1,A1', ...lines].join('\n');
    const motion = lines.map((_, row) => `${row === 0 ? 'n/a' : Math.cos(row).toFixed(3)},${row === 9 ? 2 : 0.1}`);
    tree[`${id}_motion.tsv`] = ['trans_x,fd', ...motion].join('\n').replaceAll(',', '\t');
  }
  const request = { series: { files: '*_ts.csv', orientation: null, kind: null } } as const;
  const study = await importPaths([makeTree(tree)], request);
  const scrub = { column: 'fd', above: 0.5 };
  const preparation: SeriesPreparation = {
    ...plainSeries,
    detrend: 'linear',
    confounds: { files: '*_motion.tsv', columns: ['trans_*'], scrub },
    standardise: true,
    connectivity: 'pearson',
  };
  const { handlers } = seriesHandlers(() => ({ study, root: study.root }), join(study.root, 'cache'));
  const { steps } = await handlers['series.steps']({ subject: 's1', preparation }, quietCall());
  expect(steps.map(({ step, series }) => [step, series.kind])).toEqual([
    ['as-read', 'series'],
    ['detrend', 'series'],
    ['scrub', 'series'],
    ['confounds', 'series'],
    ['standardise-channels', 'series'],
    ['connectivity', 'matrices'],
  ]);
  const read = await handlers['series.read']({ subject: 's1' }, quietCall());
  expect(steps[0]?.series).toEqual(read);
  const plain = { times: 20, channels: 3, values: Float64Array.from(read.values) };
  const detrended = prepareSubject('s1', plain, null, { ...plainSeries, detrend: 'linear' })[0] as Float64Array;
  detrended.forEach((value, at) => expect(steps[1]?.series.values[at]).toBeCloseTo(value, 5));
  const last = steps.at(-1)?.series.values as Float32Array;
  expect([last[0], last[4], last[8]]).toEqual([1, 1, 1]);
  expect(steps[3]?.series.values).not.toEqual(steps[2]?.series.values);
  expect(steps[2]?.series.values[9 * 3]).not.toBe(steps[1]?.series.values[9 * 3]);
});
