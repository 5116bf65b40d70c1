/** MLP, LSTM and Transformer, trained on the same subjects, side by side in the real window. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallTable } from '../cli/command.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { violations } from './axe.ts';
import { button, patience, until } from './driving.ts';
import { panelLetters, readPdf } from './pdf.ts';

const root = resolve(import.meta.dirname, '..', '..');
const models = ['mlp', 'lstm', 'transformer'] as const;

/** Trains from the command line into the library, as a person would who compares architectures. */
function train(work: string, name: string, words: readonly string[]): void {
  const common = ['train', join(work, 'cohort.csv'), '--epochs', '4', '--batch', '8', '--folds', '3'];
  const out = ['--out', join(work, 'library', 'sessions', `${name}.spectra`)];
  const run = spawnSync(
    process.execPath,
    [join(root, 'main', 'cli', 'spectroscope.ts'), ...common, ...words, ...out, '--json'],
    { cwd: root, encoding: 'utf8' },
  );
  if (run.status !== 0) throw new Error(run.stderr);
}

/** Where the cursor stands in each panel, in pixels from the left end of its plot; null: not shown. */
async function cursors(page: Page): Promise<(number | null)[]> {
  return await page.locator('.panel').evaluateAll((panels) => {
    interface Styled {
      style: { getPropertyValue(name: string): string };
    }
    return (panels as unknown as Styled[]).map(({ style }, i) => {
      if (style.getPropertyValue('--cursor-opacity') === '0') return null;
      // The first column leaves room for the words of its axis.
      return Number.parseFloat(style.getPropertyValue('--cursor-x')) - (i % 3 === 0 ? 74 : 14);
    });
  });
}

async function choose(page: Page, titles: readonly string[]): Promise<void> {
  await button(page, 'Choose sessions');
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox').first().waitFor(patience);
  const checked = dialog.getByRole('checkbox', { checked: true });
  while ((await checked.count()) > 0) await checked.first().uncheck();
  for (const title of titles) await dialog.getByRole('checkbox', { name: title, exact: true }).check();
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click(patience);
  await dialog.waitFor({ state: 'hidden', ...patience });
}

describe('a comparison', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-compare-'));
    mkdirSync(join(work, 'library', 'sessions'), { recursive: true });
    writeFileSync(join(work, 'cohort.csv'), smallTable());
    for (const model of models) train(work, model, ['--group', 'diagnosis', '--model', model]);
    train(work, 'other', ['--group', 'sex', '--target', 'diagnosis']);
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('begins empty, with the next step named, and takes at least two sessions', async () => {
    const { page } = app;
    await button(page, /^Compare$/);
    await page.getByText('Nothing is compared').waitFor(patience);
    await button(page, 'Choose sessions');
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: 'mlp', exact: true }).check();
    expect(await dialog.getByRole('button', { name: 'Compare', exact: true }).isDisabled()).toBe(true);
    await dialog.getByText('Choose at least 2 sessions.').waitFor(patience);
    await dialog.getByRole('button', { name: 'Cancel' }).click();
  });

  it('has a panel for each network and layer, headed by model, target and AUC', async () => {
    const { page } = app;
    await choose(page, models);
    await page.locator('figure').nth(8).waitFor(patience);
    expect(await page.locator('figure').count()).toBe(9);
    const figure = (name: string) => page.locator(`figure[aria-label*="${name}"]`).first();
    await figure('A · dense_1 (first)').waitFor(patience);
    await figure('B · lstm_1/recurrent (middle)').waitFor(patience);
    await figure('C · dense_6 (last)').waitFor(patience);
    // All of them fit beside each other: nothing is scrolled to.
    const { scrollWidth, clientWidth } = await page.locator('.host').evaluate((element) => {
      const host = element as unknown as { scrollWidth: number; clientWidth: number };
      return { scrollWidth: host.scrollWidth, clientWidth: host.clientWidth };
    });
    expect(scrollWidth).toBeLessThanOrEqual(clientWidth);
    await until(page, (text) => (text.match(/AUC \d/g) ?? []).length >= 3);
    for (const title of ['A Multilayer perceptron → diagnosis', 'B LSTM → diagnosis', 'C Transformer → diagnosis']) {
      await page.getByRole('heading', { name: title }).waitFor(patience);
    }
    await page.getByText(/first \(A: dense_1, B: lstm_1\/input, C: dense_1\)/).waitFor(patience);
  });

  it('shares one cursor, by mouse and keys, and one zoom', async () => {
    const { page } = app;
    expect(await cursors(page)).toEqual(Array.from({ length: 9 }, () => null));
    await page
      .locator('.panel')
      .nth(4)
      .click({ position: { x: 120, y: 90 } });
    const pressed = await cursors(page);
    expect(new Set(pressed).size).toBe(1);
    expect(Math.abs((pressed[0] ?? 0) - 106)).toBeLessThan(5);
    const table = page.getByRole('table', { name: /Effective rank at epoch/ });
    // Two groups of three layers, one column for each session.
    expect(await table.getByRole('row').count()).toBe(7);
    const before = await table.innerText();
    await page.keyboard.press('Home');
    await expect.poll(() => cursors(page), patience).toEqual(Array.from({ length: 9 }, () => 0));
    expect(await table.innerText()).not.toBe(before);
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(async () => new Set(await cursors(page)).size, patience).toBe(1);
    expect((await cursors(page))[0]).toBeGreaterThan(0);
    const box = (await page.locator('.panel').nth(1).boundingBox()) as { x: number; y: number };
    await page.mouse.move(box.x + 60, box.y + 80);
    await page.mouse.down();
    await page.mouse.move(box.x + 160, box.y + 80, { steps: 5 });
    await page.mouse.up();
    await page.getByText('Zoomed in.').waitFor(patience);
    await page.keyboard.press('Escape');
    await page.getByText('Zoomed in.').waitFor({ state: 'hidden', ...patience });
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -100);
    await page.getByText('Zoomed in.').waitFor(patience);
    await page.mouse.wheel(0, 100);
    await page.getByText('Zoomed in.').waitFor({ state: 'hidden', ...patience });
    await page.keyboard.up('Control');
  });

  it('draws singular values, and aligns by iteration and loss', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: 'Singular values' }).click(patience);
    await page.locator('figure[aria-label*="gradient singular values, mean of 3 runs"]').nth(8).waitFor(patience);
    // What is told at the cursor is what is drawn, and every choice has room for its words.
    await page
      .locator('.panel')
      .nth(4)
      .click({ position: { x: 120, y: 60 } });
    await page.getByRole('table', { name: /^Largest value, σ₁ at epoch .*, mean over runs$/ }).waitFor(patience);
    const cut = await page.locator('.segments button').evaluateAll((buttons) => {
      interface Sized {
        textContent: string;
        getBoundingClientRect(): { right: number };
        parentElement: { getBoundingClientRect(): { right: number } };
      }
      return (buttons as unknown as Sized[])
        .filter((one) => one.getBoundingClientRect().right > one.parentElement.getBoundingClientRect().right + 0.5)
        .map(({ textContent }) => textContent);
    });
    expect(cut).toEqual([]);
    await page.getByLabel('Runs', { exact: true }).selectOption({ label: 'Run 2' });
    await page.locator('figure[aria-label*="gradient singular values, fold 2"]').nth(8).waitFor(patience);
    await page.getByRole('table', { name: /^Largest value, σ₁ at epoch .*, run 2$/ }).waitFor(patience);
    for (const [name, words] of [
      ['Iteration', 'Aligned by iteration'],
      ['Loss', 'Aligned by training loss'],
    ] as const) {
      await page.getByRole('radio', { name, exact: true }).click(patience);
      await page.getByText(words).waitFor(patience);
      await page.locator('figure[aria-label*="gradient singular values, fold 2"]').nth(8).waitFor(patience);
    }
    await page.getByRole('radio', { name: 'Summary' }).click(patience);
    await page.getByRole('radio', { name: 'Epoch', exact: true }).click(patience);
    await page.getByText('Aligned by epoch').waitFor(patience);
  });

  it('lays sessions over each other, takes one from another, and leaves layers out', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: 'Overlay' }).click(patience);
    await page.locator('figure[aria-label^="control, first"]').waitFor(patience);
    await page.getByRole('radio', { name: 'Difference' }).click(patience);
    await page.locator('figure[aria-label^="A − B, first"]').waitFor(patience);
    await page.getByLabel('Second session').selectOption({ label: 'C' });
    await page.locator('figure[aria-label^="A − C, first"]').waitFor(patience);
    await page.getByRole('checkbox', { name: 'middle' }).uncheck();
    await expect.poll(() => page.locator('figure').count(), patience).toBe(2);
    await page.getByRole('switch', { name: 'all samples' }).click(patience);
    await page.getByRole('radio', { name: 'Overlay' }).click(patience);
    await expect.poll(() => page.locator('figure').count(), patience).toBe(6);
    await page.getByRole('switch', { name: 'all samples' }).click(patience);
    await page.getByRole('checkbox', { name: 'middle' }).check();
  });

  it('tells metrics, differences and what differs in numbers', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: 'Numbers' }).click(patience);
    const table = (name: string | RegExp) => page.getByRole('table', { name });
    expect(await table('Validation').getByRole('row').filter({ hasText: 'AUC' }).innerText()).toMatch(/\d\.\d+ \(/);
    expect(await table(/How groups differ/).innerText()).toContain('control − patient');
    expect(await table('Spectra, session against session').innerText()).toContain('paired, 3 runs');
    expect(await table('What differs').innerText()).toMatch(/model, name\s+mlp\s+lstm\s+transformer/);
    await page.getByText(/their gradients differ by construction/).waitFor(patience);
  });

  it('is saved as one picture and as numbers', async () => {
    const { page, electron } = app;
    await page.getByRole('radio', { name: 'Side by side' }).click(patience);
    await page.locator('figure').nth(8).waitFor(patience);
    const saved = async (action: RegExp, file: string): Promise<Buffer> => {
      const path = join(work, file);
      await answerDialogs(electron, [path]);
      await button(page, action);
      await page.getByText(`Saved ${file}.`).waitFor(patience);
      expect(existsSync(path)).toBe(true);
      return readFileSync(path);
    };
    const svg = (await saved(/Picture as SVG/, 'all.svg')).toString();
    expect(svg.match(/<svg /g)).toHaveLength(10);
    for (const words of ['B LSTM → diagnosis', 'AUC 0.', 'control', 'epochs passed']) expect(svg).toContain(words);
    const png = await saved(/Picture as PNG/, 'all.png');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const [head, ...rows] = (await saved(/Export numbers/, 'all.csv')).toString().trim().split('\r\n');
    expect(head).toBe('session,title,model,run,layer,name of the layer,quantity,summary,scale,group,epoch,value');
    expect(new Set(rows.map((row) => row.split(',')[0]))).toEqual(new Set(['A', 'B', 'C']));
    expect(rows.every((row) => Number.isFinite(Number(row.split(',').at(-1))))).toBe(true);
  });

  it('is one figure for print, with a letter for each panel', async () => {
    const { page, electron } = app;
    const dialog = page.getByRole('dialog');
    const path = join(work, 'comparison.pdf');
    await page.locator('.panel .dots').first().click(patience);
    await page.getByRole('menuitem', { name: 'Whole page as a figure…' }).click(patience);
    await dialog.getByRole('img', { name: /^Preview of/ }).waitFor(patience);
    await answerDialogs(electron, [path]);
    await dialog.getByRole('button', { name: 'Save as PDF…' }).click(patience);
    await dialog.waitFor({ state: 'hidden', ...patience });
    await expect.poll(() => existsSync(path), patience).toBe(true);
    const { boxMm, texts, lines } = readPdf(readFileSync(path));
    expect(boxMm[0]).toBe(180);
    expect(panelLetters(texts)).toBe('abcdefghi');
    expect(texts).toContain('epochs passed');
    expect(texts.some((text) => text.startsWith('B LSTM'))).toBe(true);
    // Two groups in each of nine panels.
    expect(lines).toBeGreaterThanOrEqual(18);
  });

  it('meets WCAG 2.1 AA in both themes, panels and numbers', async () => {
    const { page } = app;
    for (const view of ['Side by side', 'Numbers']) {
      await page.getByRole('radio', { name: view }).click(patience);
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await expect.poll(async () => await violations(page), { timeout: 15_000 }).toEqual([]);
      }
    }
  });

  it('is opened from the library, by choosing sessions there', async () => {
    const { page } = app;
    await button(page, /^Sessions$/);
    const date = (title: string) =>
      page
        .getByRole('grid', { name: 'Sessions' })
        .getByRole('row')
        .filter({ hasText: title })
        .getByRole('gridcell')
        .nth(2);
    await date('transformer').first().click(patience);
    await date('lstm')
      .first()
      .click({ ...patience, modifiers: ['Control'] });
    await page.getByRole('main').getByRole('button', { name: 'Compare', exact: true }).click(patience);
    await page.locator('.panel figure').nth(3).waitFor(patience);
    await page.getByRole('heading', { name: /LSTM → diagnosis/ }).waitFor(patience);
  });

  it('refuses sessions of other groups in words, and goes on when one is left out', async () => {
    const { page } = app;
    await choose(page, ['mlp', 'lstm', 'other']);
    await page
      .getByRole('alert')
      .getByText(/other.spectra .* has the groups M, F and shares none/)
      .waitFor(patience);
    await page.getByRole('button', { name: /^Leave out C/ }).click(patience);
    await page.locator('figure').nth(3).waitFor(patience);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('left no error in the window', () => {
    expect(app.errors).toEqual([]);
  });
});
