/** The window in the languages that it speaks: what a person chose is remembered, no page is left in English, and nothing is cut off. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';
import { messagesOf } from '#app/text/messages/messages-of.ts';
import { speak, t } from '#app/text/text.ts';
import type { Language } from '#app/text/languages.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { patience } from './driving.ts';
import { englishIn, visibleTexts } from './english.ts';
import { overflows } from './overflows.ts';

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
    await see(page, 'Was der Lauf braucht');
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

/** Classes that cannot be learned, a group whose values spread three times as far, and a table that has what checks find. */
function troubledTable(): string {
  const random = new SeededRandom(2);
  const names = Array.from({ length: 20 }, (_, i) => `f${i}`);
  const rows = Array.from({ length: 100 }, (_, i) => {
    const values = names.map(() => (random.normal() * (i % 2 === 0 ? 1 : 3)).toFixed(4));
    return [`s${i}`, i % 2 === 0 ? 'a' : 'b', Math.floor(i / 2) % 2 === 0 ? 'x' : 'y', '7', ...values];
  });
  const [first = [], second = [], third = []] = rows;
  first[4] = '';
  second[5] = 'unreadable';
  third[6] = '-999';
  rows.push([...third], ['', ...second.slice(1)], ['s100', ...first.slice(1)]);
  return [['id', 'arm', 'verdict', 'flat', ...names], ...rows].map((row) => row.join()).join('\n');
}

/** What the command line says is English, and so is what it keeps. */
function commandLine(work: string, words: readonly string[]): void {
  const root = resolve(import.meta.dirname, '..', '..');
  const run = spawnSync(process.execPath, [join(root, 'main', 'cli', 'spectroscope.ts'), ...words], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, SPECTROSCOPE_LIBRARY: join(work, 'elsewhere') },
  });
  if (run.status !== 0) throw new Error(run.stderr);
}

describe.each(['de', 'fr', 'es'] as const)('what files keep, in %s', (language) => {
  let app: RunningApp;
  let isEnglish: (text: string) => boolean;
  const library = libraryIn(language);
  const study = join(library, 'troubled.json');
  beforeAll(async () => {
    const messages = await messagesOf(language);
    speak(language, messages);
    isEnglish = englishIn(messages);
    const [table, session] = [join(library, 'troubled.csv'), join(library, 'sessions', 'troubled.spectra')];
    mkdirSync(join(library, 'sessions'));
    writeFileSync(table, troubledTable());
    const network = ['--group', 'arm', '--target', 'verdict', '--set', 'hidden=16,8', '--lr', '0.01'];
    const training = [...network, '--epochs', '40', '--batch', '16', '--folds', '1', '--keep-grams'];
    commandLine(library, ['train', table, ...training, '--out', session]);
    const methods = 'permutation,max-statistic,runs,per-iteration';
    commandLine(library, ['test', session, '--method', methods, '--permutations', '99', '--keep']);
    commandLine(library, ['import', table, '--group', 'arm', '--out', study]);
    app = await launchApp({ library, size });
  }, 180_000);
  afterAll(async () => {
    await app.close();
    rmSync(library, { recursive: true, force: true });
    speak('en', {});
  });

  async function noEnglish(): Promise<void> {
    const english = async (): Promise<string[]> => (await visibleTexts(app.page)).filter(isEnglish);
    await expect.poll(english, { timeout: 5_000, interval: 500 }).toEqual([]);
  }

  it('is said in the language of the window: the problems of a study, its groups and its design', async () => {
    const { page, electron } = app;
    await noEnglish();
    await answerDialogs(electron, [study]);
    await press(page, t('Open a study file…'));
    await page.getByRole('grid').first().waitFor(patience);
    const { problems } = JSON.parse(readFileSync(study, 'utf8')) as { problems: unknown[] };
    await show(page, t('Problems {n}', { n: problems.length }));
    await page.getByRole('listitem').first().waitFor(patience);
    await noEnglish();
    await page.keyboard.press('Control+2');
    for (const view of [t('Scatter'), t('Covariates'), t('Flow')]) {
      await show(page, view);
      await noEnglish();
    }
    await page.keyboard.press('Control+3');
    await see(page, t('What the run takes'));
    await noEnglish();
  });

  it('is said in the language of the window: findings, early signs and tests of a session', async () => {
    const { page } = app;
    await press(page, t('Sessions'));
    await page.getByText('troubled').first().waitFor(patience);
    await noEnglish();
    await page.getByRole('button', { name: 'troubled', exact: true }).first().click(patience);
    await page
      .getByRole('region', { name: t('What stands out') })
      .getByRole('listitem')
      .first()
      .waitFor(patience);
    for (const view of [
      t('Heat map'),
      t('Subjects'),
      t('Network'),
      t('Remarks'),
      t('Session'),
      t('Tests'),
      t('Curves'),
    ]) {
      await show(page, view);
      await noEnglish();
    }
    await show(page, t('Tests'));
    await page
      .getByRole('region', { name: t('Results of the tests') })
      .getByRole('listitem')
      .first()
      .waitFor(patience);
    await noEnglish();
    await press(page, t('Settings'));
    await noEnglish();
    await page.keyboard.press('F1');
    await noEnglish();
  });
});
