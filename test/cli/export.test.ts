/** Exports as a person asks for them. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { writeExportedSession } from '../fixtures/export/exported-session.ts';
import { documentOf, errorOf, folderOf, spectroscope } from './command.ts';

const folder = folderOf();
beforeAll(() => writeExportedSession(join(folder, 'a.spectra'), 40));

const given = ['export', 'a.spectra', '--json'];

describe('export', () => {
  it.each([
    ['npz', 'a.npz', 'PK'],
    ['hdf5', 'a.h5', '\x89HDF'],
    ['parquet', 'a.parquet', 'PAR1'],
  ])('writes %s as one file that begins as such files do', async (format, out, start) => {
    const outcome = await spectroscope(folder, [...given, '--format', format, '--out', out]);
    expect(outcome.code, outcome.stderr).toBe(0);
    const what = format === 'parquet' ? 'spectra' : 'everything';
    expect(documentOf(outcome)).toMatchObject({ what, format, bytes: statSync(join(folder, out)).size });
    expect(readFileSync(join(folder, out)).toString('latin1', 0, start.length)).toBe(start);
  });

  it('writes TensorBoard’s event files, and every table, as folders of their own', async () => {
    const events = await spectroscope(folder, [...given, '--format', 'tensorboard', '--out', 'events']);
    expect(events.code, events.stderr).toBe(0);
    expect(readdirSync(join(folder, 'events')).toSorted()).toEqual(['run-0-fold-1', 'run-1-fold-2']);
    const tables = await spectroscope(folder, [...given, '--what', 'everything', '--out', 'tables']);
    const { parts } = documentOf(tables) as { parts: string[] };
    expect(readdirSync(join(folder, 'tables')).toSorted()).toEqual(parts.map((name) => `${name}.csv`).toSorted());
    expect(readFileSync(join(folder, 'tables', 'predictions.csv'), 'utf8')).toContain('sub-04');
  });

  it('leaves a folder alone that holds something, and says what TensorBoard cannot draw', async () => {
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'mine', 'thesis.txt'), 'mine');
    const taken = await spectroscope(folder, [...given, '--format', 'tensorboard', '--out', 'mine']);
    expect(taken.code).toBe(1);
    expect(errorOf(taken)).toMatchObject({ code: 'export-exists' });
    expect(errorOf(taken).message).toMatch(/^mine is there already/);
    expect(readFileSync(join(folder, 'mine', 'thesis.txt'), 'utf8')).toBe('mine');
    const onFolder = await spectroscope(folder, [...given, '--format', 'npz', '--out', 'mine']);
    expect(errorOf(onFolder).message).toMatch(/mine is a folder: name a file in it/);

    const words = [...given, '--format', 'tensorboard', '--what', 'study', '--out', 'none'];
    const undrawable = await spectroscope(folder, words);
    expect(errorOf(undrawable)).toMatchObject({ code: 'not-in-format' });
    expect(existsSync(join(folder, 'none'))).toBe(false);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});
