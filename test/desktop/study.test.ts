/** A study as a person changes it in the real window: columns, groups, target, undo, copies; three groups end to end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';

describe('a study', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-window-'));
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
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

  it('has its columns corrected where they were taken for something else', async () => {
    const { page } = app;
    await page.getByRole('button', { name: /UCLA/ }).click(patience);
    await page.getByText('180 subjects').first().waitFor(patience);
    await page.keyboard.press('Control+1');
    await page
      .getByText(/\d+ features/)
      .first()
      .waitFor(patience);
    const features = async (): Promise<number> =>
      Number(/(\d+) features/.exec(await page.locator('body').innerText())?.[1]);
    const before = await features();
    await page.getByRole('button', { name: /^Role, type and meaning of cvlt.cvlt_bf/ }).click(patience);
    await page.getByRole('dialog').getByLabel('Used as').selectOption('ignored');
    await expect.poll(features, patience).toBe(before - 1);
    await page.getByRole('dialog').getByLabel('Type').selectOption('category');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect.poll(features, patience).toBe(before);
  });

  it('refuses to train without features, in words', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: /^Features/ }).click();
    await button(page, 'None');
    await page.getByText('0 features').first().waitFor(patience);
    await page.keyboard.press('Control+3');
    await page.getByText(/No feature is left to train on. Choose feature columns/).waitFor(patience);
    expect(
      await page
        .getByRole('button', { name: /^Train \d/ })
        .last()
        .isDisabled(),
    ).toBe(true);
    await page.keyboard.press('Control+z');
    await page.getByRole('cell', { name: 'dense_1', exact: true }).waitFor(patience);
  });

  /** Fills the editor of a group and saves it. */
  async function addGroup(
    name: string,
    kind: string,
    fill: (dialog: Locator) => Promise<void>,
    of = 'a group',
  ): Promise<void> {
    const { page } = app;
    await button(page, `Add ${of}…`);
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name', { exact: true }).fill(name);
    await dialog.getByRole('radio', { name: kind, exact: true }).click();
    await fill(dialog);
    await dialog.getByText(/\d+ of 180 subjects match/).waitFor(patience);
    await dialog.getByRole('button', { name: 'Save' }).last().click();

    await dialog.waitFor({ state: 'hidden', ...patience });
  }
  const column = async (dialog: Locator, name: string): Promise<void> => {
    await dialog.getByRole('combobox', { name: 'Column' }).click();
    await app.page.keyboard.type(name);
    await app.page.keyboard.press('Enter');
  };

  it('is divided by ranges of age into three groups', async () => {
    const { page } = app;
    await page.keyboard.press('Control+2');
    await page.getByText('Groups to compare').waitFor(patience);
    for (const name of await names()) {
      await button(page, `Remove the group ${name}`);
      await expect.poll(names, patience).not.toContain(name);
    }
    await page.getByText(/No groups yet/).waitFor(patience);
    for (const [name, from, to] of [
      ['young', '', '28'],
      ['middle', '28', '40'],
      ['old', '40', ''],
    ] as const) {
      await addGroup(name, 'Range', async (dialog) => {
        await column(dialog, 'age');
        await dialog.getByLabel('Lower limit, included').fill(from);
        await dialog.getByLabel('Upper limit, not included').fill(to);
      });
    }
    expect(await names()).toEqual(['young', 'middle', 'old']);
    expect(await page.locator('.labels').innerText()).not.toMatch(/diagnosis/);
    await until(page, (text) => /Analysed\s+180/.test(text));
  });

  it('has groups renamed, coloured, made by value and by pattern, and all of it undone and done again', async () => {
    const { page } = app;
    const field = page.getByRole('textbox', { name: 'Name of the group middle' });
    await field.fill('mid');
    await field.press('Enter');
    // The engine has taken it: the field is called after the new name.
    await page.getByRole('textbox', { name: 'Name of the group mid', exact: true }).waitFor(patience);
    await expect.poll(names, patience).toEqual(['young', 'mid', 'old']);
    const colour = page.getByRole('button', { name: 'Next colour for mid' });
    const before = await colour.getAttribute('style');
    await colour.click();
    await expect.poll(() => colour.getAttribute('style'), patience).not.toBe(before);
    await addGroup('women', 'Value', async (dialog) => {
      await column(dialog, 'gender');
      await dialog.getByRole('checkbox').first().check();
    });
    await addGroup('first ids', 'File name', async (dialog) => {
      await dialog.getByRole('radio', { name: 'Identifier' }).click();
      await dialog.getByLabel('Pattern').fill('sub-101*');
    });
    expect(await names()).toEqual(['young', 'mid', 'old', 'women', 'first ids']);
    await page.locator('.labels h2').first().click();
    for (let times = 0; times < 4; times++) await page.keyboard.press('Control+z');
    await expect.poll(names, patience).toEqual(['young', 'middle', 'old']);
    for (let times = 0; times < 4; times++) await page.keyboard.press('Control+Shift+z');
    await expect.poll(names, patience).toEqual(['young', 'mid', 'old', 'women', 'first ids']);
    for (let times = 0; times < 4; times++) await page.keyboard.press('Control+z');
    await expect.poll(names, patience).toEqual(['young', 'middle', 'old']);
  });

  it('takes subjects out and in again', async () => {
    const { page } = app;
    await page.getByRole('row', { name: /sub-10159/ }).click();
    await button(page, 'Exclude…');
    await page.getByLabel(/Reason/).fill('Motion');
    await page.getByRole('button', { name: 'Exclude', exact: true }).click();
    await until(page, (text) => /Analysed\s+179/.test(text));
    await button(page, /^Include/);
    await until(page, (text) => /Analysed\s+180/.test(text));
    await page.keyboard.press('Escape');
  });

  it('has a target other than its groups', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: 'Something else' }).click();
    await page.getByRole('combobox', { name: 'Target from a column' }).click();
    await page.keyboard.type('diagnosis');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Name of the group schizophrenia' }).waitFor(patience);
    expect(await names()).toEqual(['young', 'middle', 'old']);
  });

  it('is saved as a copy and opened again, from the file and from the list', async () => {
    const { page, electron } = app;
    const copy = join(work, 'ages.json');
    await answerDialogs(electron, [copy]);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Find a command' }).fill('save copy');
    await page.keyboard.press('Enter');
    await page.getByText('A copy of the study was saved as ages.json.').first().waitFor(patience);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('go to start');
    await page.keyboard.press('Enter');
    await page.getByText('Recent studies').waitFor(patience);
    await button(page, 'Open a study file…');
    await page.getByText('180 subjects').first().waitFor(patience);
    await page.keyboard.press('Control+2');
    await expect.poll(names, patience).toEqual(['young', 'middle', 'old']);
    // A copy has the history of the study, too.
    expect(await page.getByRole('button', { name: 'Undo' }).isEnabled()).toBe(true);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('go to start');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('.recent tbody tr').count(), patience).toBe(2);
    await page.locator('.recent tbody button').first().click();
    await page.getByText('180 subjects').first().waitFor(patience);
  });

  it('trains three groups against that target', async () => {
    const { page } = app;
    await page.keyboard.press('Control+3');
    await page.getByLabel('Folds').fill('2');
    await page.getByLabel('Folds').press('Enter');
    await page.getByLabel('Epochs').fill('3');
    await page.getByLabel('Epochs').press('Enter');
    await button(page, /^Train 2 folds/);
    await until(page, (text) => /finished/.test(text));
    for (const group of ['young', 'middle', 'old']) {
      await page.locator(`figure[aria-label*="dense_1, ${group}"]`).waitFor(patience);
    }
    expect(await page.locator('aside').last().innerText()).not.toMatch(/by construction/);
    expect(app.errors).toEqual([]);
  });
});
