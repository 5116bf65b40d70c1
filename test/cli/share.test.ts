/** Copies to share, as a person asks for them. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { documentOf, errorOf, folderOf, smallTable, spectroscope } from './command.ts';

/** Ids that are found again. */
const table = smallTable().replaceAll(/^s(\d+),/gm, 'KLINIK-$1x,');
const folder = folderOf({ 'cohort.csv': table });

describe('share', () => {
  beforeAll(async () => {
    const network = ['--set', 'hidden=6', '--epochs', '4', '--batch', '8', '--folds', '2', '--keep-grams'];
    const words = ['cohort.csv', '--group', 'sex', '--target', 'diagnosis', ...network, '--out', 'a.spectra'];
    const trained = await spectroscope(folder, ['train', ...words]);
    expect(trained.code, trained.stderr).toBe(0);
  });

  it('tells what a copy would hold and writes nothing', async () => {
    const outcome = await spectroscope(folder, ['share', 'a.spectra', '--preview', '--out', 'no.spectra']);
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(outcome.stdout).toMatch(
      /would contain:[^]*Subjects +24 that took part[^]*leave out:[^]*Identifiers +24 ids/,
    );
    expect(existsSync(join(folder, 'no.spectra'))).toBe(false);
  });

  it('writes a copy that opens, is tested and exported as the original is, and names nobody', async () => {
    const outcome = await spectroscope(folder, [
      'share',
      'a.spectra',
      '--keep',
      'diagnosis',
      '--json',
      '--out',
      'c.spectra',
    ]);
    expect(outcome.code, outcome.stderr).toBe(0);
    const bytes = readFileSync(join(folder, 'c.spectra'));
    expect(documentOf(outcome)).toMatchObject({ bytes: bytes.length, columns: ['diagnosis'] });
    expect(bytes.includes('KLINIK')).toBe(false);

    const told = async (words: readonly string[]): Promise<Record<string, unknown>[]> =>
      await Promise.all(
        ['a.spectra', 'c.spectra'].map(async (file) => {
          const [command = '', ...rest] = words;
          const told = await spectroscope(folder, [command, file, ...rest, '--json']);
          expect(told.code, told.stderr).toBe(0);
          return documentOf(told);
        }),
      );
    const [original, copy] = await told(['inspect']);
    expect(copy!['layers']).toEqual(original!['layers']);
    expect(copy!['folds']).toEqual(original!['folds']);
    const tests = await told(['test', '--permutations', '19', '--statistic', 'energy', '--method', 'permutation']);
    const observed = tests.map(({ rows }) => (rows as { observed: number }[]).map((row) => row.observed));
    expect(observed[1]).toEqual(observed[0]);
    const [spectra] = await Promise.all(
      ['a', 'c'].map(async (name) => {
        const words = ['export', `${name}.spectra`, '--out', `${name}.csv`];
        expect((await spectroscope(folder, words)).code).toBe(0);
        return readFileSync(join(folder, `${name}.csv`), 'utf8');
      }),
    );
    expect(readFileSync(join(folder, 'c.csv'), 'utf8')).toBe(spectra);
  }, 120_000);

  it('asks for a place, and refuses the session itself and columns that name people', async () => {
    const refusal = async (words: readonly string[]): Promise<{ kind: string; code: string }> =>
      errorOf(await spectroscope(folder, ['share', 'a.spectra', '--json', ...words]));
    expect(await refusal([])).toMatchObject({ kind: 'usage', code: 'no-out' });
    expect(await refusal(['--out', 'a.spectra'])).toMatchObject({ code: 'export-exists' });
    expect(await refusal(['--out', 'd.spectra', '--keep', 'subject'])).toMatchObject({ code: 'identifying-column' });
    expect(existsSync(join(folder, 'd.spectra'))).toBe(false);
  });
});
