/**
 * A real recording of regions in the real window, in windows of it as there is one person: the axis of time is put right,
 * and an LSTM and a Transformer learn early from late.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordingWindows, type WindowOptions } from '../fixtures/series/nitime/windows.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

describe('windows of a real recording', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-roi-'));
    write('named', { times: 16, longer: 2, as: 'given' });
    write('bare', { times: 25, longer: 0, as: 'turned' });
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  function write(folder: string, options: WindowOptions): void {
    for (const [name, text] of Object.entries(recordingWindows(options))) {
      const path = join(work, folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  }
  async function importFolder(folder: string): Promise<void> {
    await answerDialogs(app.electron, [join(work, folder)]);
    await button(app.page, 'Folder…');
    const proposal = app.page.getByRole('region', { name: 'What would be imported' });
    await proposal.getByText('10 of 10 files of series are used.').waitFor(patience);
    await button(app.page, /^Import$/);
  }

  it('with names of regions are read as they are, and unequal lengths are told', async () => {
    const { page } = app;
    await button(page, 'Import data…');
    await importFolder('named');
    await page.getByText(/10 series · 16 to 34 time points · 31 channels/).waitFor(patience);
    await page.getByRole('radio', { name: /^Channels 31/ }).click();
    await page.getByText('Columns are regions: they have names.').waitFor(patience);
    for (const name of ['WM', 'Vent', 'Brain']) await page.getByRole('checkbox', { name, exact: true }).uncheck();
    await page.getByText(/16 to 34 time points · 28 channels/).waitFor(patience);
    await page.getByRole('radio', { name: /^Problems/ }).click();
    await page
      .getByText(/from 16 to 34 time points/)
      .first()
      .waitFor(patience);
  });

  it('without names and with fewer times than regions are guessed wrong, told so, and turned', async () => {
    const { page } = app;
    await button(page, 'New study…');
    await importFolder('bare');
    await page.getByText(/10 series · 31 time points · 25 channels/).waitFor(patience);
    await page.getByRole('radio', { name: /^Problems/ }).click();
    await page
      .getByText(/Rows are taken to be times, being more than the columns/)
      .first()
      .waitFor(patience);
    await page.getByRole('radio', { name: /^Channels 25/ }).click();
    await page.getByLabel('Files', { exact: true }).selectOption({ label: 'Times in columns' });
    await page.getByText(/10 series · 25 time points · 31 channels/).waitFor(patience);
    await page.getByRole('radio', { name: 'Subject', exact: true }).click();
    const viewer = page.getByRole('application', { name: /^Series of 31 channels and 25 time points/ });
    await viewer.waitFor(patience);
    await viewer.focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    // The second line of the recording, the left caudate.
    await page.getByText('ROI 4, time point 2 of 25: −0.1206').waitFor(patience);
  });

  it('are divided into early and late ones by a column of the table', async () => {
    const { page } = app;
    await page.keyboard.press('Control+2');
    await page.getByRole('combobox', { name: 'Groups from a column' }).click(patience);
    await page.getByRole('option', { name: /^half/ }).click(patience);
    await until(page, (text) => /5\s+half is early/.test(text) && /5\s+half is late/.test(text));
  });

  it.each([
    { model: 'LSTM', layer: 'lstm_1/recurrent' },
    { model: 'Transformer', layer: 'attention_1/query' },
  ])('train on the turned series, with the spectra of early and late: $model', async ({ model, layer }) => {
    const { page } = app;
    await page.keyboard.press('Control+3');
    await page.getByRole('radio', { name: new RegExp(`^${model}`) }).click(patience);
    for (const [field, value] of [
      ['Folds', '2'],
      ['Epochs', '1'],
    ] as const) {
      await page.getByLabel(field, { exact: true }).fill(value);
      await page.getByLabel(field, { exact: true }).press('Enter');
    }
    await page.getByLabel('Leave out flat time points').check();
    await page.getByText(/steps?, in order/).click(patience);
    await page.getByText(/with a training variance of 0 or less/).waitFor(patience);
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /finished/.test(text));
    await page.getByText(layer).first().click(patience);
    for (const group of ['early', 'late']) {
      await page.locator(`figure[aria-label*="${layer}"][aria-label*="${group}"]`).first().waitFor(patience);
    }
    expect(app.errors).toEqual([]);
  });
});
