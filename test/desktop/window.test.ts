/** The window itself: problems, a run that cannot begin, the keyboard alone, names of controls, themes, its smallest size. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDialogs, launchApp, resize, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';
import { copyLesionStudy } from './lesion-study.ts';

describe('scans with problems', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-window-'));
    copyLesionStudy(join(work, 'study'), 24);
    writeFileSync(join(work, 'study', 'lesions', 'Subject_001.nii.gz'), 'no scan');
    writeFileSync(join(work, 'study', 'lesions', 'stranger.nii.gz'), '');
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
    await answerDialogs(app.electron, [join(work, 'study')]);
    await button(app.page, 'Import data…');
    await button(app.page, 'Folder…');
    await app.page.getByText('study', { exact: true }).waitFor(patience);
    await button(app.page, /^Import$/);
    await app.page
      .getByText(/2\d subjects/)
      .first()
      .waitFor(patience);
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('lists them by severity, and copies and saves the list', async () => {
    const { page, electron } = app;
    await page.getByRole('radio', { name: /^Problems/ }).click();
    await page.getByRole('radio', { name: /^Errors/ }).click();
    await page
      .getByText(/Subject_001.nii.gz/)
      .first()
      .waitFor(patience);
    await button(page, 'Copy as table');
    await expect
      .poll(() => electron.evaluate(({ clipboard }) => clipboard.readText()), patience)
      .toMatch(/^severity\tcode\tsubject\tfile[\s\S]*Subject_001/);
    const saved = join(work, 'problems.tsv');
    await answerDialogs(electron, [saved]);
    await button(page, 'Save…');
    await expect
      .poll(() => existsSync(saved) && readFileSync(saved, 'utf8').split('\n').length, patience)
      .toBeGreaterThan(2);
  });

  it('says that a run cannot begin when a scan is gone, and goes back to the design', async () => {
    const { page } = app;
    rmSync(join(work, 'study', 'lesions', 'Subject_005.nii.gz'));
    await page.keyboard.press('Control+3');
    await page.getByLabel('Folds').fill('2');
    await page.getByLabel('Folds').press('Enter');
    await button(page, /^Train 2 folds/);
    await page.getByRole('heading', { name: 'Training could not begin' }).waitFor(patience);
    expect(await page.getByRole('main').innerText()).toMatch(/Subject_005/);
    expect(await page.locator('progress').count()).toBe(0);
    await expect.poll(() => page.getByRole('progressbar').count(), patience).toBe(0);
    await button(page, 'Back to the design');
    await page.getByText('Network', { exact: true }).first().waitFor(patience);
    expect(await page.getByRole('button', { name: /^Train 2 folds/ }).isEnabled()).toBe(true);
  });

  it('goes on once the scan is excluded', async () => {
    const { page } = app;
    await page.keyboard.press('Control+2');
    await page.getByRole('row', { name: /Subject_005/ }).click();
    await button(page, 'Exclude…');
    await page.getByLabel(/Reason/).fill('Scan was deleted');
    await page.getByRole('button', { name: 'Exclude', exact: true }).click();
    await page.keyboard.press('Control+3');
    await page.getByLabel('Epochs').fill('1');
    await page.getByLabel('Epochs').press('Enter');
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /2 of 2.*finished/.test(text));
    expect(app.errors).toEqual([]);
  });
});

describe('the keyboard alone', () => {
  let app: RunningApp;
  let library: string;
  beforeAll(async () => {
    library = mkdtempSync(join(tmpdir(), 'spectroscope-window-'));
    app = await launchApp({ library, size: { width: 1024, height: 640 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(library, { recursive: true, force: true });
  });

  /** Controls that can have the focus on the page and that no one could name. */
  async function nameless(): Promise<string[]> {
    const tree = await app.page.locator('body').ariaSnapshot();
    return tree
      .split('\n')
      .filter((line) =>
        /^\s*- (button|textbox|combobox|checkbox|radio|switch|spinbutton|searchbox|grid)\s*(\[.*\])?:?$/.test(line),
      );
  }
  /** Tab until the control of this name has the focus. */
  async function tabTo(name: RegExp): Promise<void> {
    const { page } = app;
    for (let times = 0; times < 80; times++) {
      await page.keyboard.press('Tab');
      const focused = await page.evaluate(() => {
        const element = (
          globalThis as unknown as {
            document: { activeElement: { innerText?: string; getAttribute(name: string): string | null } | null };
          }
        ).document.activeElement;
        return `${element?.getAttribute('aria-label') ?? ''} ${element?.innerText ?? ''}`;
      });
      if (name.test(focused)) return;
    }
    throw new Error(`Tab never came to ${name.source}.`);
  }

  it('opens a sample, labels, designs, trains and reviews', async () => {
    const { page } = app;
    await page.getByText(/UCLA/).first().waitFor(patience);
    await tabTo(/UCLA/);
    await page.keyboard.press('Enter');
    await page.getByText('180 subjects').first().waitFor(patience);
    expect(await nameless()).toEqual([]);
    await tabTo(/Next: label groups/);
    await page.keyboard.press('Enter');
    await page.getByText('Groups to compare').waitFor(patience);
    expect(await nameless()).toEqual([]);
    await tabTo(/^Subjects and their groups/);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.getByText('2 selected').waitFor(patience);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+3');
    await page.getByLabel('Folds').waitFor(patience);
    expect(await nameless()).toEqual([]);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('train 5');
    await page.getByRole('option', { name: 'Train 5 folds' }).waitFor(patience);
    await page.keyboard.press('Enter');
    await page.locator('figure[aria-label*="singular values"]').first().waitFor(patience);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('stop and');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByText('Kept:').waitFor(patience);
    await tabTo(/^ Stop and review/);
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: 'Session' }).waitFor(patience);
    await page.locator('.area').waitFor(patience);
    expect(await nameless()).toEqual([]);
    await page.keyboard.press('Home');
    await page.getByText('step 0', { exact: true }).waitFor(patience);
  });

  it('shows every page in the smallest window without a sideways scroll of it', async () => {
    const { page } = app;
    for (const title of ['Start', 'Data', 'Cohort', 'Design', 'Train', 'Review', 'Sessions', 'Settings', 'Help']) {
      await page.keyboard.press('Control+k');
      await page.keyboard.type(`go to ${title}`);
      await page.keyboard.press('Enter');
      await page.getByRole('main', { name: title }).waitFor(patience);
      await page.waitForTimeout(150);
      const over = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = (
          globalThis as unknown as { document: { documentElement: { scrollWidth: number; clientWidth: number } } }
        ).document.documentElement;
        return scrollWidth - clientWidth;
      });
      expect([title, over]).toEqual([title, 0]);
      expect([title, await nameless()]).toEqual([title, []]);
    }
  });

  it('keeps the theme over a restart', async () => {
    await app.page.keyboard.press('Control+k');
    await app.page.keyboard.type('dark theme');
    await app.page.keyboard.press('Enter');
    await expect.poll(() => app.page.locator('html').getAttribute('class'), patience).toMatch(/dark/);
    expect(app.errors).toEqual([]);
    await app.close();
    app = await launchApp({ library });
    await expect.poll(() => app.page.locator('html').getAttribute('class'), patience).toMatch(/dark/);
    await resize(app.electron, { width: 1024, height: 640 });
  });
});
