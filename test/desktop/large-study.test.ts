/** A study of thousands of subjects and hundreds of values in the real window: rows to look at first, then all of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { saveStudy } from '../../main/engine/study/study-file.ts';
import { madeStudy } from '../bench/made-study.ts';
import { launchApp, type RunningApp } from './app.ts';

const subjects = 2500;
/** It is read by three processes, which a busy machine keeps waiting. */
const patience = { timeout: 40_000 };

/** What the page says of the study while it comes: its texts, each once, in their order. */
const watchTexts = `(() => {
  globalThis.seenTexts = [];
  const look = () => {
    const said = document.querySelector('.tools b, .empty h2')?.textContent ?? '';
    const undo = [...document.querySelectorAll('button')].some((each) => each.textContent.trim() === 'Undo');
    const filter = document.querySelector('input[type=search]') !== null;
    const text = [said, undo ? 'undo' : '', filter ? 'filter' : ''].join('|');
    if (globalThis.seenTexts.at(-1) !== text) globalThis.seenTexts.push(text);
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  return true;
})()`;

describe('a large study', () => {
  let app: RunningApp;
  let library: string;
  beforeAll(async () => {
    library = mkdtempSync(join(tmpdir(), 'spectroscope-large-'));
    const study = { ...madeStudy(library, { subjects, features: 350 }), name: 'Thousands' };
    await saveStudy(join(library, 'studies', study.id, 'study.json'), study);
    app = await launchApp({ library, size: { width: 1280, height: 800 } });
  });
  afterAll(async () => {
    await app.close();
    rmSync(library, { recursive: true, force: true });
  });

  it('shows its first rows, and offers filters and undo once all of it is here', async () => {
    const { page } = app;
    await page.evaluate(watchTexts);
    await page.getByRole('button', { name: 'Thousands', exact: true }).click(patience);
    await page.locator('[role=grid] .line').nth(5).waitFor(patience);
    await page.getByText(/^2.?500 subjects · 350 features$/).waitFor(patience);
    const seen = await page.evaluate<string[]>('globalThis.seenTexts');
    const between = seen.filter((text) => text.startsWith('Reading the study'));
    expect(between.length).toBeGreaterThan(3);
    expect(between[0]).toMatch(/^Reading the study: \d+ of 2.?500 subjects\|\|$/);
    expect(between.every((text) => text.endsWith('||'))).toBe(true);
    await page.keyboard.press('Control+End');
    expect(await page.locator('[role=grid]').getAttribute('aria-rowcount')).toBe('2501');
  });

  it('waits on the pages that show all of it', async () => {
    const { page } = app;
    await page.reload();
    await page.locator('[role=grid] .line').nth(5).waitFor(patience);
    await page.evaluate(watchTexts);
    await page.keyboard.press('Control+2');
    await page.getByRole('complementary', { name: 'Groups and target' }).waitFor(patience);
    const seen = await page.evaluate<string[]>('globalThis.seenTexts');
    // Where all was here before the key was pressed, the page came at once.
    expect(seen.some((text) => text.startsWith('No study is open'))).toBe(false);
  });

  it('is edited and undone as any other, also where an edit changes a value of every subject', async () => {
    const { page } = app;
    await page.keyboard.press('Control+1');
    await page.getByRole('button', { name: /^Role, type and meaning of feature_0$/ }).click(patience);
    await page.getByRole('dialog').getByLabel('Type').selectOption('text');
    await page.keyboard.press('Escape');
    const aligned = page.getByRole('columnheader', { name: /^feature_0\b/ });
    const isRight = async (): Promise<boolean> => ((await aligned.getAttribute('class')) ?? '').includes('right');
    await expect.poll(isRight, patience).toBe(false);
    await page.keyboard.press('Control+z');
    await expect.poll(isRight, patience).toBe(true);
    expect(app.errors).toEqual([]);
  });
});
