/** A BIDS tree of 4-D scans in the real window: the dialog asks for an atlas, and each subject shows the series of its regions. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAtlas, writeBoldTree } from '../engine/read/fmri/bold-tree.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

/** Volumes are drawn by the processor here. */
const drawn = { timeout: 90_000 };

describe('4-D scans with an atlas', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-window-'));
    writeBoldTree(join(work, 'bids'), { subjects: 12, volumes: 40 });
    writeAtlas(work);
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('are told of in the dialog, which takes the atlas and the names of its regions', async () => {
    const { page, electron } = app;
    await answerDialogs(electron, [join(work, 'bids')]);
    await button(page, 'Import data…');
    await button(page, 'Folder…');
    await page.getByText('The scans are 4-D, 40 volumes, one every 2 s.').waitFor(patience);
    await answerDialogs(electron, [join(work, 'regions.tsv')]);
    await button(page, 'Choose an atlas…');
    await page
      .getByRole('alert')
      .getByText(/regions\.tsv/)
      .waitFor(patience);
    await answerDialogs(electron, [join(work, 'atlas.nii')]);
    await button(page, 'Change…');
    await page.getByText('4 regions: label 1, label 2, label 3, label 4').waitFor(patience);
    await answerDialogs(electron, [join(work, 'regions.tsv')]);
    await button(page, 'Table of names…');
    await page.getByText('4 regions: left back, right back, left front, right front').waitFor(patience);
    await page.getByText('12 scans have a table').waitFor(patience);
  });

  it('become series, which a subject shows', async () => {
    const { page } = app;
    await button(page, /^Import$/);
    await page.getByText(/12 series · 40 time points · 4 channels/).waitFor(patience);
    const viewer = page.getByRole('application', { name: /^Series of 4 channels and 40 time points/ });
    await viewer.waitFor(patience);
    await page.getByText(/^left back, time point 1 of 40: \d/).waitFor(patience);
    await viewer.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText(/^right back, time point 1 of 40: \d/).waitFor(patience);
  });

  it('bring their repetition time and their confounds to the Design page, and train', async () => {
    const { page } = app;
    await page.keyboard.press('Control+3');
    await page
      .getByText(/lstm_1/)
      .first()
      .waitFor(patience);
    expect(await page.getByLabel('Files of confounds').inputValue()).toBe('*_desc-confounds_*.tsv');
    expect(await page.getByLabel('Columns of confounds').inputValue()).toBe('trans_x');
    await page.getByLabel('Movement up to').fill('0.5');
    await page.getByLabel('Movement up to').press('Enter');
    await page.getByLabel('Folds').fill('2');
    await page.getByLabel('Folds').press('Enter');
    await page.getByLabel('Epochs').fill('2');
    await page.getByLabel('Epochs').press('Enter');
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /finished/.test(text));
    await page.keyboard.press('Control+1');
    await page.getByRole('checkbox', { name: 'As the design prepares it, below' }).check();
    const step = page.getByLabel('Step of the preparation');
    await step.waitFor(patience);
    expect(await step.locator('option').allInnerTexts()).toEqual([
      'all steps',
      'as it is in the file',
      'time points with a framewise_displacement above 0.5 take no part; in a series straight lines bridge them',
      'trans_x are regressed out of each channel',
    ]);
    await step.selectOption('as-read');
    const above = await page.getByText(/^left back, time point 1 of 40: /).innerText();
    await page.getByText(`left back, time point 1: ${above.split(': ')[1] ?? ''}`, { exact: true }).waitFor(patience);
    await step.selectOption('');
    expect(app.errors).toEqual([]);
  });

  it('are shown as volumes over time, with the regions of their own atlas named under the pointer', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: 'Viewer' }).click();
    await page.getByText('volume 1 of 40, 0 s').waitFor(drawn);
    await page.locator('.course').first().waitFor(drawn);
    await button(page, 'The study’s atlas');
    await page.getByText('atlas of 4 labels, 4 named').waitFor(drawn);
    const axial = page.locator('.pane').getByRole('img', { name: /^axial plane/ });
    const { x, y, width, height } = (await axial.boundingBox()) as Box;
    const seen = new Set<string>();
    // A quarter of the way in from each corner of the head, beside the letters and the cross-hair.
    for (const [across, down] of [
      [0.3, 0.3],
      [0.7, 0.3],
      [0.3, 0.7],
      [0.7, 0.7],
    ] as const) {
      await page.mouse.move(x + across * width, y + down * height);
      const under = page.locator('.pane .under');
      await under.getByText(/left|right/).waitFor(drawn);
      seen.add(/(left|right) (back|front)/.exec(await under.innerText())?.[0] ?? '');
    }
    expect([...seen]).toEqual(['left front', 'right front', 'left back', 'right back']);
    expect(app.errors).toEqual([]);
  });
});

/** As Playwright gives it. */
interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
