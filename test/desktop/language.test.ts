/** The window in the languages that it speaks: what a person chose is remembered, no page is left in English, and nothing is cut off. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { messagesOf } from '#app/text/messages/messages-of.ts';
import { speak, t } from '#app/text/text.ts';
import type { Language } from '#app/text/languages.ts';
import { launchApp, type RunningApp } from './app.ts';
import { overflows } from './overflows.ts';
import { patience } from './driving.ts';

const size = { width: 1280, height: 800 };

function libraryIn(language: Language): string {
  const library = mkdtempSync(join(tmpdir(), 'spectroscope-language-'));
  writeFileSync(join(library, 'settings.json'), JSON.stringify({ language }));
  return library;
}
const langOf = async (page: Page): Promise<string | null> => await page.locator('html').getAttribute('lang');
async function press(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name, exact: true }).first().click(patience);
}
async function see(page: Page, text: string | RegExp): Promise<void> {
  await page.locator('main').getByText(text).first().waitFor(patience);
}

describe('the window in German', () => {
  let app: RunningApp;
  const library = libraryIn('de');
  beforeAll(async () => {
    app = await launchApp({ library, size });
  });
  afterAll(async () => {
    await app.close();
    rmSync(library, { recursive: true, force: true });
  });

  it('names its pages and says what is on them', async () => {
    const { page } = app;
    expect(await langOf(page)).toBe('de');
    await page.getByRole('button', { name: /UCLA/ }).click(patience);
    const rail = page.getByRole('navigation', { name: 'Seiten' });
    for (const title of ['Daten', 'Kohorte', 'Entwurf', 'Trainieren', 'Auswertung', 'Sitzungen', 'Einstellungen'])
      await rail.getByText(title, { exact: true }).waitFor(patience);
    await see(page, '180 Probanden');
    await page.keyboard.press('Control+2');
    await page.getByRole('radio', { name: 'Kovariaten', exact: true }).waitFor(patience);
    await page.keyboard.press('Control+3');
    await see(page, 'Mehrlagiges Perzeptron');
    await see(page, 'Was der Durchgang braucht');
    await page.keyboard.press('Control+4');
    await see(page, 'Gerade wird nichts trainiert');
    await page.keyboard.press('F1');
    await see(page, 'Effektiver Rang');
    await press(page, 'Einstellungen');
    await see(page, 'Farbschema');
  });

  it('speaks another language, once it was chosen and the program was started again', async () => {
    const { page } = app;
    await page.getByRole('radio', { name: 'Français', exact: true }).click(patience);
    await see(page, 'Spectroscope spricht sie nach dem nächsten Start.');
    await app.close();
    app = await launchApp({ library, size });
    expect(await langOf(app.page)).toBe('fr');
    await press(app.page, 'Réglages');
    await see(app.page, 'Langue');
    const chosen = app.page.getByRole('radio', { name: 'Français', exact: true });
    expect(await chosen.getAttribute('aria-checked')).toBe('true');
  });
});

/** Page by page, in the order in which a person meets them; said in the language of the window. */
const pages: readonly { name: string; open(page: Page): Promise<void> }[] = [
  { name: 'Start', open: async (page) => await page.getByRole('button', { name: /UCLA/ }).waitFor(patience) },
  {
    name: 'Data',
    open: async (page) => {
      await page.getByRole('button', { name: /UCLA/ }).click(patience);
      await page.getByRole('grid').first().waitFor(patience);
    },
  },
  { name: 'Cohort', open: async (page) => await page.keyboard.press('Control+2') },
  { name: 'Cohort, scatter', open: async (page) => await show(page, t('Scatter')) },
  { name: 'Cohort, covariates', open: async (page) => await show(page, t('Covariates')) },
  { name: 'Cohort, flow', open: async (page) => await show(page, t('Flow')) },
  {
    name: 'Design',
    open: async (page) => {
      await page.keyboard.press('Control+3');
      await see(page, t('What the run takes'));
    },
  },
  {
    name: 'Train',
    open: async (page) => {
      await page.getByLabel(t('Epochs'), { exact: true }).fill('2');
      await page.getByLabel(t('Epochs'), { exact: true }).press('Enter');
      await page
        .getByRole('banner')
        .getByRole('button', { name: t('Train {folds} folds', { folds: 5 }) })
        .click(patience);
      await page.getByRole('banner').getByText(t('finished')).waitFor({ timeout: 120_000 });
    },
  },
  {
    name: 'Review',
    open: async (page) => {
      await page
        .getByRole('banner')
        .getByRole('button', { name: t('Review'), exact: true })
        .click({ timeout: 120_000 });
      await page.locator('figure').first().waitFor(patience);
    },
  },
  { name: 'Review, the heat map', open: async (page) => await show(page, t('Heat map')) },
  { name: 'Review, subjects', open: async (page) => await show(page, t('Subjects')) },
  { name: 'Review, the network', open: async (page) => await show(page, t('Network')) },
  { name: 'Review, remarks', open: async (page) => await show(page, t('Remarks')) },
  { name: 'Review, the session', open: async (page) => await show(page, t('Session')) },
  { name: 'Review, tests', open: async (page) => await show(page, t('Tests')) },
  { name: 'Sessions', open: async (page) => await press(page, t('Sessions')) },
  { name: 'Compare', open: async (page) => await press(page, t('Compare')) },
  { name: 'Settings', open: async (page) => await press(page, t('Settings')) },
  { name: 'Help', open: async (page) => await page.keyboard.press('F1') },
];
async function show(page: Page, view: string): Promise<void> {
  await page.getByRole('radio', { name: view, exact: true }).first().click(patience);
}

describe.each(['de', 'fr', 'es'] as const)('in %s', (language) => {
  let app: RunningApp;
  const library = libraryIn(language);
  beforeAll(async () => {
    speak(language, await messagesOf(language));
    app = await launchApp({ library, size });
  });
  afterAll(async () => {
    await app.close();
    rmSync(library, { recursive: true, force: true });
    speak('en', {});
  });
  afterEach(async ({ task }) => {
    const folder = process.env['PICTURES'];
    if (folder !== undefined) await app.page.screenshot({ path: join(folder, `${language}-${task.name}.png`) });
  });

  it.each(pages)('$name has room for its texts', async ({ open }) => {
    const { page } = app;
    await open(page);
    await expect.poll(async () => await overflows(page), { timeout: 3_000, interval: 500 }).toEqual([]);
  });
});
