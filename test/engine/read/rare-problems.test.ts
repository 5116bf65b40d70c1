/** Problems that a small folder of good files never has: sizes, links and pixels that cannot be. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { applyEdit } from '#app/study/edit.ts';
import { listFiles } from '../../../main/engine/read/find-files.ts';
import { storageFor } from '../../../main/engine/read/scan-sink.ts';
import { readWhole } from '../../../main/engine/read/read-file.ts';
import { readArrays } from '../../../main/engine/read/series/read-arrays.ts';
import { importPaths, makeTree } from './tree.ts';

const work = mkdtempSync(join(tmpdir(), 'rare-problems-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('files and folders', () => {
  it('folder-too-large: names the folder and how many files there may be', async () => {
    const root = makeTree({ 'a.txt': 'a', 'b/c.txt': 'c', 'b/d.txt': 'd' });
    const { signal } = new AbortController();
    expect(await listFiles(root, [], signal, 3)).toHaveLength(3);
    await expect(listFiles(root, [], signal, 2)).rejects.toMatchObject({
      code: 'folder-too-large',
      message: expect.stringMatching(/holds more than 2 files/) as string,
    });
  });

  it('array-file-too-large: is refused by its size, unread', async () => {
    const path = join(work, 'huge.npy');
    writeFileSync(path, 'x');
    // A hole: it takes no room on the disk.
    truncateSync(path, 2 ** 31 + 1);
    const before = process.memoryUsage().rss;
    await expect(readArrays(path)).rejects.toMatchObject({ code: 'array-file-too-large', file: 'huge.npy' });
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  it('scans-too-large: more scans than this computer has memory for, where they must be in memory', () => {
    const shape = [1000, 1000, 1000] as const;
    expect(() => storageFor('memory', 1e6, [...shape], true)).toThrow(
      expect.objectContaining({ code: 'scans-too-large', field: 'preparation.targetSpacingMm' }) as Error,
    );
    expect(storageFor('auto', 1e6, [...shape], true)).toBe('disk');
  });

  it('file-not-readable: with what the system says, of a path that leads through a file', async () => {
    const path = join(work, 'notes.txt');
    writeFileSync(path, 'a file');
    await expect(readWhole(join(path, 's1.nii'))).rejects.toMatchObject({
      code: 'file-not-readable',
      file: 's1.nii',
      message: expect.stringMatching(/^s1\.nii: the file could not be read \(ENOTDIR/) as string,
    });
  });

  it('dicom-not-converted: pixels of a compressed image that are damaged', async () => {
    const bytes = readFileSync(join(import.meta.dirname, '../../fixtures/dicom/MR_small_jp2klossless.dcm'));
    // The main header of the JPEG 2000 stream.
    const at = bytes.indexOf(Buffer.from([0xff, 0x4f, 0xff, 0x51]));
    expect(at).toBeGreaterThan(0);
    bytes.fill(0, at + 4, at + 60);
    const { problems } = await importPaths([makeTree({ 'a/MR_small.dcm': bytes })], { cache: join(work, 'dicom') });
    expect(problems.map(({ code }) => code)).toContain('dicom-not-converted');
  }, 60_000);
});

describe('features that give the label away', () => {
  const rows = Array.from({ length: 24 }, (_, at) => ({
    id: `s${at + 1}`,
    group: 'ab'[at % 2] ?? '',
    x: (at * 37) % 23,
  }));
  const codesOf = async (header: string, line: (row: (typeof rows)[number], at: number) => string) => {
    const root = makeTree({ 'subjects.csv': [header, ...rows.map(line)].join('\n') });
    const study = await importPaths([join(root, 'subjects.csv')]);
    return { study, codes: study.problems.map(({ code, field }) => [code, field]) };
  };

  it('feature-missing-tells-class', async () => {
    const { codes } = await codesOf('subject,group,x,y', ({ id, group, x }, at) =>
      [id, group, x, group === 'a' ? '' : (at * 7) % 11].join(','),
    );
    expect(codes).toContainEqual(['feature-missing-tells-class', 'y']);
  });

  it('feature-names-subject, once a column that repeats the ids is made a feature', async () => {
    const { study, codes } = await codesOf('subject,group,x,number', ({ id, group, x }, at) =>
      [id, group, x, at + 1].join(','),
    );
    // The import makes it none.
    expect(study.columns.find(({ name }) => name === 'number')?.role).not.toBe('feature');
    expect(codes).toEqual([]);
    const edited = applyEdit(study, { kind: 'features', columns: ['number'], included: true });
    expect(edited.problems.map(({ code, field }) => [code, field])).toEqual([['feature-names-subject', 'number']]);
    const undone = applyEdit(edited, { kind: 'features', columns: ['number'], included: false });
    expect(undone.problems).toEqual([]);
  });
});
