/** Replay of a session of scans under other groups, and its resuming, through the launcher. */
import { existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { smallScan } from '../engine/read/write-nifti.ts';
import { childrenOf, documentOf, errorOf, folderOf, isTraining, smallTable, spectroscope } from './command.ts';

const people = Array.from({ length: 12 }, (_, i) =>
  [`sub-${i + 1}`, i % 2 ? 'a' : 'b', i < 6 ? 'F' : 'M'].join('\t'),
).join('\n');
const folder = folderOf({
  'cohort.csv': smallTable(),
  'bids/participants.tsv': `participant_id\tgroup\tsex\n${people}\n`,
  'bids/dataset_description.json': '{"Name": "Small", "BIDSVersion": "1.8.0"}',
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [
      `bids/sub-${i + 1}/anat/sub-${i + 1}_T1w.nii.gz`,
      smallScan(i, 8, { gzip: true }),
    ]),
  ),
});
const cnn = ['--model', 'cnn3d', '--epochs', '3', '--batch', '4', '--folds', '2', '--spacing', '0'];

function count(name: string, table: string): number {
  const database = new DatabaseSync(join(folder, name), { readOnly: true });
  const { rows } = database.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number };
  database.close();
  return rows;
}

describe('train --resume', () => {
  it('finds the scans of a session that was cut short by itself, and each step keeps its learning rate', async () => {
    const words = ['bids', '--group', 'group', ...cnn, '--epochs', '200', '--schedule', 'exponential:0.99'];
    const often = ['--checkpoint-minutes', '0.002', '--out', 'cut.spectra'];
    await spectroscope(folder, ['train', ...words, ...often], async (child) => {
      await isTraining(join(folder, 'cut.spectra'));
      for (const pid of childrenOf(child)) process.kill(pid, 'SIGKILL');
    });
    const resumed = await spectroscope(folder, ['train', '--resume', 'cut.spectra', '--json']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(documentOf(resumed)).toMatchObject({ status: 'finished' });
    const { runs } = documentOf(await spectroscope(folder, ['inspect', 'cut.spectra', '--json'])) as {
      runs: { steps: number; lastStep: Record<string, number> }[];
    };
    for (const { steps, lastStep } of runs) {
      expect(steps).toBe(400);
      expect(lastStep['learning-rate']).toBeCloseTo(1e-3 * 0.99 ** 199, 8);
    }
  }, 120_000);
});

describe('regroup --replay', () => {
  beforeAll(async () => {
    const words = ['bids', '--group', 'group', '--replay-checkpoints', '2', ...cnn, '--out', 'scans.spectra'];
    expect(await spectroscope(folder, ['train', ...words])).toMatchObject({ code: 0 });
  }, 60_000);

  it('gives the spectra of convolutions under other groups, of scans that it finds by itself', async () => {
    const words = ['regroup', 'scans.spectra', '--by', 'sex', '--replay', '--json', '--out', 'by-sex.spectra'];
    const outcome = await spectroscope(folder, words);
    expect(outcome.code, outcome.stderr).toBe(0);
    const document = documentOf(outcome) as { lossDifference: number };
    // Epochs 0 and 2 of each of two folds.
    expect(document).toMatchObject({
      steps: 4,
      gramSteps: 0,
      replayedSteps: 4,
      groups: [
        { name: 'F', subjects: 6 },
        { name: 'M', subjects: 6 },
      ],
    });
    expect(document.lossDifference).toBeLessThan(1e-5);
    expect((document as unknown as { layers: unknown[] }).layers[0]).toEqual({
      name: 'conv3d_1',
      regrouped: [],
      replayed: ['activations', 'adjoints', 'gradient'],
    });
    expect(count('by-sex.spectra', 'spectra')).toBe(4 * (document as unknown as { layers: unknown[] }).layers.length);
    // What does not depend on groups is there too.
    expect(count('by-sex.spectra', 'prediction')).toBe(12);
    // The place of the scans is known on this computer alone.
    expect(readFileSync(join(folder, 'scans.spectra')).includes(folder)).toBe(false);
  }, 60_000);

  it('goes through every step where it is asked to', async () => {
    const words = ['scans.spectra', '--by', 'sex', '--replay-steps', 'all', '--out', 'all.spectra'];
    const { code, stdout, stderr } = await spectroscope(folder, ['regroup', ...words]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/12 steps regrouped \(12 replayed\)/);
    expect(stdout).toContain('conv3d_1: by replay activations, adjoints, gradient');
  }, 60_000);

  it('refuses scans that are gone or that differ, and leaves no file', async () => {
    const scan = join(folder, 'bids/sub-2/anat/sub-2_T1w.nii.gz');
    const words = ['regroup', 'scans.spectra', '--by', 'sex', '--replay', '--json', '--out', 'no.spectra'];
    renameSync(scan, `${scan}.away`);
    const gone = await spectroscope(folder, words);
    expect(gone.code).toBe(1);
    expect(errorOf(gone).message).toContain('sub-2_T1w.nii.gz');
    writeFileSync(scan, smallScan(77, 8, { gzip: true }));
    const changed = await spectroscope(folder, words);
    expect(errorOf(changed)).toMatchObject({ kind: 'input', code: 'data-differ' });
    renameSync(`${scan}.away`, scan);
    renameSync(join(folder, 'bids'), join(folder, 'moved'));
    const moved = await spectroscope(folder, words);
    expect(errorOf(moved)).toMatchObject({ code: 'no-study' });
    expect(errorOf(moved).message).toContain('name the folder');
    expect(readdirSync(folder).filter((name) => name.startsWith('no.spectra'))).toEqual([]);
    const found = await spectroscope(folder, [...words, '--study', 'moved']);
    expect(found.code, found.stderr).toBe(0);
    renameSync(join(folder, 'moved'), join(folder, 'bids'));
  }, 90_000);

  it('says what is missing of a session without kept weights, and replays a table without its file', async () => {
    const words = ['cohort.csv', '--group', 'diagnosis', '--target', 'sex', '--epochs', '2', '--batch', '8'];
    await spectroscope(folder, ['train', ...words, '--replay-checkpoints', '0', '--out', 'bare.spectra']);
    const regroup = ['regroup', 'bare.spectra', '--by', 'sex', '--json', '--out', 'bare-sex.spectra'];
    const refused = await spectroscope(folder, [...regroup, '--replay']);
    expect(errorOf(refused)).toMatchObject({ code: 'no-checkpoints' });
    expect(errorOf(refused).message).toContain('--replay-steps all');
    expect(errorOf(await spectroscope(folder, [...regroup, '--study', 'bids']))).toMatchObject({ kind: 'usage' });
    renameSync(join(folder, 'cohort.csv'), join(folder, 'elsewhere.csv'));
    expect((await spectroscope(folder, [...regroup, '--replay-steps', 'all'])).code).toBe(0);
    expect(existsSync(join(folder, 'bare-sex.spectra'))).toBe(true);
  }, 60_000);
});
