/** Every page with something on it, held against WCAG 2.1 A and AA by axe, in both themes; and what can be reached at twice the size. */
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp, type RunningApp } from './app.ts';
import { violations } from './axe.ts';
import { button, goTo, patience } from './driving.ts';

async function show(page: Page, view: string): Promise<void> {
  await page.getByRole('radio', { name: view, exact: true }).click(patience);
}

/** Page by page, in the order in which a person meets them; each leaves the window as the next expects it. */
const pages: readonly { name: string; open(page: Page): Promise<void> }[] = [
  { name: 'Start', open: async (page) => await page.getByRole('button', { name: /UCLA/ }).waitFor(patience) },
  {
    name: 'Data',
    open: async (page) => {
      await button(page, /UCLA/);
      await page.getByText('180 subjects').first().waitFor(patience);
    },
  },
  { name: 'Cohort', open: async (page) => await goTo(page, 'Control+2', 'Covariates') },
  { name: 'Cohort, scatter', open: async (page) => await show(page, 'Scatter') },
  { name: 'Cohort, covariates', open: async (page) => await show(page, 'Covariates') },
  { name: 'Cohort, flow', open: async (page) => await show(page, 'Flow') },
  { name: 'Design', open: async (page) => await goTo(page, 'Control+3', 'Network') },
  {
    name: 'Train',
    open: async (page) => {
      await page.getByLabel('Epochs').fill('3');
      await page.getByLabel('Epochs').press('Enter');
      await button(page, /^Train/);
      await page.getByText('finished').first().waitFor({ timeout: 120_000 });
    },
  },
  {
    name: 'Review',
    open: async (page) => {
      await button(page, /^Review$/);
      await page.locator('figure').first().waitFor(patience);
    },
  },
  { name: 'Review, the heat map', open: async (page) => await show(page, 'Heat map') },
  { name: 'Review, subjects', open: async (page) => await show(page, 'Subjects') },
  { name: 'Review, the network', open: async (page) => await show(page, 'Network') },
  { name: 'Review, remarks', open: async (page) => await show(page, 'Remarks') },
  { name: 'Review, the session', open: async (page) => await show(page, 'Session') },
  { name: 'Review, tests', open: async (page) => await show(page, 'Tests') },
  { name: 'Sessions', open: async (page) => await button(page, /^Sessions/) },
  { name: 'Settings', open: async (page) => await button(page, /^Settings/) },
  { name: 'Help', open: async (page) => await button(page, /^Help/) },
];

let app: RunningApp;
beforeAll(async () => {
  app = await launchApp({ size: { width: 1280, height: 800 } });
});
afterAll(async () => {
  await app.close();
});

describe.each(pages)('$name', ({ open }) => {
  it('meets WCAG 2.1 AA in both themes', async () => {
    const { page } = app;
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await open(page);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await expect.poll(async () => await violations(page), { timeout: 60_000 }).toEqual([]);
    }
  });

  it('keeps what is done in reach at twice the size', async () => {
    const { page, electron } = app;
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(2));
    await page.waitForTimeout(300);
    const width = await page.evaluate(() => (globalThis as unknown as { innerWidth: number }).innerWidth);
    const beyond: string[] = [];
    for (const action of await page.getByRole('banner').getByRole('button').all()) {
      const box = await action.boundingBox();
      if (box !== null && box.x + box.width > width) beyond.push(await action.innerText());
    }
    const main = page.getByRole('main');
    const hidden = await main.evaluate((element: unknown) => {
      const { scrollWidth, clientWidth, ownerDocument } = element as {
        scrollWidth: number;
        clientWidth: number;
        ownerDocument: { defaultView: { getComputedStyle(of: unknown): { overflowX: string } } };
      };
      return scrollWidth > clientWidth && ownerDocument.defaultView.getComputedStyle(element).overflowX !== 'auto';
    });
    await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.setZoomFactor(1));
    expect({ width, beyond, hidden }).toEqual({ width: 640, beyond: [], hidden: false });
  });
});
