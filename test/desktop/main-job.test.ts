/** The main job as a person does it, in the real window on real data: import, label, design, train, stop, review, export. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, goTo, patience, until } from './driving.ts';
import { copyLesionStudy } from './lesion-study.ts';

const samples = resolve(import.meta.dirname, '..', '..', 'main', 'samples');

/** Step that the Train page's line of words names. */
async function stepShown(page: Page): Promise<number> {
  const words = (await page.locator('[role=status]').first().textContent()) ?? '';
  return Number(/step ([\d\s\u202f\u2009]+)/.exec(words)?.[1]?.replace(/\D/g, '') ?? 'NaN');
}

describe('a table of cognitive tests', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-job-'));
    mkdirSync(join(work, 'data'));
    cpSync(join(samples, 'ucla-cnp-cognition', 'cognition.tsv'), join(work, 'data', 'cognition.tsv'));
    app = await launchApp({ size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('is imported from a file that a dialog chose', async () => {
    const { page, electron } = app;
    await answerDialogs(electron, [join(work, 'data', 'cognition.tsv')]);
    await button(page, 'Import data…');
    await button(page, 'Table…');
    await page.getByText('cognition.tsv').waitFor(patience);
    await button(page, /^Import$/);
    await page.getByText('180 subjects').first().waitFor(patience);
  });

  it('is labelled by a column; a subject is excluded with a reason, and that is undone', async () => {
    const { page } = app;
    await goTo(page, 'Control+2', 'Groups to compare');
    if ((await page.getByText('diagnosis is').count()) === 0) {
      await page.locator('select').first().selectOption({ label: 'diagnosis' });
    }
    await page.getByText('Analysed', { exact: true }).waitFor(patience);
    expect(await page.locator('body').innerText()).toMatch(/130/);
    await page.getByRole('row', { name: /sub-10171/ }).click();
    await button(page, 'Exclude…');
    await page.getByLabel(/Reason/).fill('Motion');
    await page.getByRole('button', { name: 'Exclude', exact: true }).click();
    await page.getByText('Motion').first().waitFor(patience);
    expect(await page.locator('body').innerText()).toMatch(/129/);
    await page.keyboard.press('Control+z');
    await until(page, (text) => !text.includes('129'));
  });

  it('refuses an impossible setting where it is made', async () => {
    const { page } = app;
    await goTo(page, 'Control+3', 'Network');
    const folds = page.getByLabel('Folds');
    await folds.fill('90');
    await folds.press('Enter');
    await page.getByText('Folds: At most 20.').waitFor(patience);
    expect(await page.getByRole('button', { name: /^Train \d+ folds?/ }).isDisabled()).toBe(true);
    await folds.fill('2');
    await folds.press('Enter');
    const epochs = page.getByLabel('Epochs');
    await epochs.fill('4000');
    await epochs.press('Enter');
    await expect.poll(() => page.getByRole('button', { name: /^Train 2 folds/ }).isEnabled(), patience).toBe(true);
  });

  it('trains with charts that move, pauses and goes on', async () => {
    const { page } = app;
    await button(page, /^Train 2 folds/);
    await page.locator('figure[aria-label*="singular values"]').first().waitFor(patience);
    await expect.poll(() => stepShown(page), patience).toBeGreaterThan(0);
    const first = await stepShown(page);
    const chart = page.locator('figure[aria-label*="singular values"] canvas').first();
    const before = await chart.evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());
    await page.waitForTimeout(1500);
    expect(await stepShown(page)).toBeGreaterThan(first);
    expect(await chart.evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL())).not.toBe(
      before,
    );
    await button(page, 'Pause');
    await page.getByRole('button', { name: 'Resume' }).waitFor(patience);
    const paused = await stepShown(page);
    await page.waitForTimeout(700);
    expect(await stepShown(page)).toBe(paused);
    await button(page, 'Resume');
    await expect.poll(() => stepShown(page), patience).toBeGreaterThan(paused);
  });

  it('is stopped, keeps what was trained, and is reviewed', async () => {
    const { page } = app;
    await button(page, 'Stop and review');
    await page.getByRole('dialog').getByRole('button', { name: 'Stop and review' }).click();
    await page.getByRole('radio', { name: 'Session', exact: true }).click(patience);
    await page.getByText('At the cursor').first().waitFor(patience);
    const [file] = readdirSync(join(app.library, 'sessions')).filter((name) => name.endsWith('.spectra'));
    expect(statSync(join(app.library, 'sessions', file as string)).size).toBeGreaterThan(10_000);
  });

  it('exports a chart as SVG and the numbers as CSV', async () => {
    const { page, electron } = app;
    const svg = join(work, 'chart.svg');
    await answerDialogs(electron, [svg]);
    await page.locator('figure[aria-label*="singular values"] .dots').first().click();
    await page.getByRole('menuitem', { name: /SVG/ }).click();
    await expect.poll(() => existsSync(svg), patience).toBe(true);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg[\s\S]*<\/svg>\s*$/);

    const csv = join(work, 'numbers.csv');
    await answerDialogs(electron, [csv]);
    await button(page, 'Export numbers…');
    await page
      .getByRole('dialog')
      .getByText(/scalars|Loss/i)
      .first()
      .click();
    await button(page, 'Save as CSV…');
    await expect.poll(() => existsSync(csv), patience).toBe(true);
    const [header, ...rows] = readFileSync(csv, 'utf8').trim().split('\n');
    expect(header).toMatch(/run|fold/);
    expect(rows.length).toBeGreaterThan(10);
  });

  it('has a session in the list with its result, and the window reported no error', async () => {
    const { page, errors } = app;
    await button(page, 'Sessions');
    await page
      .getByRole('grid')
      .getByText(/Multilayer perceptron/)
      .first()
      .waitFor(patience);
    expect(errors).toEqual([]);
  });
});

describe('lesion scans', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-job-'));
    const [first] = copyLesionStudy(join(work, 'study'), 40);
    // One that broke on its way: it is named, and the rest goes on.
    const broken = join(work, 'study', first as string);
    writeFileSync(broken, readFileSync(broken).subarray(0, 9000));
    app = await launchApp({ size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('are imported from a folder; the broken one is named and the others are shown in three planes', async () => {
    const { page, electron } = app;
    await answerDialogs(electron, [join(work, 'study')]);
    await button(page, 'Import data…');
    await button(page, 'Folder…');
    await page.getByText('study', { exact: true }).waitFor(patience);
    await button(page, /^Import$/);
    await page.getByText('40 subjects').first().waitFor(patience);
    await page.getByText(/Problems [1-9]/).click();
    await page
      .getByText(/Subject_001.*(ends|damaged|cut|broken)/s)
      .first()
      .waitFor(patience);
    await page.getByRole('row', { name: /Subject_005/ }).click();
    await page.getByRole('radio', { name: 'Subject' }).click();
    const planes = page.locator('[aria-label*=" plane: "]');
    await planes.first().waitFor(patience);
    expect(await planes.count()).toBe(3);
    expect(await planes.nth(2).getAttribute('aria-label')).toMatch(/is left, . is right/);
  });

  it('train a 3-D CNN on score groups and open for review', async () => {
    const { page } = app;
    await goTo(page, 'Control+2', 'Groups to compare');
    if ((await page.getByText('score_group is').count()) === 0) {
      await page.locator('select').first().selectOption({ label: 'score_group' });
    }
    await page.getByText('score_group is').first().waitFor(patience);
    await goTo(page, 'Control+3', 'Network');
    for (const [field, value] of [
      ['Folds', '2'],
      ['Epochs', '2'],
    ] as const) {
      await page.getByLabel(field).fill(value);
      await page.getByLabel(field).press('Enter');
    }
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /2 of 2.*finished/.test(text), 150_000);
    await page.getByText('conv3d_1').first().waitFor(patience);
    expect(app.errors).toEqual([]);
  }, 200_000);
});
