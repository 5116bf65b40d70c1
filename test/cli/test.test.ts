/** Tests of group differences, through the launcher. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TestRow } from '#app/inference/test-options.ts';
import { programVersion } from '#app/version.ts';
import { keptTests } from '../../main/engine/session/kept-tests.ts';
import { documentOf, errorOf, folderOf, smallTable, spectroscope } from './command.ts';

const folder = folderOf({ 'cohort.csv': smallTable() });
const network = ['--set', 'hidden=6', '--epochs', '4', '--batch', '8', '--folds', '3'];

async function rowsOf(words: readonly string[]): Promise<TestRow[]> {
  const outcome = await spectroscope(folder, ['test', ...words, '--json']);
  expect(outcome).toMatchObject({ code: 0 });
  return documentOf(outcome)['rows'] as TestRow[];
}

describe('test', () => {
  beforeAll(async () => {
    for (const words of [
      ['--group', 'sex', '--target', 'diagnosis', '--keep-grams', '--out', 'sex.spectra'],
      ['--group', 'diagnosis', '--keep-grams', '--out', 'diagnosis.spectra'],
      ['--group', 'diagnosis', '--out', 'bare.spectra'],
    ]) {
      expect((await spectroscope(folder, ['train', 'cohort.csv', ...network, ...words])).code).toBe(0);
    }
  });

  it('gives effect, interval, p and corrected p of every layer, quantity and summary', async () => {
    const rows = await rowsOf([
      'sex.spectra',
      '--permutations',
      '49',
      '--statistic',
      'effective-rank,energy,alignment',
    ]);
    const of = (method: string): TestRow[] => rows.filter((row) => row.method === method);
    expect(
      new Set(of('permutation').map(({ layer, quantity, summary }) => `${layer} ${quantity} ${summary}`)).size,
    ).toBe(of('permutation').length);
    expect(of('max-statistic').length).toBe(of('permutation').length);
    for (const { p, pCorrected, interval, effect, n, window } of rows) {
      expect(p).toBeGreaterThanOrEqual(1 / 50);
      expect(pCorrected).toBeGreaterThanOrEqual(p - 1e-12);
      expect(interval[0]).toBeLessThanOrEqual(interval[1]);
      expect(Number.isFinite(effect)).toBe(true);
      expect(n).toBe(50);
      expect(window.last).toBeGreaterThanOrEqual(window.first);
    }
  });

  it('is the same again for a seed, and another for another', async () => {
    const words = ['sex.spectra', '--permutations', '39', '--statistic', 'energy', '--method', 'permutation'];
    expect(await rowsOf(words)).toEqual(await rowsOf(words));
    expect(await rowsOf(words)).not.toEqual(await rowsOf([...words, '--seed', '2']));
  });

  it('keeps a result in the session files when asked to, and does not otherwise', async () => {
    const words = ['test', 'sex.spectra', '--permutations', '19', '--statistic', 'energy', '--json'];
    expect(documentOf(await spectroscope(folder, words))['kept']).toEqual([]);
    const outcome = await spectroscope(folder, [...words, '--keep']);
    expect(documentOf(outcome)['kept']).toEqual([{ file: 'sex.spectra', test: 1 }]);
    const [kept] = keptTests(join(folder, 'sex.spectra'));
    expect(kept?.answer.rows).toEqual(documentOf(outcome)['rows']);
    expect(kept).toMatchObject({ test: 1, program: programVersion, options: { permutations: 19, seed: 1 } });
  });

  it('says what follows from groups that are the target, and cannot permute within it', async () => {
    const words = ['test', 'diagnosis.spectra', '--permutations', '19', '--json'];
    const outcome = await spectroscope(folder, words);
    expect(documentOf(outcome)['notes']).toEqual([
      expect.stringContaining('by construction'),
      expect.stringContaining('overstate the difference'),
    ]);
    const refused = await spectroscope(folder, [...words, '--strata', 'class']);
    expect(refused.code).toBe(1);
    expect(errorOf(refused)).toMatchObject({ code: 'nothing-to-permute' });
  });

  it('has no classes to permute within where a number is learned, and speaks of none', async () => {
    const study = ['--sample', 'ucla-cnp-cognition', '--task', 'regression', '--target', 'age', '--group', 'gender'];
    const training = ['--epochs', '1', '--folds', '1', '--set', 'hidden=4', '--keep-grams'];
    await spectroscope(folder, ['train', ...study, ...training, '--out', 'age.spectra']);
    const words = ['test', 'age.spectra', '--permutations', '19', '--statistic', 'energy', '--json'];
    const { rows, notes } = documentOf(await spectroscope(folder, words)) as { rows: TestRow[]; notes: string[] };
    expect(rows.length).toBeGreaterThan(0);
    expect(notes.join(' ')).not.toMatch(/class/);
    const refused = await spectroscope(folder, [...words, '--strata', 'class']);
    expect(errorOf(refused)).toMatchObject({
      code: 'no-classes',
      message: expect.stringContaining('learns no classes') as string,
    });
  });

  it('tests over runs and by iteration without Grams, the latter as exploratory', async () => {
    const outcome = await spectroscope(folder, ['test', 'bare.spectra', '--method', 'runs,per-iteration', '--json']);
    const { rows, notes } = documentOf(outcome) as { rows: TestRow[]; notes: string[] };
    expect(new Set(rows.map(({ method }) => method))).toEqual(new Set(['runs', 'per-iteration']));
    expect(rows.filter(({ method }) => method === 'runs').every(({ n }) => n === 3)).toBe(true);
    expect(notes.join(' ')).toContain('exploratory');
  });

  it('takes out of a difference over runs what permuted labels give, and says where it could not', async () => {
    const words = ['test', '--statistic', 'effective-rank', '--permutations', '49', '--json', '--method'];
    const told = documentOf(await spectroscope(folder, [...words, 'permutation,runs', 'sex.spectra']));
    const { rows, notes } = told as { rows: TestRow[]; notes: string[] };
    const permuted = rows.filter(({ method, expected }) => method === 'permutation' && Math.abs(expected) > 1e-6);
    expect(permuted.length).toBeGreaterThan(0);
    for (const { layer, quantity, expected } of permuted) {
      const overRuns = rows.find((row) => row.method === 'runs' && row.layer === layer && row.quantity === quantity);
      expect(overRuns?.expected).toBe(expected);
      expect((overRuns?.observed ?? 0) - expected).toBeCloseTo(overRuns?.effect ?? Number.NaN, 6);
    }
    expect(notes.join(' ')).not.toContain('does not take out');
    const alone = documentOf(await spectroscope(folder, [...words, 'runs', 'sex.spectra']));
    expect((alone['notes'] as string[]).join(' ')).toContain('does not take out');
    expect((alone['rows'] as TestRow[]).every(({ expected }) => expected === 0)).toBe(true);
  });

  it('refuses a session without Grams, unlike sessions and unknown names, in words', async () => {
    const refusal = async (words: readonly string[]): Promise<{ code: string; message: string }> =>
      errorOf(await spectroscope(folder, ['test', ...words, '--json']));
    expect(await refusal(['bare.spectra'])).toMatchObject({ code: 'no-grams' });
    expect(await refusal(['sex.spectra', 'diagnosis.spectra'])).toMatchObject({ code: 'sessions-differ' });
    expect(await refusal(['sex.spectra', '--groups', 'f,nobody'])).toMatchObject({ code: 'unknown-group' });
    expect(await refusal(['sex.spectra', '--strata', 'shoe'])).toMatchObject({ code: 'unknown-column' });
    expect(await refusal(['sex.spectra', '--statistic', 'size'])).toMatchObject({ kind: 'usage' });
  });
});

describe('calibrate', () => {
  it('trains on random groups and on planted ones, and says how often they were found', async () => {
    const words = [
      'calibrate',
      'cohort.csv',
      '--group',
      'diagnosis',
      '--set',
      'hidden=4',
      '--epochs',
      '2',
      '--batch',
      '8',
    ];
    const counts = ['--runs', '2', '--permutations', '19', '--effects', '1', '--keep', 'sex.spectra', '--json'];
    const outcome = await spectroscope(folder, [...words, ...counts]);
    expect(outcome).toMatchObject({ code: 0 });
    expect(documentOf(outcome)).toMatchObject({
      nominal: 0.05,
      runs: 2,
      earlySigns: { level: 0.05, runs: 2 },
      power: [{ effect: 1, any: { runs: 2 }, earlySigns: { runs: 2 } }],
    });
    const { falsePositives, interval, tests } = documentOf(outcome) as {
      falsePositives: number;
      interval: [number, number];
      tests: { method: string }[];
    };
    expect(falsePositives).toBeGreaterThanOrEqual(interval[0]);
    expect(falsePositives).toBeLessThanOrEqual(interval[1]);
    expect(new Set(tests.map(({ method }) => method)).has('max-statistic')).toBe(true);
    const told = await spectroscope(folder, ['report', 'sex.spectra', '--out', 'kept.html', '--json']);
    const kept = documentOf(told)['calibration'];
    const { nominal, runs, permutations, subjects, any, power } = documentOf(outcome);
    expect(kept).toMatchObject({ nominal, runs, permutations, subjects, any });
    expect(kept).toHaveProperty('power.0.any', (power as { any: unknown }[])[0]?.any);
    expect(readFileSync(join(folder, 'kept.html'), 'utf8')).toContain('(spectroscope calibrate --keep)');
  });

  it('finds out before it trains whether the session can keep the result', async () => {
    const outcome = await spectroscope(folder, ['calibrate', 'cohort.csv', '--keep', 'nowhere.spectra', '--json']);
    expect(outcome.code).toBe(1);
    expect(errorOf(outcome)).toMatchObject({ kind: 'input' });
  });
});
