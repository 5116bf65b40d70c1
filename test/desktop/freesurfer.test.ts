/** Tables of FreeSurfer's measures and of the cohort, of real people, in the real window: joined, grouped, learnt by an MLP. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

const tables = resolve(import.meta.dirname, '..', 'fixtures', 'tables', 'enigma');

describe('tables of FreeSurfer measures', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-freesurfer-'));
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('are joined to the table of the cohort', async () => {
    const { page, electron } = app;
    const files = ['cov.csv', 'metr1_SubVol.csv', 'metr2_CortThick.csv'].map((name) => join(tables, name));
    await answerDialogs(electron, files);
    await button(page, 'Import data…');
    await page.getByRole('dialog').getByRole('button', { name: 'Table…' }).click(patience);
    await page.getByRole('region', { name: 'What would be imported' }).waitFor(patience);
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Import$/ })
      .click(patience);
    await page.getByRole('grid', { name: 'Subjects' }).waitFor(patience);
    await page
      .getByText(/20 subjects/)
      .first()
      .waitFor(patience);
  });

  it('train an MLP by diagnosis, with the spectra of each group', async () => {
    const { page } = app;
    await page.keyboard.press('Control+2');
    await page.getByText('Dx is 1').waitFor(patience);
    await page.keyboard.press('Control+3');
    await page
      .getByText(/dense_1/)
      .first()
      .waitFor(patience);
    for (const [field, value] of [
      ['Folds', '2'],
      ['Epochs', '3'],
    ] as const) {
      await page.getByLabel(field, { exact: true }).fill(value);
      await page.getByLabel(field, { exact: true }).press('Enter');
    }
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /finished/.test(text));
    await page.locator('figure[aria-label*="dense_1"]').first().waitFor(patience);
    expect(app.errors).toEqual([]);
  });
});
