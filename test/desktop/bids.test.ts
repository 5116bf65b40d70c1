/** A real BIDS tree in the real window: its events chosen as series, divided by diagnosis, learnt by an LSTM and a Transformer. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uclaTree } from '../fixtures/events/bids-tree.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

describe('the BIDS tree of UCLA CNP', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-bids-'));
    for (const [path, text] of Object.entries(uclaTree())) {
      mkdirSync(dirname(join(work, 'ds000030', path)), { recursive: true });
      writeFileSync(join(work, 'ds000030', path), text);
    }
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  const proposal = () => app.page.getByRole('region', { name: 'What would be imported' });
  const problems = () => app.page.getByRole('complementary', { name: 'Details' });

  it('offers the events of each task as series, and says how many people have those of the chosen one', async () => {
    const { page, electron } = app;
    await answerDialogs(electron, [join(work, 'ds000030')]);
    await button(page, 'Import data…');
    await button(page, 'Folder…');
    await proposal().getByText('272 subjects', { exact: true }).waitFor(patience);
    const events = proposal().getByLabel('Events as series');
    expect(await events.locator('option').allInnerTexts()).toEqual([
      'None: events are left out',
      'taskswitch (175 files)',
      'stopsignal (22 files)',
    ]);
    await events.selectOption({ label: 'stopsignal (22 files)' });
    await proposal().getByText('22 subjects, 250 excluded').waitFor(patience);
    await events.selectOption({ label: 'taskswitch (175 files)' });
    await proposal().getByText('175 subjects, 97 excluded').waitFor(patience);
    await proposal().getByText('175 of 175 files of series are used.').waitFor(patience);
  });

  it('is imported with its tables, the reason for each person left out, and what the checks found', async () => {
    const { page } = app;
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Import$/ })
      .click(patience);
    await page.getByText(/175 series · 96 events · 26 channels/).waitFor({ timeout: 60_000 });
    await page.getByRole('radio', { name: /^Problems/ }).click();
    await page.getByLabel('Kind of problem').selectOption('ids-tell-class');
    await problems()
      .getByText(/The ids tell the class .*50004 to 50085 is SCHZ/)
      .waitFor(patience);
    await page.getByLabel('Kind of problem').selectOption('no-file-for-subject');
    await problems()
      .getByText(/sub-10193: no file has this id in its path/)
      .first()
      .waitFor(patience);
  });

  it('shows the trials of a person, and is divided by diagnosis', async () => {
    const { page } = app;
    await page.getByLabel('Find a subject or a problem').fill('sub-50004');
    await page.getByRole('row', { name: /sub-50004/ }).click(patience);
    await page.getByRole('radio', { name: 'Subject', exact: true }).click();
    const viewer = page.getByRole('application', { name: /^Series of .* channels and 96 time points/ });
    await viewer.waitFor(patience);
    await viewer.focus();
    await page.keyboard.press('End');
    await page.getByText(/, time point 96 of 96:/).waitFor(patience);
    await page.keyboard.press('Control+2');
    await until(page, (text) => /125\s+diagnosis is CONTROL/.test(text) && /50\s+diagnosis is SCHZ/.test(text));
  });

  it.each([
    { model: 'LSTM', layer: 'lstm_1' },
    { model: 'Transformer', layer: 'attention_1/query' },
  ])('trains a model of series on the trials, with the spectra of both groups: $model', async ({ model, layer }) => {
    const { page } = app;
    await page.keyboard.press('Control+3');
    await page.getByRole('radio', { name: new RegExp(`^${model}`) }).click(patience);
    for (const [field, value] of [
      ['Folds', '2'],
      ['Epochs', '2'],
    ] as const) {
      await page.getByLabel(field, { exact: true }).fill(value);
      await page.getByLabel(field, { exact: true }).press('Enter');
    }
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /finished/.test(text), 180_000);
    await page.getByText(layer).first().click(patience);
    for (const group of ['CONTROL', 'SCHZ']) {
      await page.locator(`figure[aria-label*="${layer}"][aria-label*="${group}"]`).first().waitFor(patience);
    }
    expect(app.errors).toEqual([]);
  });

  it('is reviewed: spectra by group, and how well the held-out people were told apart', async () => {
    const { page } = app;
    await page.locator('header').getByRole('button', { name: 'Review', exact: true }).click(patience);
    await page.getByRole('radio', { name: 'Curves' }).waitFor(patience);
    await page.locator('figure[aria-label*="SCHZ"]').first().waitFor(patience);
    await page.getByRole('radio', { name: 'Heat map', exact: true }).click(patience);
    await page.getByRole('radio', { name: 'Session', exact: true }).click(patience);
    await until(page, (text) => /Transformer/i.test(text) && /AUC/.test(text));
    expect(app.errors).toEqual([]);
  });
});
