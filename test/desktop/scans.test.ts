/** Scans as a lab has them, in the real window: DICOM folders, what is wrong with them, and all of them on one page. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dicomSeries } from '../engine/read/dicom/write-dicom.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';
import { copyLesionStudy } from './lesion-study.ts';

const subjects = 12;

/** What the test asks of a canvas; the types of the page are not those of this file. */
interface Drawn {
  getContext(kind: '2d'): { getImageData(x: number, y: number, width: number, height: number): { data: Uint8Array } };
}

describe('scans', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-scans-'));
    for (const id of ['s1', 's2', 's3']) {
      const offset = 100 * Number(id.slice(1));
      const files = {
        ...dicomSeries(`dicom/${id}/t1`, 12, { patientId: id, value: (row, column) => offset + 10 * row + column }),
        ...dicomSeries(`dicom/${id}/scout`, 3, { patientId: id, seriesNumber: 1, description: 'localizer' }),
      };
      for (const [path, content] of Object.entries(files)) {
        mkdirSync(dirname(join(work, path)), { recursive: true });
        writeFileSync(join(work, path), id === 's3' && path.endsWith('t1/IM0004') ? content.subarray(0, -60) : content);
      }
    }
    const visits = {
      ...dicomSeries('visits/s1/first', 6, { patientId: 's1' }),
      ...dicomSeries('visits/s1/later', 7, { patientId: 's1', studyUid: '1.2.3.99', studyDate: '20210301' }),
      ...dicomSeries('visits/s2/first', 8, { patientId: 's2', studyUid: '1.2.3.98' }),
      'visits/visits.csv':
        'subject,scanned,age,diagnosis\ns1,2020-01-01,60,patient\ns1,2021-03-01,61,patient\ns2,2020-01-01,50,control\n',
    };
    for (const [path, content] of Object.entries(visits)) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), content);
    }
    const scans = copyLesionStudy(join(work, 'lesions-study'), subjects);
    // Cut short: its gzip stream ends early.
    const cut = join(work, 'lesions-study', scans[3] ?? '');
    writeFileSync(cut, readFileSync(cut).subarray(0, 4000));
    app = await launchApp({ size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  async function importFolder(folder: string): Promise<void> {
    await answerDialogs(app.electron, [folder]);
    await button(app.page, 'Folder…');
    await button(app.page, /^Import$/);
  }

  it('of DICOM images are converted; localisers and a broken series are told with the reason', async () => {
    const { page } = app;
    await button(page, 'Import data…');
    await importFolder(join(work, 'dicom'));
    await page.getByText('3 subjects · 1 excluded · 2 scans').waitFor(patience);
    await page.getByRole('radio', { name: /^Problems/ }).click();
    await page.getByText(/'localizer': 3 images, in 3 subjects; set aside: it is a localiser/).waitFor(patience);
    await page.getByLabel('Kind of problem').selectOption('dicom-truncated');
    await page
      .getByText(/s3: 1 of the 12 images .* cannot be read/)
      .first()
      .waitFor(patience);
    const problems = page.getByRole('complementary', { name: 'Details' });
    await expect.poll(async () => (await problems.locator('li').count()) === 1, patience).toBe(true);
    expect(await problems.locator('li').innerText()).toMatch(/Found\s+180 bytes\s+Expected\s+240 bytes/);
    await answerDialogs(app.electron, [join(work, 'problems.csv')]);
    await button(page, 'Save…');
    await page.getByText('1 problem was saved as problems.csv.').waitFor(patience);
    expect(readFileSync(join(work, 'problems.csv'), 'utf8')).toMatch(/^severity,code,.*\nerror,dicom-truncated,s3,/);
    await page.getByRole('row', { name: /s1/ }).first().click();
    await page.getByRole('radio', { name: 'Subject', exact: true }).click();
    await page.locator('.planes canvas').first().waitFor(patience);
  });

  it('of DICOM images go to the rows of a table of visits, as the dialog is told to use all of them', async () => {
    const { page } = app;
    await button(page, 'New study…');
    await answerDialogs(app.electron, [join(work, 'visits')]);
    await button(page, 'Folder…');
    const proposal = page.getByRole('region', { name: 'What would be imported' });
    await proposal.getByText('1 person has several rows or scans.').waitFor(patience);
    await proposal.getByRole('radio', { name: 'Use all, together in folds' }).click();
    await proposal.getByText('3 rows of 2 people').waitFor(patience);
    await button(page, /^Import$/);
    await page.getByText('3 subjects · 3 scans').waitFor(patience);
    // Which examination is whose: each has another number of slices.
    for (const [age, slices] of [
      [60, 6],
      [61, 7],
      [50, 8],
    ]) {
      await page
        .getByRole('row', { name: new RegExp(`\\b${age}\\b`) })
        .first()
        .click();
      await page.getByRole('radio', { name: 'Subject', exact: true }).click();
      await page
        .getByRole('complementary', { name: 'Details' })
        .getByText(new RegExp(`10 (x|×) 12 (x|×) ${slices}\\b`))
        .first()
        .waitFor(patience);
    }
    expect(app.errors).toEqual([]);
  });

  it('are shown all on one page, the most unlike first, and walked through by keyboard', async () => {
    const { page } = app;
    await button(page, 'New study…');
    await importFolder(join(work, 'lesions-study'));
    await page.getByText(`${subjects} subjects · 1 excluded`).waitFor({ timeout: 60_000 });
    await page.getByRole('radio', { name: 'Scans', exact: true }).click();
    const cells = page.getByRole('listbox', { name: 'Scans' }).getByRole('option');
    await expect.poll(() => cells.count(), patience).toBe(subjects - 1);
    const z = (await cells.locator('.number').allInnerTexts()).map(Number);
    expect(z).toEqual([...z].sort((a, b) => b - a));
    expect(await cells.first().getAttribute('aria-label')).toMatch(/robust z/);
    // Drawn: some pixels of the first picture are neither black nor clear.
    const bright = () =>
      cells
        .first()
        .locator('canvas')
        .evaluate((canvas) => {
          const { data } = (canvas as unknown as Drawn).getContext('2d').getImageData(0, 0, 200, 64);
          return Array.from(data).filter((value, at) => at % 4 === 0 && value > 100).length;
        });
    await expect.poll(bright, patience).toBeGreaterThan(0);
    await cells.first().focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => cells.nth(1).getAttribute('aria-selected'), patience).toBe('true');
    const second = ((await cells.nth(1).getAttribute('aria-label')) ?? '').split(':')[0] ?? '';
    await page.keyboard.press('Enter');
    await until(page, (text) => text.includes(second));
    await expect
      .poll(() => page.getByRole('complementary', { name: 'Details' }).locator('h2').innerText(), patience)
      .toBe(second);
    expect(app.errors).toEqual([]);
  });

  it('learn without the voxels that nobody has a lesion in, as the Design page offers it', async () => {
    const { page } = app;
    await page.keyboard.press('Control+3');
    for (const [field, value] of [
      ['Folds', '2'],
      ['Epochs', '1'],
    ] as const) {
      await page.getByLabel(field, { exact: true }).fill(value);
      await page.getByLabel(field, { exact: true }).press('Enter');
    }
    await page.getByLabel('Leave out flat voxels').check();
    await page.getByText(/steps, in order/).click(patience);
    await page.getByText('voxels with a training variance of 0 or less are set to 0').waitFor(patience);
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /finished/.test(text), 120_000);
    expect(app.errors).toEqual([]);
  });
});
