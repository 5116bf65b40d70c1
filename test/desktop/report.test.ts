/** The report of a session from the window: as a page and as PDF, with the tests that are asked for. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallTable } from '../cli/command.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

const root = resolve(import.meta.dirname, '..', '..');

describe('a report', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-report-'));
    writeFileSync(join(work, 'cohort.csv'), smallTable());
    const words = ['--group', 'diagnosis', '--target', 'sex', '--set', 'hidden=4', '--epochs', '2', '--batch', '8'];
    const trained = spawnSync(
      process.execPath,
      [
        ...[join(root, 'main', 'cli', 'spectroscope.ts'), 'train', join(work, 'cohort.csv'), ...words],
        ...['--folds', '2', '--keep-grams', '--out', join(work, 'small.spectra')],
      ],
      { cwd: root, encoding: 'utf8' },
    );
    if (trained.status !== 0) throw new Error(trained.stderr);
    const library = join(work, 'library');
    mkdirSync(join(library, 'sessions'), { recursive: true });
    cpSync(join(work, 'small.spectra'), join(library, 'sessions', 'small.spectra'));
    app = await launchApp({ library, size: { width: 1280, height: 800 } });
    await button(app.page, 'Sessions');
    await app.page
      .getByRole('row')
      .filter({ hasText: 'Multilayer perceptron' })
      .getByRole('button')
      .first()
      .click(patience);
    await app.page.getByText('At the cursor').first().waitFor(patience);
  }, 120_000);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('is saved as a page, with the tests that were asked for', async () => {
    const { page, electron } = app;
    await button(page, 'Report…');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/999 permutations of the labels/).waitFor(patience);
    await dialog.getByLabel('Test now whether the groups differ').check(patience);
    const file = join(work, 'report.html');
    await answerDialogs(electron, [file]);
    await dialog.getByRole('button', { name: 'Save as web page…' }).click(patience);
    await until(page, (text) => text.includes('Report saved to report.html'), 120_000);
    const html = readFileSync(file, 'utf8');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).toMatch(/Tests by mean over all steps/);
  }, 180_000);

  it('is printed as PDF on A4', async () => {
    const { page, electron } = app;
    await button(page, 'Report…');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'PDF, A4' }).click(patience);
    const file = join(work, 'report.pdf');
    await answerDialogs(electron, [file]);
    await dialog.getByRole('button', { name: 'Save as PDF…' }).click(patience);
    await until(page, (text) => text.includes('Report saved to report.pdf'), 120_000);
    expect(existsSync(file)).toBe(true);
    const pdf = readFileSync(file, 'latin1');
    expect(pdf.startsWith('%PDF-')).toBe(true);
    // A4 in points, rounded as Chromium does.
    const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
    expect(boxes.length).toBeGreaterThan(5);
    for (const [, width, height] of boxes) {
      expect(Number(width)).toBeCloseTo(595, -1);
      expect(Number(height)).toBeCloseTo(842, -1);
    }
    expect(await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
    expect(app.errors).toEqual([]);
  }, 180_000);
});
