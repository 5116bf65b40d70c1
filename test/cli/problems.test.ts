/** What is wrong with the data, as a table: written at import, and told of a study file later. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { smallScan } from '../engine/read/write-nifti.ts';
import { documentOf, errorOf, folderOf, spectroscope } from './command.ts';

const scans = Object.fromEntries([1, 2, 3].map((seed) => [`scans/sub-0${seed}.nii`, smallScan(seed)]));

describe('problems', () => {
  const folder = folderOf({ ...scans, 'scans/sub-04.nii': smallScan(4).subarray(0, 400), 'scans/sub-05.nii': '' });

  it('are written as TSV or CSV while a study is imported, and read back from its file', async () => {
    const imported = await spectroscope(folder, [
      ...['import', 'scans', '--problems', 'problems.csv', '--out', 'study.json', '--json'],
    ]);
    expect(imported.code).toBe(0);
    const lines = readFileSync(join(folder, 'problems.csv'), 'utf8').trim().split('\n');
    expect(lines[0]).toBe('severity,code,subject,file,field,found,expected,message');
    expect(
      lines.filter((line) => line.startsWith('error,nifti-truncated,sub-04,sub-04.nii,,48 bytes,256 bytes')),
    ).toHaveLength(1);
    expect(lines.filter((line) => line.startsWith('error,file-empty,sub-05,'))).toHaveLength(1);

    const told = await spectroscope(folder, ['inspect', 'study.json', '--problems']);
    expect(told.code).toBe(0);
    expect(told.stdout).toContain('error\tnifti-truncated\tsub-04\tsub-04.nii\t\t48 bytes\t256 bytes\t');
    const counted = await spectroscope(folder, ['inspect', 'study.json']);
    expect(counted.stdout).toContain('3 of 5 subjects can be used.');
    expect(counted.stdout).toContain('nifti-truncated: 1');
    const document = documentOf(await spectroscope(folder, ['inspect', 'study.json', '--json', '--problems', 'p.tsv']));
    expect(document['problems']).toEqual(documentOf(imported)['problems']);
    expect(readFileSync(join(folder, 'p.tsv'), 'utf8')).toContain('file-empty');
  });

  it('are of a study, not of a session', async () => {
    const outcome = await spectroscope(folder, ['inspect', 'a.spectra', '--problems', '--json']);
    expect(outcome.code).toBe(2);
    expect(errorOf(outcome).code).toBe('not-a-study');
  });
});
