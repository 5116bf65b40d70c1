/** A model of a person's own, its metrics by fold, its export, and a training that its recording holds back. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallTable } from '../cli/command.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, goTo, patience, until } from './driving.ts';

const ownModel = resolve(import.meta.dirname, '..', 'fixtures', 'models', 'two-features', 'model.json');
const pictures = process.env['PICTURES'];

describe('a model from a file', () => {
  let app: RunningApp;
  let work: string;
  const picture = async (name: string): Promise<void> => {
    if (pictures !== undefined) await app.page.screenshot({ path: join(pictures, `${name}.png`) });
  };
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-own-'));
    writeFileSync(join(work, 'cohort.csv'), smallTable(60));
    writeFileSync(join(work, 'other.json'), readFileSync(ownModel, 'utf8').replace('"Dense"', '"CapsuleLayer"'));
    mkdirSync(join(work, 'model'));
    app = await launchApp({ size: { width: 1280, height: 800 } });
    const { page, electron } = app;
    await answerDialogs(electron, [join(work, 'cohort.csv')]);
    await button(page, 'Import data…');
    await button(page, 'Table…');
    await page.getByText('cohort.csv').waitFor(patience);
    await button(page, /^Import$/);
    await page.getByText('60 subjects').first().waitFor(patience);
  }, 90_000);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('is chosen on the Design page; one with a layer that is not known is refused by its name', async () => {
    const { page, electron } = app;
    await goTo(page, 'Control+3', 'Network');
    await answerDialogs(electron, [join(work, 'other.json')]);
    await button(page, 'Own model (model.json)…');
    await page
      .getByRole('alert')
      .getByText(/other\.json: .*CapsuleLayer/)
      .waitFor(patience);
    await answerDialogs(electron, [ownModel]);
    await button(page, 'Own model (model.json)…');
    await page.getByRole('radio', { name: 'Own model' }).waitFor(patience);
    expect(await page.getByRole('radio', { name: 'Own model' }).getAttribute('aria-checked')).toBe('true');
    await picture('own-model');
    const folds = page.getByLabel('Folds');
    await folds.fill('2');
    await folds.press('Enter');
    await button(page, /^Train 2 folds/);
    // The rail has a button of the same name, which opens no session.
    await page.locator('header').getByRole('button', { name: 'Review', exact: true }).click({ timeout: 60_000 });
    await page.getByText('At the cursor').first().waitFor(patience);
  }, 60_000);

  it('has metrics, a confusion matrix and a calibration plot of each fold, of each group and of all', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: 'Session', exact: true }).click(patience);
    const confusion = page.getByRole('table', { name: 'Confusion matrix' });
    const counted = async (): Promise<number> => {
      const cells = await confusion.locator('tbody td:not(:first-child)').allInnerTexts();
      return cells.reduce((sum, cell) => sum + Number(cell), 0);
    };
    await confusion.waitFor(patience);
    expect(await counted()).toBe(60);
    const subjects = page.getByLabel('Subjects', { exact: true });
    await subjects.selectOption({ label: 'fold 2 (30)' });
    await expect.poll(counted, patience).toBe(30);
    await page.locator('figure[aria-label="Calibration, fold 2 (30)"]').waitFor(patience);
    await subjects.scrollIntoViewIfNeeded();
    await picture('metrics');
    await subjects.selectOption({ index: 3 });
    await expect.poll(counted, patience).toBe(30);
  });

  it('is exported from Review, of the run that is chosen', async () => {
    const { page, electron } = app;
    await answerDialogs(electron, [join(work, 'model')]);
    await button(page, 'Export model…');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Run').selectOption({ index: 1 });
    await picture('export-model');
    await dialog.getByRole('button', { name: 'Choose a folder…' }).click();
    await until(page, (text) => /Saved weights\.npz/.test(text));
    expect(existsSync(join(work, 'model', 'model.json'))).toBe(true);
    const { run, features } = JSON.parse(readFileSync(join(work, 'model', 'preprocessing.json'), 'utf8')) as {
      run: number;
      features: string[];
    };
    expect({ run, features }).toEqual({ run: 1, features: ['recall', 'speed'] });
    expect(app.errors).toEqual([]);
  });
});

/** The bundled lesion maps, on the page where a training of them is designed. */
async function designOfLesions(): Promise<RunningApp> {
  const app = await launchApp({ arguments: ['--sample', 'lesymap-lesions'], size: { width: 1280, height: 800 } });
  await app.page
    .getByText(/131 (subjects|of 131)/)
    .first()
    .waitFor(patience);
  // Its scans are counted before it is open, and its page comes then, wherever a person is.
  await app.page.getByText(/ is open\.$/).waitFor(patience);
  await goTo(app.page, 'Control+3', 'Network');
  return app;
}

describe('a training whose recording is slower than its steps', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await designOfLesions();
  }, 60_000);
  afterAll(async () => {
    await app.close();
  });

  it('says that it waits, that nothing is dropped, and leads to the cadence', async () => {
    const { page } = app;
    await page.getByLabel('Rows of convolutions').selectOption({ label: 'Patches' });
    await button(page, /^Train 5 folds/);
    await page
      .getByText(/Training waits for capture, \d+ % of the time; nothing is dropped/)
      .waitFor({ timeout: 120_000 });
    if (pictures !== undefined) await page.screenshot({ path: join(pictures, 'waiting.png') });
    await button(page, 'Recording…');
    await page.getByText('Network', { exact: true }).first().waitFor(patience);
    expect(app.errors).toEqual([]);
  }, 180_000);
});

describe('a training whose preparation is fitted on scans that are streamed', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await designOfLesions();
  }, 60_000);
  afterAll(async () => {
    await app.close();
  });

  it('says how far it is, scan by scan, and begins no session when it is stopped meanwhile', async () => {
    const { page } = app;
    await page.getByLabel('Prepared scans').selectOption({ label: 'From disk' });
    await page.getByLabel('Take out score').check();
    await page.evaluate(stopWhileFitted);
    await button(page, /^Train 5 folds/);
    await page.getByText('Training did not begin').waitFor({ timeout: 120_000 });
    await page.getByText('It was stopped while the data were being prepared: no session was made.').waitFor(patience);
    const seen = await page.evaluate<{ words: string; bar: string }>('globalThis.seenFit');
    expect(seen.words).toMatch(/^Fitting the preparation, pass \d: \d+ of 104/);
    expect(seen.bar).toContain('Fitting the preparation, pass');
    await button(page, 'Back to the design');
    await page.getByRole('button', { name: /^Train 5 folds/ }).waitFor(patience);
    expect(await page.getByLabel('Take out score').isChecked()).toBe(true);
    expect(app.errors).toEqual([]);
  }, 180_000);
});

/** Presses Stop as soon as the page says that the preparation is fitted, which takes less time than a round trip to the page. */
const stopWhileFitted = `(() => {
  const look = () => {
    const words = document.querySelector('.preparing [role=status] p')?.textContent?.trim() ?? '';
    if (!words.startsWith('Fitting the preparation') || globalThis.seenFit !== undefined) return;
    globalThis.seenFit = { words, bar: document.querySelector('footer')?.textContent ?? '' };
    [...document.querySelectorAll('button')].find((each) => each.textContent.trim() === 'Stop')?.click();
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  return true;
})()`;
