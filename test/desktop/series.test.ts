/** Series of regions in the real window: imported from a folder, looked at by keyboard, and learnt by an LSTM and a Transformer. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

const regions = ['V1', 'M1', 'A1', 'PCC'];
const times = 30;

/** Twelve subjects; in patients the second region follows the first. */
function writeStudy(folder: string): void {
  mkdirSync(folder);
  const rows = ['subject,diagnosis'];
  for (let subject = 1; subject <= 12; subject++) {
    const id = `sub-${String(subject).padStart(2, '0')}`;
    const isPatient = subject % 2 === 0;
    rows.push(`${id},${isPatient ? 'patient' : 'control'}`);
    const lines = Array.from({ length: times }, (_, time) => {
      const first = Math.sin(time * 0.8 + subject);
      const second = isPatient ? first : Math.cos(time * 1.7 + subject * 3);
      return [first, second, Math.sin(time + subject * 5), ((time * 7 + subject) % 5) - 2].map((each) =>
        each.toFixed(4),
      );
    });
    writeFileSync(join(folder, `${id}_timeseries.csv`), [regions, ...lines].map((line) => line.join(',')).join('\n'));
  }
  writeFileSync(join(folder, 'participants.csv'), `${rows.join('\n')}\n`);
}

describe('a folder of series', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-window-'));
    writeStudy(join(work, 'rois'));
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('is imported: how many, how long, how many channels', async () => {
    const { page, electron } = app;
    await answerDialogs(electron, [join(work, 'rois')]);
    await button(page, 'Import data…');
    await button(page, 'Folder…');
    await page.getByText('rois', { exact: true }).waitFor(patience);
    await button(page, /^Import$/);
    await page.getByText(/12 series · 30 time points · 4 channels/).waitFor(patience);
    expect(await page.getByRole('row', { name: /sub-01/ }).innerText()).toContain('30 time points');
  });

  it('shows a subject, and the keyboard says each value', async () => {
    const { page } = app;
    const viewer = page.getByRole('application', { name: /^Series of 4 channels and 30 time points/ });
    await viewer.waitFor(patience);
    await page.getByText('V1, time point 1 of 30: 0.8415').waitFor(patience);
    await viewer.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    await page.getByText(/^M1, time point 2 of 30:/).waitFor(patience);
    await page.keyboard.press('End');
    await page.getByText(/^M1, time point 30 of 30:/).waitFor(patience);
  });

  it('takes a channel out, and undoes it', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: /^Channels 4/ }).click();
    await page.getByText('Columns are regions: they have names.').waitFor(patience);
    await page.getByRole('checkbox', { name: 'PCC' }).uncheck();
    await page.getByText(/30 time points · 3 channels/).waitFor(patience);
    await page.keyboard.press('Control+z');
    await page.getByText(/30 time points · 4 channels/).waitFor(patience);
  });

  it('trains an LSTM, with the spectra of its input and its recurrent weights', async () => {
    const { page } = app;
    await page.keyboard.press('Control+3');
    await page
      .getByText(/lstm_1/)
      .first()
      .waitFor(patience);
    await page.getByLabel('Connectivity').selectOption('pearson');
    await page
      .getByText(/LSTM does not take/)
      .first()
      .waitFor(patience);
    await page.getByLabel('Connectivity').selectOption('none');
    await page.getByLabel('Folds').fill('2');
    await page.getByLabel('Folds').press('Enter');
    await page.getByLabel('Epochs').fill('3');
    await page.getByLabel('Epochs').press('Enter');
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /finished/.test(text));
    for (const group of ['control', 'patient']) {
      await page.locator(`figure[aria-label*="lstm_1"][aria-label*="${group}"]`).first().waitFor(patience);
    }
    expect(app.errors).toEqual([]);
  });

  it('trains a Transformer on the same, with the spectra of its attention', async () => {
    const { page } = app;
    await page.keyboard.press('Control+3');
    await page.getByRole('radio', { name: /^Transformer/ }).click(patience);
    await page
      .getByText(/attention_1/)
      .first()
      .waitFor(patience);
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /finished/.test(text));
    await page.getByText('attention_1/query').first().click(patience);
    await page.locator('figure[aria-label*="attention_1/query"][aria-label*="patient"]').first().waitFor(patience);
    expect(app.errors).toEqual([]);
  });
});
