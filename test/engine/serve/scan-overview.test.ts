import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scanOutlierSchema, scanThumbnailSchema } from '#app/contract/scans.ts';
import type { Study } from '#app/study/study.ts';
import { overviewHandlers } from '../../../main/engine/serve/scan-overview.ts';
import { importPaths, makeTree, quietCall } from '../read/tree.ts';
import { smallScan } from '../read/write-nifti.ts';

let study: Study;
const cache = mkdtempSync(join(tmpdir(), 'overview-'));
afterAll(() => rmSync(cache, { recursive: true, force: true }));

beforeAll(async () => {
  const files = Object.fromEntries(
    Array.from({ length: 10 }, (_, index) => {
      const bytes = smallScan(index + 1, 6);
      for (let at = 352; at < bytes.length; at += 4) {
        if (index === 6) bytes.writeFloatLE(bytes.readFloatLE(at) * 50, at);
      }
      return [`sub-${String(index + 1).padStart(2, '0')}.nii`, bytes];
    }),
  );
  // By headers alone, as samples are: nothing is known of the values yet.
  study = await importPaths([makeTree(files)], { check: 'header' });
});
const handlers = () => overviewHandlers(() => ({ study, root: study.root }), cache);

describe('outliers', () => {
  test('the scan that is unlike the others comes first, with the reason; what is read is told', async () => {
    const told: number[] = [];
    const call = { ...quietCall(), progress: (_title: string, done: number) => void told.push(done) };
    const ranked = await handlers()['scan.outliers']({}, call);
    expect(v.parse(v.array(scanOutlierSchema), ranked)).toHaveLength(10);
    expect(ranked[0]?.subject).toBe('sub-07');
    expect(ranked[0]?.outlierness).toBeGreaterThan(20);
    expect(ranked[0]?.reason).toMatch(/robust z \d/);
    expect(ranked[1]?.outlierness).toBeLessThan(5);
    expect(told).toHaveLength(10);
  });

  test('what cannot be read any more is last, with the reason', async () => {
    const [first] = study.subjects;
    if (first === undefined || first.scan === null) throw new Error('The study has no scan.');
    const gone = { ...first, id: 'gone', scan: { ...first.scan, path: 'gone.nii' } };
    const broken = { ...study, subjects: [gone, ...study.subjects] };
    const ranked = await overviewHandlers(() => ({ study: broken, root: study.root }), cache)['scan.outliers'](
      {},
      quietCall(),
    );
    expect(ranked.find(({ subject }) => subject === 'gone')).toMatchObject({
      outlierness: 0,
      reason: expect.stringContaining('gone.nii: the file is not there') as string,
    });
  });
});

describe('thumbnails', () => {
  test('are drawn in the order that is asked for, and say what cannot be drawn', async () => {
    const drawn = await handlers()['scan.thumbnails']({ subjects: ['sub-03', 'nobody', 'sub-01'] }, quietCall());
    expect(v.parse(v.array(scanThumbnailSchema), drawn).map(({ subject }) => subject)).toEqual([
      'sub-03',
      'nobody',
      'sub-01',
    ]);
    expect(drawn[0]?.thumbnail?.axial).toMatchObject({ width: 64, height: 64 });
    expect(drawn[0]).toMatchObject({ problem: null, sided: true });
    expect(drawn[1]).toMatchObject({ thumbnail: null, problem: 'nobody: has no scan.' });
  });

  test('are made once: afterwards the file is not needed', async () => {
    const [before] = await handlers()['scan.thumbnails']({ subjects: ['sub-02'] }, quietCall());
    writeFileSync(join(study.root, 'sub-02.nii'), 'gone');
    const [after] = await handlers()['scan.thumbnails']({ subjects: ['sub-02'] }, quietCall());
    expect(after).toEqual(before);
  });

  test('without a study there are none', async () => {
    const closed = overviewHandlers(() => null, cache);
    await expect(closed['scan.thumbnails']({ subjects: [] }, quietCall())).rejects.toMatchObject({ code: 'no-study' });
  });
});
