/** Checks that an import makes of scans, with what was found and what was expected. */
import { mkdtempSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Problem, Study } from '#app/study/study.ts';
import { LookCache } from '../../../main/engine/read/look-cache.ts';
import { importPaths, importTree, makeTree } from './tree.ts';
import { smallScan } from './write-nifti.ts';

function ofCode(study: Study, code: string): Problem[] {
  return study.problems.filter((problem) => problem.code === code);
}
function cohort(scans: number, change: (bytes: Buffer, index: number) => void = () => undefined) {
  return Object.fromEntries(
    Array.from({ length: scans }, (_, index) => {
      const bytes = smallScan(index + 1, 6);
      change(bytes, index);
      return [`sub-${String(index + 1).padStart(2, '0')}.nii.gz`, gzipSync(bytes)];
    }),
  );
}

describe('headers and names that tell who somebody is', () => {
  it('are named by their field, and what they hold is not repeated', async () => {
    const study = await importTree(
      cohort(4, (bytes, index) => {
        if (index === 0) bytes.write('DOE^JOHN', 14, 'latin1');
        if (index === 1) bytes.write('scanned 04.03.2019', 148, 'latin1');
        // dcm2niix writes times of day, which tell little.
        if (index === 2) bytes.write('TE=2.9;Time=20190304.5;phase=1'.replace('20190304', '101112'), 148, 'latin1');
      }),
    );
    expect(ofCode(study, 'header-identifies')).toMatchObject([
      { severity: 'warning', subject: 'sub-01', field: 'db_name', found: 'the name of a person' },
      { severity: 'warning', subject: 'sub-02', field: 'descrip', found: 'a date' },
    ]);
    expect(JSON.stringify(study)).not.toMatch(/DOE|04\.03\.2019/);
    expect(ofCode(study, 'name-identifies')).toEqual([]);
  });

  it('are found where a converter put the DICOM header of the images behind that of the scan', async () => {
    const plain = smallScan(1);
    const extension = Buffer.alloc(16);
    extension.writeInt32LE(16, 0);
    extension.writeInt32LE(2, 4);
    plain[348] = 1;
    plain.writeFloatLE(352 + 16, 108);
    const bytes = Buffer.concat([plain.subarray(0, 352), extension, plain.subarray(352)]);
    const study = await importTree({ 'a.nii': bytes, 'b.nii': smallScan(2) });
    expect(ofCode(study, 'header-identifies')).toMatchObject([{ subject: 'a', field: 'extension' }]);
  });

  it('are named once where the names of files hold dates, which the study keeps', async () => {
    const study = await importTree({
      'p1_20190304_T1.nii': smallScan(1),
      'p2_2019-04-05_T1.nii': smallScan(2),
      'p3_20191399_T1.nii': smallScan(3),
    });
    expect(ofCode(study, 'name-identifies')).toMatchObject([
      { severity: 'warning', found: 'a date', message: expect.stringContaining('2 subjects have a date') as string },
    ]);
  });
});

describe('scans against their cohort', () => {
  it('keeps what the values are like, and has nothing to say of a sound cohort', async () => {
    const study = await importTree(cohort(10));
    expect(study.subjects[0]?.scan?.statistics).toMatchObject({
      minimum: 0,
      maximum: 249,
      zeros: expect.any(Number) as number,
    });
    expect(study.subjects[0]?.scan?.affine).toHaveLength(16);
    expect(study.problems.filter(({ severity }) => severity !== 'note')).toEqual([]);
  });

  it('names the scan whose values are unlike the others, with its value and what is usual', async () => {
    const study = await importTree(
      cohort(10, (bytes, index) => {
        for (let at = 352; at < bytes.length; at += 4) {
          if (index === 4) bytes.writeFloatLE(bytes.readFloatLE(at) * 1000, at);
        }
      }),
    );
    expect(ofCode(study, 'scan-outlier')).toMatchObject([
      {
        ...{ severity: 'warning', subject: 'sub-05', file: 'sub-05.nii.gz', field: 'mean' },
        found: expect.stringMatching(/robust z \d/) as string,
        expected: expect.stringMatching(/median 12\d/) as string,
      },
    ]);
  });

  it('shows both affines of a scan that lies elsewhere than most', async () => {
    const study = await importTree(
      cohort(6, (bytes, index) => {
        if (index === 2) bytes.writeFloatLE(17, 280 + 12);
      }),
    );
    expect(ofCode(study, 'scan-affine-differs')).toMatchObject([
      {
        ...{ subject: 'sub-03', field: 'affine', severity: 'warning' },
        found: '[2 0 0 17; 0 2 0 -3; 0 0 2 -3]',
        expected: '[2 0 0 -3; 0 2 0 -3; 0 0 2 -3], as most have',
        message: expect.stringContaining('up to 20 mm elsewhere') as string,
      },
    ]);
  });

  it('says nothing of affines where each scan has its own', async () => {
    const study = await importTree(cohort(6, (bytes, index) => void bytes.writeFloatLE(5 * index, 280 + 12)));
    expect(ofCode(study, 'scan-affine-differs')).toEqual([]);
  });

  it('finds the same scan under two names, and a scan on another grid', async () => {
    const files = cohort(5);
    const study = await importTree({
      ...files,
      'copy.nii.gz': files['sub-02.nii.gz'] ?? '',
      'other.nii': smallScan(99, 5),
    });
    expect(ofCode(study, 'scan-twice')).toMatchObject([{ found: expect.stringContaining('sub-02.nii.gz') as string }]);
    expect(ofCode(study, 'scan-grid-differs')).toMatchObject([
      { found: '5 x 5 x 5 voxels of 2 x 2 x 2 mm', expected: '6 x 6 x 6 voxels of 2 x 2 x 2 mm, as most have' },
    ]);
  });

  it('says so where no two scans have one grid, and calls none of them unlike most', async () => {
    const files = { 'a.nii': smallScan(1, 5), 'b.nii': smallScan(2, 6), 'c.nii': smallScan(3, 7) };
    expect(ofCode(await importTree(files), 'scan-grid-differs')).toMatchObject([
      {
        subject: null,
        message: expect.stringMatching(
          /^No two of the 3 scans have the same grid \(for example 5 x 5 x 5 voxels of 2 x 2 x 2 mm, 6 x 6 x 6/,
        ) as string,
      },
    ]);
  });

  it('calls a broken link of git-annex not downloaded, and a scan of another program by its name', async () => {
    const root = makeTree(cohort(3));
    symlinkSync('.git/annex/objects/a/b/SHA256E-s9--c.nii.gz/SHA256E-s9--c.nii.gz', join(root, 'sub-04.nii.gz'));
    writeFileSync(join(root, 'sub-05.nii'), 'NRRD0004\ntype: short\n'.repeat(40));
    const study = await importPaths([root]);
    expect(ofCode(study, 'file-not-downloaded')).toMatchObject([{ subject: 'sub-04', severity: 'error' }]);
    expect(ofCode(study, 'not-nifti')).toMatchObject([{ subject: 'sub-05', found: 'an NRRD file' }]);
    expect(study.subjects.filter(({ excluded }) => excluded === null)).toHaveLength(3);
  });

  it('has what was found and what was expected in every problem of a scan', async () => {
    const study = await importTree({
      ...cohort(4),
      'empty.nii': '',
      'cut.nii.gz': gzipSync(smallScan(7)).subarray(0, 150),
      'constant.nii': smallScan(1).fill(0, 352),
    });
    const ofScans = study.problems.filter(({ file, severity }) => file !== null && severity !== 'note');
    expect(ofScans.length).toBeGreaterThanOrEqual(4);
    for (const { found, expected } of ofScans) expect([found ?? '', expected ?? '']).not.toContain('');
  });
});

describe('one look per file', () => {
  const folder = () => mkdtempSync(join(tmpdir(), 'looks-'));

  it('is the same from the cache, problems and refusals included', async () => {
    const cache = folder();
    const root = makeTree({
      ...cohort(9),
      'constant.nii': smallScan(1).fill(0, 352),
      'cut.nii.gz': gzipSync(smallScan(7)).subarray(0, 150),
    });
    const first = await importPaths([root], { cache });
    const second = await importPaths([root], { cache });
    expect({ ...second, id: '' }).toEqual({ ...first, id: '' });
    const looks = new LookCache(cache);
    for (const { scan } of second.subjects) {
      if (scan === null) continue;
      expect(looks.thumbnail(scan.sha256)?.axial.pixels.length).toBeGreaterThan(0);
    }
    looks.close();
  });

  it('is taken from the cache by content: what was kept comes back, and a changed file is looked at anew', async () => {
    const cache = folder();
    const root = makeTree({ 'sub-01.nii': smallScan(1), 'sub-02.nii': smallScan(2) });
    const [kept] = (await importPaths([root], { cache })).subjects;
    const looks = new LookCache(cache);
    const key = `${kept?.scan?.sha256 ?? ''}  sub-01.nii`;
    const result = looks.result(key);
    if (result === null || 'refused' in result) throw new Error('The first look was not kept.');
    looks.keepResult(key, { ...result, statistics: { ...result.statistics, maximum: 4711 } });
    looks.close();
    expect((await importPaths([root], { cache })).subjects[0]?.scan?.statistics?.maximum).toBe(4711);
    writeFileSync(join(root, 'sub-01.nii'), smallScan(3));
    expect((await importPaths([root], { cache })).subjects[0]?.scan?.statistics?.maximum).toBe(249);
  });

  it('goes on without a cache that is damaged or cannot be written', async () => {
    const cache = folder();
    const root = makeTree({ 'sub-01.nii': smallScan(1), 'sub-02.nii': smallScan(2) });
    await importPaths([root], { cache });
    for (const name of readdirSync(cache)) writeFileSync(join(cache, name), 'no database at all '.repeat(500));
    expect((await importPaths([root], { cache })).subjects).toHaveLength(2);
    expect((await importPaths([root], { cache: join(root, 'sub-01.nii', 'below-a-file') })).subjects).toHaveLength(2);
  });
});
