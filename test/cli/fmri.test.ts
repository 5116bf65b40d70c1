/** A BIDS tree of 4-D scans from the command line: proposed, imported with an atlas, and learnt by two kinds of network. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Study } from '#app/study/study.ts';
import { writeAtlas, writeBoldTree } from '../engine/read/fmri/bold-tree.ts';
import { documentOf, errorOf, folderOf, spectroscope } from './command.ts';

const folder = folderOf();
writeBoldTree(join(folder, 'bids'));
writeAtlas(folder);
const run = async (...words: string[]) => await spectroscope(folder, words);
const atlas = ['--atlas', 'atlas.nii', '--atlas-names', 'regions.tsv'];
const studyOf = (file: string): Study => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Study;
const trained = (outcome: Awaited<ReturnType<typeof run>>) =>
  documentOf(outcome) as {
    model: { inputShape: number[]; weightLayers: { name: string }[] };
    runs: { status: string }[];
  };

describe('import of 4-D scans', () => {
  it('says what to choose where there is no atlas, and what one would make of them', async () => {
    const without = await run('import', 'bids', '--propose');
    expect(without.stdout).toContain(
      '4-D, 60 volumes, 2 s each: choose an atlas to make series (--atlas labels.nii.gz)',
    );
    const refused = await run('import', 'bids', '--out', 'none.json', '--json');
    expect(refused.code).toBe(1);
    expect(errorOf(refused).message).toContain('Import it with a label atlas');
    const proposed = await run('import', 'bids', '--propose', ...atlas, '--json');
    expect(documentOf(proposed)).toMatchObject({
      kind: 'series',
      rows: 12,
      volumes: { volumes: 60, repetitionTimeS: 2, atlas: { regions: 4 }, confounds: { tables: 12 } },
    });
    expect(existsSync(join(folder, 'none.json'))).toBe(false);
  });

  it('writes a study of series with the atlas and the confounds that were named', async () => {
    const confounds = ['--confounds', '*_timeseries.tsv:trans_*'];
    const outcome = await run('import', 'bids', ...atlas, ...confounds, '--out', 'study.json', '--json');
    expect(outcome.code).toBe(0);
    expect(documentOf(outcome)).toMatchObject({
      kind: 'series',
      subjects: 12,
      series: { files: 'atlas', count: 12, shortest: 60, longest: 60 },
    });
    expect(studyOf('study.json').series).toMatchObject({
      atlas: { name: 'atlas.nii', labels: [1, 2, 3, 4] },
      confounds: { files: '*_timeseries.tsv', columns: ['trans_*'] },
      repetitionTimeS: 2,
    });
  });

  it.each([
    ['names without an atlas', ['--atlas-names', 'regions.tsv'], 2, /--atlas-names belongs to an atlas/],
    ['an atlas that is not there', ['--atlas', 'gone.nii'], 1, /gone\.nii: there is no such file/],
    ['a table as an atlas', ['--atlas', 'regions.tsv'], 1, /regions\.tsv/],
    ['confounds that are not there', [...atlas, '--confounds', '*_motion.tsv'], 1, /No scan has a table of confounds/],
  ])('refuses %s', async (_, words, code, message) => {
    const outcome = await run('import', 'bids', ...words, '--out', 'x.json', '--json');
    expect(outcome.code).toBe(code);
    expect(errorOf(outcome).message).toMatch(message);
  });
});

describe('train on 4-D scans', () => {
  it('gives an LSTM the series, cleaned of motion and of the times in which the head moved', async () => {
    const series = ['scrub=0.5', 'band-pass=0.01-0.1', 'standardise=yes'].flatMap((word) => ['--series', word]);
    const words = ['train', 'study.json', '--model', 'lstm', '--epochs', '2', '--folds', '2', ...series];
    const plan = await run(...words, '--series', 'windows=20:20', '--dry-run', '--json');
    const steps = (documentOf(plan) as { preparation: { words: string }[] }).preparation
      .map((step) => step.words)
      .join('; ');
    expect(steps).toMatch(/framewise_displacement above 0\.5.*trans_\* are regressed out/);
    // Three windows of each are rows, not subjects.
    expect(documentOf(plan)['subjects']).toEqual([
      { group: 'control', subjects: 6 },
      { group: 'patient', subjects: 6 },
    ]);
    const outcome = await run(...words, '--json', '--out', 'lstm.spectra');
    expect(outcome.code).toBe(0);
    expect(trained(outcome).runs.map(({ status }) => status)).toEqual(['finished', 'finished']);
  });

  it('gives the connectome CNN the correlations of the regions, straight from the tree', async () => {
    const series = ['connectivity=pearson', 'fisher-z=yes'].flatMap((word) => ['--series', word]);
    const words = [
      'train',
      'bids',
      ...atlas,
      '--bids-task',
      'rest',
      '--model',
      'connectome-cnn',
      '--epochs',
      '2',
      '--folds',
      '2',
    ];
    const outcome = await run(...words, ...series, '--json', '--out', 'connectome.spectra');
    expect(outcome.code).toBe(0);
    expect(trained(outcome).runs).toHaveLength(2);
    const refused = await run('train', 'bids', ...atlas, '--bids-task', 'nback', '--json', '--out', 'other.spectra');
    expect(refused.code).toBe(1);
  });
});
