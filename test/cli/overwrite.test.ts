/** Files that a session is to take the place of, through the launcher. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { childrenOf, documentOf, errorOf, folderOf, isTraining, smallTable, spectroscope } from './command.ts';

const folder = folderOf({ 'cohort.csv': smallTable() });
const short = ['cohort.csv', '--group', 'diagnosis', '--epochs', '2', '--batch', '6', '--folds', '2', '--json'];
const contentOf = (name: string): string => readFileSync(join(folder, name), 'base64');

async function expectRefused(words: readonly string[], code: string): Promise<void> {
  const outcome = await spectroscope(folder, words);
  expect(outcome.code, outcome.stderr).toBe(1);
  expect(errorOf(outcome)).toMatchObject({ code });
}

describe('--overwrite', () => {
  beforeAll(async () => {
    expect((await spectroscope(folder, ['train', ...short, '--keep-grams', '--out', 'kept.spectra'])).code).toBe(0);
  });

  it('does not cost the session when the new training is refused', async () => {
    const before = contentOf('kept.spectra');
    const tooLarge = ['--keep-grams', '--gram-megabytes', '0.001', '--overwrite', '--out', 'kept.spectra'];
    await expectRefused(['train', ...short, ...tooLarge], 'grams-too-large');
    const none = ['--impute', 'mean', '--covariates', 'sex,nothing', '--overwrite', '--out', 'kept.spectra'];
    expect((await spectroscope(folder, ['train', ...short, ...none])).code).toBe(1);
    expect(contentOf('kept.spectra')).toBe(before);
  });

  it('takes no file that is not a session', async () => {
    const before = contentOf('cohort.csv');
    await expectRefused(['train', ...short, '--overwrite', '--out', 'cohort.csv'], 'not-a-session');
    const words = ['regroup', 'kept.spectra', '--by', 'sex', '--json', '--overwrite', '--out', 'cohort.csv'];
    await expectRefused(words, 'not-a-session');
    expect(contentOf('cohort.csv')).toBe(before);
  });

  it('does not cost the session that is regrouped', async () => {
    const before = contentOf('kept.spectra');
    const words = ['regroup', 'kept.spectra', '--by', 'sex', '--json', '--overwrite', '--out', './kept.spectra'];
    const outcome = await spectroscope(folder, words);
    expect(errorOf(outcome)).toMatchObject({ code: 'session-exists' });
    expect(errorOf(outcome).message).toContain('is the session that is regrouped');
    expect(contentOf('kept.spectra')).toBe(before);
  });

  it('takes no session that is being written, and takes one whose writer died, with its log', async () => {
    const long = ['train', ...short, '--epochs', '100000', '--out', 'long.spectra'];
    const regroup = ['regroup', 'kept.spectra', '--by', 'sex', '--json', '--overwrite', '--out', 'long.spectra'];
    const outcome = await spectroscope(folder, long, async (child) => {
      await isTraining(join(folder, 'long.spectra'));
      await expectRefused(['train', ...short, '--overwrite', '--out', 'long.spectra'], 'session-running');
      await expectRefused(regroup, 'session-running');
      for (const pid of childrenOf(child)) process.kill(pid, 'SIGKILL');
    });
    expect(outcome.code).toBe(3);
    expect(existsSync(join(folder, 'long.spectra-wal'))).toBe(true);
    expect((await spectroscope(folder, regroup)).code).toBe(0);
    expect(documentOf(await spectroscope(folder, ['inspect', 'long.spectra', '--json']))).toMatchObject({
      status: 'finished',
      study: { groups: [{ name: 'M' }, { name: 'F' }] },
    });
    expect(readdirSync(folder).filter((name) => name.startsWith('long.'))).toEqual(['long.spectra']);
  }, 120_000);
});
