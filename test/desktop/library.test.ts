/** The library of sessions in the real window: found, arranged, thrown away and brought back. */
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSession } from '../../main/engine/session/writer.ts';
import { exampleHeader, exampleStep } from '../fixtures/sessions/example.ts';
import { launchApp, resize, type RunningApp } from './app.ts';
import { button, patience } from './driving.ts';

const many = 200;

/** A small session of two groups, written as training writes it. */
function writeSession(file: string, title: string): void {
  const header = { ...exampleHeader(), title };
  const writer = createSession({ file }, header);
  for (let step = 0; step < 40; step++) writer.step(exampleStep(header, 0, step));
  writer.runStatus(0, 'finished', null);
  writer.close('finished');
}

const table = (page: Page): Locator => page.getByRole('grid', { name: 'Sessions', exact: true });
const row = (page: Page, title: string): Locator => table(page).getByRole('row').filter({ hasText: title });
const cell = (page: Page, title: string, at: number): Locator => row(page, title).getByRole('gridcell').nth(at);
/** Chooses a row by its date, which opens nothing. */
const choose = (page: Page, title: string, modifiers: ('Shift' | 'Control')[] = []): Promise<void> =>
  cell(page, title, 2).click({ ...patience, modifiers });
const panel = (page: Page): Locator => page.getByRole('complementary', { name: 'Chosen sessions' });
const counted = (page: Page, shown: number, all: number): Promise<void> =>
  page.getByText(`${shown} of ${all}`, { exact: true }).waitFor(patience);

describe('the library of sessions', () => {
  let app: RunningApp;
  let work: string;
  let sessions: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-library-'));
    const library = join(work, 'library');
    sessions = join(library, 'sessions');
    mkdirSync(sessions, { recursive: true });
    writeSession(join(sessions, 'first.spectra'), 'First try');
    writeSession(join(sessions, 'second.spectra'), 'Second try');
    const whole = readFileSync(join(sessions, 'first.spectra'));
    writeFileSync(join(sessions, 'cut.spectra'), whole.subarray(0, 5000));
    writeFileSync(join(sessions, 'text.spectra'), 'this is no session');
    writeFileSync(join(sessions, 'empty.spectra'), '');
    app = await launchApp({ library, size: { width: 1280, height: 800 } });
  }, 60_000);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('lists them, the damaged ones with what is wrong', async () => {
    const { page } = app;
    await button(page, 'Sessions');
    await counted(page, 5, 5);
    await choose(page, 'First try');
    await panel(page).getByText('Example study').waitFor(patience);
    for (const [name, reason] of [
      ['empty.spectra', /is empty/],
      ['text.spectra', /is not a session/],
      ['cut.spectra', /damaged/],
    ] as const) {
      await choose(page, name);
      await panel(page).getByText(reason).first().waitFor(patience);
    }
  });

  it('needs no sideways scrolling: a wide window shows more columns', async () => {
    const { page, electron } = app;
    const columns = (): Promise<number> => table(page).getByRole('columnheader').count();
    const beyond = (): Promise<number> =>
      table(page).evaluate(
        ({ scrollWidth, clientWidth }: { scrollWidth: number; clientWidth: number }) => scrollWidth - clientWidth,
      );
    expect(await row(page, 'First try').innerText()).toMatch(/patient/);
    expect(await beyond()).toBe(0);
    const before = await columns();
    await resize(electron, { width: 1920, height: 1080 });
    await expect.poll(columns, patience).toBeGreaterThan(before);
    expect(await row(page, 'First try').innerText()).toMatch(/Example study/);
    expect(await beyond()).toBe(0);
    await resize(electron, { width: 1280, height: 800 });
    await expect.poll(columns, patience).toBe(before);
  });

  it('draws loss and effective rank of those on the screen', async () => {
    const { page } = app;
    const curves = row(page, 'First try').locator('svg polyline');
    await expect.poll(() => curves.count(), patience).toBe(3);
    expect((await curves.first().getAttribute('points'))!.split(' ').length).toBeGreaterThan(20);
  });

  it('takes title, notes, tags and folder beside the list', async () => {
    const { page } = app;
    await choose(page, 'First try');
    const side = panel(page);
    await side.getByLabel('Title').fill('Memory, first try');
    await side.getByLabel('Title').press('Enter');
    await row(page, 'Memory, first try').waitFor(patience);
    await side.getByLabel('Notes').fill('four epochs only');
    await side.getByLabel('Notes').blur();
    await side.getByLabel('Add a tag', { exact: true }).fill('pilot');
    await side.getByLabel('Add a tag', { exact: true }).press('Enter');
    await side.getByRole('button', { name: 'Take off the tag pilot' }).waitFor(patience);
    await side.getByLabel('Folder of the session').fill('thesis/first');
    await side.getByLabel('Folder of the session').press('Enter');
    await page
      .getByLabel('Folder', { exact: true })
      .locator('option', { hasText: 'thesis/first (1)' })
      .waitFor({
        state: 'attached',
        ...patience,
      });
    await choose(page, 'Second try');
    await choose(page, 'Memory, first try');
    expect(await side.getByLabel('Notes').inputValue()).toBe('four epochs only');
    expect(await side.getByLabel('Folder of the session').inputValue()).toBe('thesis/first');
  });

  it('finds them by words, folder, tag and status', async () => {
    const { page } = app;
    const search = page.getByLabel('Search the sessions');
    for (const words of ['memory try', 'pilot', 'epochs only', 'thesis/first']) {
      await search.fill(words);
      await counted(page, 1, 5);
    }
    await search.fill('nothing like it');
    await page.getByText('No session has all of that.').waitFor(patience);
    await button(page, 'Show all');
    await counted(page, 5, 5);
    await page.getByLabel('Folder', { exact: true }).selectOption('thesis');
    await counted(page, 1, 5);
    await page.getByLabel('Folder', { exact: true }).selectOption({ label: 'All folders' });
    await page.getByLabel('Status', { exact: true }).selectOption('damaged');
    await counted(page, 3, 5);
    await button(page, 'Show all');
    await page.getByLabel('Tag', { exact: true }).selectOption('pilot');
    await counted(page, 1, 5);
    await button(page, 'Show all');
    await counted(page, 5, 5);
  });

  it('sorts by a column, one way and the other', async () => {
    const { page } = app;
    const first = (): Promise<string> => table(page).getByRole('row').nth(1).innerText();
    const head = table(page).getByRole('columnheader', { name: /^Session/ });
    await head.getByRole('button').click();
    await expect.poll(first, patience).toMatch(/cut/);
    await head.getByRole('button').click();
    await expect.poll(first, patience).toMatch(/text/);
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    await head.getByRole('button').click();
  });

  it('arranges several that the keyboard chose', async () => {
    const { page } = app;
    await choose(page, 'Memory, first try');
    await page.keyboard.press('Shift+ArrowDown');
    const side = panel(page);
    await side.getByText('2 sessions', { exact: true }).waitFor(patience);
    await side.getByLabel('Add a tag to all').fill('final');
    await side.getByLabel('Add a tag to all').press('Enter');
    await side.getByRole('button', { name: 'Take off the tag final' }).waitFor(patience);
    for (const tag of ['pilot (1)', 'final (2)']) {
      const option = page.getByLabel('Tag', { exact: true }).locator('option', { hasText: tag });
      await option.waitFor({ state: 'attached', ...patience });
    }
    await table(page).focus();
    await page.keyboard.press('Escape');
    await side.getByText(/Choose a session to see/).waitFor(patience);
  });

  it('says which study is needed where it has not the study of a session', async () => {
    const { page } = app;
    await choose(page, 'Second try');
    await button(page, 'Duplicate settings');
    await page
      .getByRole('alert')
      .getByText(/'Example study' \(19 subjects\), which is not in this library/)
      .waitFor(patience);
  });

  it('throws away after a question, damaged ones too, and brings back', async () => {
    const { page } = app;
    await choose(page, 'text.spectra');
    await choose(page, 'Second try', ['Control']);
    await table(page).focus();
    await page.keyboard.press('Delete');
    const question = page.getByRole('dialog');
    await question.getByText('Delete 2 sessions?').waitFor(patience);
    await question.getByRole('button', { name: 'Delete', exact: true }).click();
    await counted(page, 3, 3);
    expect(readdirSync(join(sessions, 'trash')).filter((file) => file.endsWith('.spectra'))).toHaveLength(2);

    await button(page, 'Trash…');
    const trash = page.getByRole('dialog', { name: 'Trash' });
    await trash.getByRole('row').filter({ hasText: 'Second try' }).click(patience);
    await trash.getByRole('button', { name: 'Bring back' }).click();
    await trash.getByText(/^1 session, 18/).waitFor(patience);
    await trash.getByRole('button', { name: 'Empty the trash…' }).click();
    await trash.getByText(/Remove 1 session \(18.B\) for good\?/).waitFor(patience);
    await trash.getByRole('button', { name: 'Remove for good' }).click();
    await trash.getByText('The trash is empty.').waitFor(patience);
    await trash.getByRole('button', { name: 'Close', exact: true }).click();
    await counted(page, 4, 4);
    expect(readdirSync(join(sessions, 'trash')).filter((file) => file.endsWith('.spectra'))).toEqual([]);
  });

  it('shows a few hundred, and the rows on the screen alone', async () => {
    const { page } = app;
    for (let copy = 0; copy < many; copy++) {
      copyFileSync(join(sessions, 'second.spectra'), join(sessions, `copy-${copy}.spectra`));
    }
    await button(page, 'Spectroscope');
    await button(page, /^Sessions/);
    await counted(page, many + 4, many + 4);
    expect(await table(page).getByRole('row').count()).toBeLessThan(50);
    await table(page).focus();
    await page.keyboard.press('Control+a');
    await panel(page)
      .getByText(`${many + 4} sessions`)
      .waitFor(patience);
    await page.keyboard.press('End');
    await table(page)
      .locator(`[aria-rowindex="${many + 5}"]`)
      .waitFor(patience);
  });

  it('opens one with Enter', async () => {
    const { page } = app;
    await page.getByLabel('Search the sessions').fill('memory');
    await counted(page, 1, many + 4);
    await table(page).focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await page.getByText('At the cursor').first().waitFor(patience);
  });

  it('left no error in the window', () => {
    expect(app.errors).toEqual([]);
  });
});
