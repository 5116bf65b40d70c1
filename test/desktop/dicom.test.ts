/** Real DICOM folders in the real window: what becomes a scan, what is wrong with the rest, and too few people to learn from. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

const fixtures = resolve(import.meta.dirname, '..', 'fixtures', 'dicom');

describe('the DICOM folder of pydicom', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-dicom-'));
    cpSync(join(fixtures, 'patients'), join(work, 'patients'), { recursive: true });
    // Two people more, of one slice each.
    cpSync(join(fixtures, 'patients'), join(work, 'five'), { recursive: true });
    for (const name of ['MR_small', 'CT_small']) {
      mkdirSync(join(work, 'five', name));
      cpSync(join(fixtures, `${name}.dcm`), join(work, 'five', name, `${name}.dcm`));
    }
    writeFileSync(
      join(work, 'five', 'modalities.csv'),
      'subject,group\n77654033,CT\n98890234,CT\n12345678,CT\n1CT1,CT\n4MR1,MR\n',
    );
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  const details = () => app.page.getByRole('complementary', { name: 'Details' });
  async function importFolder(folder: string): Promise<void> {
    await answerDialogs(app.electron, [folder]);
    await button(app.page, 'Folder…');
    await app.page.getByRole('region', { name: 'What would be imported' }).waitFor(patience);
    await button(app.page, /^Import$/);
  }

  it('lists each series with what became of it, and says of each person why there is no scan', async () => {
    const { page } = app;
    await button(page, 'Import data…');
    await importFolder(join(work, 'patients'));
    await page.getByText('3 subjects · 2 excluded · 1 scan').waitFor(patience);
    await page.getByRole('radio', { name: /^Problems/ }).click();
    for (const [kind, words] of [
      ['dicom-series-used', /'SmartScore - Gated 0\.5 sec': 5 images, in 1 subject; used as the scan/],
      ['dicom-series-set-aside', /'FAST LOCALIZER': 1 image, in 1 subject; set aside: it is a localiser\./],
      ['dicom-series-set-aside', /'Cervical LAT': 1 image, .* set aside: its images are radiographs \(CR\)/],
      ['dicom-slices-missing', /77654033: most slices of the DICOM series 'Routine Brain' seem to be missing/],
      ['dicom-no-series', /12345678: no DICOM series may be a scan/],
      ['dicom-identifies', /tell who they are \(PatientName\)/],
    ] as const) {
      await page.getByLabel('Kind of problem').selectOption(kind);
      await details().getByText(words).first().waitFor(patience);
    }
    expect(app.errors).toEqual([]);
  });

  it('shows the slices of the scan in the viewer', async () => {
    const { page } = app;
    await page.getByRole('row', { name: /98890234/ }).click(patience);
    await page.getByRole('radio', { name: 'Subject', exact: true }).click();
    await page.locator('.planes canvas').first().waitFor(patience);
    await details()
      .getByText(/16 (x|×) 16 (x|×) 5\b/)
      .first()
      .waitFor(patience);
    expect(app.errors).toEqual([]);
  });

  it('makes a study of three people with two more, and says that they are too few to learn from', async () => {
    const { page } = app;
    await button(page, 'New study…');
    await importFolder(join(work, 'five'));
    await page.getByText('5 subjects · 2 excluded · 3 scans').waitFor(patience);
    await page.keyboard.press('Control+2');
    await until(page, (text) => /2\s+group is CT/.test(text) && /1\s+group is MR/.test(text));
    await page.keyboard.press('Control+3');
    await page.getByText(/The smallest class has 1 subject: .* Please label more subjects/).waitFor(patience);
    expect(await page.getByRole('button', { name: /^Train \d folds/ }).isDisabled()).toBe(true);
    expect(app.errors).toEqual([]);
  });
});
