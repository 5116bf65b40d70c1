/** The import dialog: what would be made of tables, a BIDS tree and a workbook is shown, chosen otherwise, and done so. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallScan } from '../engine/read/write-nifti.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

const workbook = resolve(import.meta.dirname, '..', 'fixtures', 'tables', 'workbook', 'phenotypes.xlsx');

/** Two groups of people with two sessions each, and what the tables say of them under other ids. */
const files: Readonly<Record<string, string | Uint8Array>> = {
  'tables/cohort.csv': `participant_id,group,age,e-mail\n${[40013, 40014, 40015, 40016].map((id, i) => `sub-00${id},${i % 2 ? 'case' : 'control'},${30 + i},p${i}@example.org`).join('\n')}\n`,
  'tables/sites.csv': `id,score\n${[40013, 40014, 40015, 40016].map((id, i) => `Caltech_00${id},${(i * 7) % 5}.5`).join('\n')}\n`,
  'bids/participants.tsv': `participant_id\tgroup\n${[1, 2, 3, 4].map((id) => `sub-0${id}\t${id % 2 ? 'a' : 'b'}`).join('\n')}\n`,
  ...Object.fromEntries(
    [1, 2, 3, 4].flatMap((id) =>
      [1, 2].flatMap((session) => {
        const folder = `bids/sub-0${id}/ses-${session}/anat/sub-0${id}_ses-${session}`;
        return [
          [`${folder}_T1w.nii.gz`, smallScan(id * 10 + session, 8, { gzip: true })],
          [`${folder}_FLAIR.nii.gz`, smallScan(id * 100 + session, 8, { gzip: true })],
        ];
      }),
    ),
  ),
};

describe('the import dialog', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-import-'));
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(work, path)), { recursive: true });
      writeFileSync(join(work, path), content);
    }
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 900 } });
    await app.page.getByText('Import data…').first().waitFor(patience);
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  const dialog = () => app.page.getByRole('dialog');
  const proposal = () => app.page.getByRole('region', { name: 'What would be imported' });
  /** Text of the study file that the library keeps, of the study that was imported last. */
  function kept(name: string): string {
    const studies = readdirSync(join(work, 'library', 'studies')).map((id) =>
      readFileSync(join(work, 'library', 'studies', id, 'study.json'), 'utf8'),
    );
    return studies.find((text) => text.includes(`"name": "${name}"`)) ?? '';
  }
  async function openDialog(): Promise<void> {
    await app.page.keyboard.press('Control+k');
    await app.page.getByRole('combobox', { name: 'Find a command' }).fill('New study');
    await app.page.keyboard.press('Enter');
  }
  async function open(what: 'Table…' | 'Folder…', paths: readonly string[]): Promise<void> {
    await answerDialogs(app.electron, paths);
    await openDialog();
    await dialog().getByRole('button', { name: what }).click(patience);
    await proposal().waitFor(patience);
  }

  it('shows that ids agree by their number alone, and joins them only when that is chosen', async () => {
    const { page } = app;
    await open('Table…', [join(work, 'tables', 'cohort.csv'), join(work, 'tables', 'sites.csv')]);
    await proposal()
      .getByText(/4 of 4 would agree by the number alone:\s*Caltech_0040013 for sub-0040013/)
      .waitFor(patience);
    await proposal().getByLabel('How far ids of sites.csv may differ').selectOption({ label: 'by the number alone' });
    await proposal()
      .getByText(/4 of 4 agree by the number alone/)
      .waitFor(patience);
    // E-mail addresses are left out unless they are kept.
    expect(
      await proposal()
        .getByRole('checkbox', { name: /Leave out 'e-mail'/ })
        .isChecked(),
    ).toBe(true);
    await dialog().getByRole('button', { name: 'Import', exact: true }).click(patience);
    await page.getByText('4 subjects').first().waitFor(patience);
    await page.getByText('score', { exact: true }).first().waitFor(patience);
    const file = kept('cohort');
    expect(file).toContain('"score":');
    expect(file).not.toContain('example.org');
  });

  it('leaves a column to be dropped afterwards, for good', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /^Role, type and meaning of age/ }).click(patience);
    const menu = page.getByRole('dialog', { name: 'Column age' });
    await menu.getByRole('button', { name: 'Drop the column…' }).click();
    await menu.getByRole('button', { name: "Drop 'age'" }).click();
    await expect.poll(() => kept('cohort').includes('"age"'), patience).toBe(false);
    await page.keyboard.press('Control+z');
    await until(page, (text) => !text.includes('Drop the column'));
    expect(kept('cohort')).not.toContain('"age"');
  });

  it('lets the kind of scan be chosen, and all sessions be kept as rows of their people', async () => {
    const { page } = app;
    await open('Folder…', [join(work, 'bids')]);
    await proposal().getByText('4 subjects', { exact: true }).waitFor(patience);
    await proposal().getByLabel('Kind of scan').selectOption('FLAIR');
    await proposal().getByRole('radio', { name: 'Use all, together in folds' }).click();
    await proposal().getByText('8 rows of 4 people').waitFor(patience);
    await dialog().getByRole('button', { name: 'Import', exact: true }).click(patience);
    await page.getByText('8 subjects').first().waitFor(patience);
    await page.getByText('sub-03_ses-2').first().waitFor(patience);
    expect(kept('bids')).toContain('sub-03/ses-2/anat/sub-03_ses-2_FLAIR.nii.gz');
    expect(kept('bids')).not.toContain('"scan":{"path":"sub-03/ses-2/anat/sub-03_ses-2_T1w.nii.gz"');
  });

  it('reads the sheet of a workbook that is chosen, and says what it cannot read', async () => {
    const { page } = app;
    await open('Table…', [workbook]);
    await proposal()
      .getByText(/4 rows, 9 columns/)
      .waitFor(patience);
    await proposal().getByLabel('Sheet of phenotypes.xlsx').selectOption('Codebook');
    await proposal()
      .getByText(/1 rows, 2 columns/)
      .waitFor(patience);
    await proposal().getByLabel('Sheet of phenotypes.xlsx').selectOption('Phenotypes');
    await proposal()
      .getByText(/4 rows, 9 columns/)
      .waitFor(patience);
    await dialog().getByRole('button', { name: 'Import', exact: true }).click(patience);
    await until(page, (text) => text.includes('40013') && text.includes('Right handed'));
    const encrypted = join(dirname(workbook), 'encrypted.xlsx');
    await answerDialogs(app.electron, [encrypted]);
    await openDialog();
    await button(page, 'Table…');
    await dialog()
      .getByText(/encrypted.xlsx: the workbook is protected by a password/)
      .waitFor(patience);
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    expect(app.errors).toEqual([]);
  });
});
