/** The cohort page in the real window: lists, lasso, groups within groups, matching, the flow, undo that outlives the program, moved files. */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallScan } from '../engine/read/write-nifti.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

describe('the cohort page', () => {
  let app: RunningApp;
  let work: string;
  const start = async (): Promise<void> => {
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
  };
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-cohort-'));
    await start();
    await app.page.getByRole('button', { name: /UCLA/ }).click(patience);
    await app.page.getByText('180 subjects').first().waitFor(patience);
    await app.page.keyboard.press('Control+2');
    await app.page.getByText('Groups to compare').waitFor(patience);
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });
  const names = async (): Promise<string[]> =>
    await app.page
      .getByRole('complementary', { name: 'Groups and target' })
      .locator('section')
      .first()
      .getByRole('textbox', { name: /^Name of the group/ })
      .evaluateAll((fields) => (fields as unknown as { value: string }[]).map(({ value }) => value));
  const show = async (view: string): Promise<void> =>
    await app.page.getByRole('radio', { name: view, exact: true }).click(patience);
  /** Subjects of each group, as the panel of groups counts them. */
  const sizes = async (): Promise<number[]> =>
    (await app.page.locator('.labels section').first().locator('.groups b').allInnerTexts()).map(Number);
  const undo = async (): Promise<void> => await app.page.keyboard.press('Control+z');

  it('makes a group of a pasted list, names what fits nobody, and takes it back', async () => {
    const { page } = app;
    await button(page, 'Add a group…');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('radio', { name: 'List of ids' }).click();
    await dialog.getByLabel('Ids of the subjects').fill('10159\nSUB_10171, sub-10189\nsub-99999\n');
    await dialog.getByText('Of no subject, or of more than one: sub-99999.').waitFor(patience);
    await dialog.getByText('3 of 180 subjects are listed').waitFor(patience);
    await dialog.getByLabel('Name', { exact: true }).fill('chosen');
    await dialog.getByRole('button', { name: 'Save' }).last().click();
    await dialog.waitFor({ state: 'hidden', ...patience });
    await expect.poll(names, patience).toEqual(['control', 'schizophrenia', 'chosen']);
    expect((await sizes())[2]).toBe(3);
    await undo();
    await expect.poll(names, patience).toEqual(['control', 'schizophrenia']);
  });

  it('makes a group by two conditions', async () => {
    const { page } = app;
    await button(page, 'Add a group…');
    const dialog = page.getByRole('dialog');
    const column = async (at: number, name: string) => {
      await dialog.getByRole('combobox', { name: 'Column' }).nth(at).click();
      await page.keyboard.type(name);
      await page.keyboard.press('Enter');
    };
    await dialog.getByRole('radio', { name: 'Range' }).click();
    await column(0, 'age');
    await dialog.getByLabel('Upper limit, not included').fill('30');
    await button(page, 'Add a condition');
    await column(1, 'gender');
    await dialog.getByRole('checkbox').first().check();
    const count = async () => Number(/(\d+) of 180 subjects match/.exec(await dialog.innerText())?.[1]);
    await expect.poll(count, patience).toBeGreaterThan(0);
    const both = await count();
    await dialog.getByRole('radio', { name: 'Any of them' }).click();
    await expect.poll(count, patience).toBeGreaterThan(both);
    await dialog.getByRole('radio', { name: 'All of them' }).click();
    await dialog.getByRole('button', { name: 'Save' }).last().click();
    await dialog.waitFor({ state: 'hidden', ...patience });
    expect(await names()).toHaveLength(3);
    expect((await names())[2]).toMatch(/^age < 30 and gender is /);
    await undo();
    await expect.poll(names, patience).toHaveLength(2);
  });

  it('divides groups within groups, and puts one against the rest', async () => {
    const { page } = app;
    await button(page, 'Divide all…');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Divide by' }).click();
    await page.keyboard.type('gender');
    await page.keyboard.press('Enter');
    await dialog.getByRole('listitem').first().waitFor(patience);
    expect(await dialog.getByRole('listitem').count()).toBe(4);
    await dialog.getByRole('button', { name: 'Divide' }).last().click();
    await expect.poll(names, patience).toHaveLength(4);
    const [first] = await names();
    expect(first).toMatch(/^control · /);
    await button(page, `Compare ${first} with all others together`);
    await expect.poll(names, patience).toEqual([first, `not ${first}`]);
    await page.locator('.labels h2').first().click();
    await undo();
    await undo();
    await expect.poll(names, patience).toEqual(['control', 'schizophrenia']);
  });

  it('selects subjects with a lasso on a scatter, and puts them into a group', async () => {
    const { page } = app;
    await show('Scatter');
    const chart = page.locator('.scatter canvas').first();
    await chart.waitFor(patience);
    const box = (await chart.boundingBox())!;
    const at = (x: number, y: number) => [box.x + box.width * x, box.y + box.height * y] as const;
    await page.mouse.move(...at(0.15, 0.1));
    await page.mouse.down();
    for (const [x, y] of [
      [0.55, 0.08],
      [0.55, 0.85],
      [0.15, 0.85],
      [0.14, 0.12],
    ] as const) {
      await page.mouse.move(...at(x, y), { steps: 6 });
    }
    await page.mouse.up();
    const bar = page.getByRole('toolbar', { name: 'Selected subjects' });
    await bar.waitFor(patience);
    // The selection follows the pencil; it has settled when two looks agree.
    let selected = -1;
    await expect
      .poll(
        async () => {
          const before = selected;
          selected = Number(/(\d+) selected/.exec(await bar.innerText())?.[1]);
          return selected === before && selected > 5 && selected < 180;
        },
        { ...patience, interval: 500 },
      )
      .toBe(true);
    await bar.getByTitle('Put into schizophrenia').click();
    await expect.poll(async () => (await sizes())[1], patience).toBeGreaterThan(50);
    await show('Subjects');
    await page.getByText(`${selected} selected`).waitFor(patience);
    await bar.getByRole('button', { name: 'Clear' }).click();
    await undo();
    await expect.poll(sizes, patience).toEqual([130, 50]);
  });

  it('compares covariates, matches the groups on them in one step, and saves table and diagram', async () => {
    const { page, electron } = app;
    await show('Covariates');
    await page.getByRole('cell', { name: 'age', exact: true }).waitFor(patience);
    expect(await page.locator('.balance td.strong').count()).toBeGreaterThan(0);
    await button(page, 'Match the groups…');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('table', { name: 'Subjects before and after' }).waitFor(patience);
    await dialog.getByLabel('Match on gender').selectOption('exact');
    await expect
      .poll(async () => await dialog.locator('.outcome').innerText(), patience)
      .toMatch(/gender[\s\S]*0 \(1\.00\)/);
    await dialog.getByRole('button', { name: 'Match', exact: true }).click();
    await dialog.waitFor({ state: 'hidden', ...patience });
    await until(page, (text) => /Not matched on/.test(text));
    const [controls, patients] = await sizes();
    expect(controls).toBe(patients);
    expect(controls).toBeGreaterThan(30);

    const table = join(work, 'covariates.csv');
    await answerDialogs(electron, [table]);
    await button(page, 'Save as CSV…');
    await page.getByText('The table was saved as covariates.csv.').first().waitFor(patience);
    expect(readFileSync(table, 'utf8')).toMatch(/^covariate,level,control: n/);
    await show('Flow');
    await page
      .getByRole('img', { name: /^Flow of subjects\. Imported 180\. Excluded \d+, Not matched on/ })
      .waitFor(patience);
    const diagram = join(work, 'flow.svg');
    await answerDialogs(electron, [diagram]);
    await button(page, 'Save as SVG…');
    await page.getByText('The diagram was saved as flow.svg.').first().waitFor(patience);
    expect(readFileSync(diagram, 'utf8')).toContain('>Analysed</text>');
  });

  it('can still undo after the program was closed and opened again, on the data page too', async () => {
    await app.close();
    await start();
    const { page } = app;
    await page.locator('.recent tbody button').first().click(patience);
    await page.getByText('180 subjects').first().waitFor(patience);
    await until(page, (text) => /excluded/.test(text));
    expect(await page.getByRole('button', { name: 'Undo' }).isEnabled()).toBe(true);
    await page.locator('main').click({ position: { x: 5, y: 5 } });
    await undo();
    await until(page, (text) => !/\d+ excluded/.test(text));
    await page.keyboard.press('Control+Shift+z');
    await until(page, (text) => /\d+ excluded/.test(text));
    await undo();
    await until(page, (text) => !/\d+ excluded/.test(text));
    expect(app.errors).toEqual([]);
  });

  it('says that files moved, and finds them again', async () => {
    const { page, electron } = app;
    const data = join(work, 'scans');
    mkdirSync(data);
    const rows = Array.from({ length: 6 }, (_, i) => {
      writeFileSync(join(data, `sub-${i}.nii`), smallScan(i + 1));
      return `sub-${i}\t${i % 2 ? 'a' : 'b'}\n`;
    });
    writeFileSync(join(data, 'participants.tsv'), `participant_id\tgroup\n${rows.join('')}`);
    await button(page, 'New study…');
    await answerDialogs(electron, [data]);
    await button(page, /^Folder/);
    await button(page, /^Import$/);
    await page.getByText('6 subjects').first().waitFor(patience);
    renameSync(data, join(work, 'archive'));
    await page.keyboard.press('Control+k');
    await page.keyboard.type('go to start');
    await page.keyboard.press('Enter');
    await page.locator('.recent tbody button').first().click(patience);
    await page.getByText('7 of 7 files of the study are not where they were').first().waitFor(patience);
    await answerDialogs(electron, [work]);
    await button(page, 'Find moved files…');
    await page.getByText('7 files were found again.').first().waitFor(patience);
    expect(await page.getByText('are not where they were').count()).toBe(0);
    expect(app.errors).toEqual([]);
  });
});
