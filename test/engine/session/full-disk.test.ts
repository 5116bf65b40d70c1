import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { float64Of } from '../../../main/engine/session/blob.ts';
import { SessionReader } from '../../../main/engine/session/reader.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import type { StepRecord } from '../../../main/engine/session/types.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';

const disk = mkdtempSync(join(tmpdir(), 'spectroscope-disk-'));
const elsewhere = mkdtempSync(join(tmpdir(), 'spectroscope-copy-'));

/** A disk of 4 MB: a small tmpfs, which only root may mount. */
function mountSmallDisk(): boolean {
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk], { stdio: 'pipe' });
    return true;
  } catch (error) {
    console.warn(`The test of a full disk is skipped: a tmpfs cannot be mounted here (${String(error)}).`);
    return false;
  }
}
const mounted = mountSmallDisk();
const reader = new SessionReader();
afterAll(async () => {
  await reader.close();
  if (mounted) execFileSync('/bin/umount', ['-l', disk]);
  rmSync(disk, { recursive: true, force: true });
  rmSync(elsewhere, { recursive: true, force: true });
});

test.runIf(mounted)('a full disk stops the writer with a sentence, and what was stored opens', async () => {
  const header = exampleHeader();
  const kept = Float64Array.from({ length: 78 }, (_, i) => Math.sqrt(i));
  const record = (step: number): StepRecord => ({
    ...exampleStep(header, 0, step),
    grams: step % 2 === 0 ? [kept, null] : [],
  });
  const file = join(disk, 'full.spectra');
  const writer = createSession({ file }, header);
  let stored = 0;
  const fill = (): void => {
    for (; stored < 100_000; stored++) writer.step(record(stored));
  };
  expect(fill).toThrow(
    expect.objectContaining({
      kind: 'input',
      code: 'disk-full',
      message: expect.stringMatching(/disk is full: full\.spectra/) as string,
    }),
  );
  expect(stored).toBeGreaterThan(50);
  // Later steps do not slip in after the one that failed.
  expect(() => writer.step(record(stored + 1))).toThrow(/disk is full/);
  try {
    writer.close('failed');
  } catch (error) {
    expect(error).toMatchObject({ code: 'disk-full' });
  }

  for (const suffix of ['', '-wal']) {
    if (existsSync(file + suffix)) copyFileSync(file + suffix, join(elsewhere, `full.spectra${suffix}`));
  }
  for (const place of [file, join(elsewhere, 'full.spectra')]) {
    const known = { session: 'full', file: place, written: false };
    const view = await reader.ask('view', known, null);
    expect(view.sessionRuns[0]!.steps).toBe(stored);
    expect(['failed', 'interrupted']).toContain(view.status);
    const range = { session: 'full', run: 0, from: 0, to: stored, columns: 4096 };
    const { last, mean } = await reader.ask('scalars', known, range);
    expect(last.at(-1)).toBe(stored - 1);
    expect(mean[0]).toBe(exampleStep(header, 0, 0).scalars[0]);
    await reader.ask('close', known, null);
    // A step is stored with its Grams or not at all, so that what is there can be regrouped.
    const store = new SessionStore(place);
    const grams = store.statement('SELECT step, grams FROM gram ORDER BY step').all();
    store.close();
    expect(grams.map(({ step }) => Number(step))).toEqual(
      Array.from({ length: Math.ceil(stored / 2) }, (_, i) => 2 * i),
    );
    for (const row of grams) expect(float64Of(row['grams'])).toEqual(kept);
  }
});

test.runIf(mounted)('of a file that is written aside a full disk keeps nothing, and its final name is told', () => {
  expect(() => writeFileSync(join(disk, 'filler'), Buffer.alloc(8e6))).toThrow(/ENOSPC/);
  expect(() => createSession({ file: join(disk, 'aside.spectra.partial') }, exampleHeader())).toThrow(
    /^The disk is full: aside\.spectra could not grow, and nothing of it is kept\./,
  );
  expect(existsSync(join(disk, 'aside.spectra.partial'))).toBe(false);
});
