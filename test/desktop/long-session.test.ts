/** A session of 20,000 steps and 8 layers in the real window: it opens, zooms and moves without an error. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { framesWhile } from '../bench/window.ts';
import { writeBigSession } from '../fixtures/sessions/big-session.ts';
import { launchApp, type RunningApp } from './app.ts';
import { button, patience } from './driving.ts';

describe('a long session', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-long-'));
    mkdirSync(join(work, 'library', 'sessions'), { recursive: true });
    writeBigSession(join(work, 'library', 'sessions', 'long.spectra'), 20_000, 8);
    app = await launchApp({ library: join(work, 'library'), size: { width: 1280, height: 800 } });
  }, 600_000);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('opens with its charts over all of its steps', async () => {
    const { page } = app;
    await button(page, 'Sessions');
    await page.getByRole('button', { name: '20000 steps, 8 layers' }).click(patience);
    await page.locator('figure[aria-label^="Gradient singular values, dense_1"]').first().waitFor(patience);
    await page.getByRole('img', { name: /^Steps 0 to 19999 of 19999/ }).waitFor(patience);
  });

  it('zooms in and out while it draws, and shows everything again', async () => {
    const { page } = app;
    const { perSecond } = await framesWhile(page, 3000, '.area', 'zoom');
    expect(perSecond).toBeGreaterThan(0);
    await page.locator('.area').focus();
    await page.keyboard.press('Escape');
    await page.getByRole('img', { name: /^Steps 0 to 19999 of 19999/ }).waitFor(patience);
  });

  it('tells the numbers of a step in its middle', async () => {
    const { page } = app;
    await page.keyboard.press('Home');
    await expect.poll(() => page.locator('aside .step').innerText(), patience).toBe('step 0');
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('aside .step').innerText(), patience).toMatch(/^step 19.999$/);
  });

  it('left no error in the window', () => {
    expect(app.errors).toEqual([]);
  });
});
