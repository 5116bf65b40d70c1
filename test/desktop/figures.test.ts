/** Figures for print, made in the real window: of a page with its remarks, of the network, and of the cohort. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience } from './driving.ts';
import { copyLesionStudy } from './lesion-study.ts';
import { panelLetters, readPdf } from './pdf.ts';

const root = resolve(import.meta.dirname, '..', '..');
const everyTest = 120_000;

describe('figures', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-figures-'));
    copyLesionStudy(join(work, 'study'), 30);
    const session = join(work, 'lesion.spectra');
    const asked = ['--group', 'score_group', '--model', 'cnn3d', '--epochs', '2', '--batch', '5', '--folds', '2'];
    const run = spawnSync(
      process.execPath,
      [
        join(root, 'main', 'cli', 'spectroscope.ts'),
        'train',
        join(work, 'study'),
        ...asked,
        '--out',
        session,
        '--json',
      ],
      { cwd: root, encoding: 'utf8', env: { ...process.env, SPECTROSCOPE_LIBRARY: join(work, 'elsewhere') } },
    );
    if (run.status !== 0) throw new Error(run.stderr);
    app = await launchApp({ size: { width: 1280, height: 800 } });
    await button(app.page, 'Sessions');
    await answerDialogs(app.electron, [session]);
    await button(app.page, 'Open a file…');
    await app.page.locator('figure[aria-label*="Loss"]').first().waitFor(patience);
  }, everyTest);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  /** In the dialog that is open. */
  async function saved(format: 'PDF' | 'SVG' | 'PNG' | 'CSV', file: string): Promise<Buffer> {
    const { page, electron } = app;
    const path = join(work, file);
    await answerDialogs(electron, [path]);
    if (format !== 'CSV') await page.getByRole('dialog').getByRole('radio', { name: format }).click(patience);
    const name = format === 'CSV' ? /numbers as CSV/ : `Save as ${format}…`;
    await page.getByRole('dialog').getByRole('button', { name }).click(patience);
    await expect.poll(() => existsSync(path) && statSync(path).size > 0, patience).toBe(true);
    if (format !== 'CSV') await page.getByRole('dialog').waitFor({ state: 'hidden', ...patience });
    return readFileSync(path);
  }
  async function openPage(): Promise<void> {
    await app.page.locator('.area figure .dots').first().click(patience);
    await app.page.getByRole('menuitem', { name: 'Whole page as a figure…' }).click(patience);
    await app.page.getByRole('img', { name: /^Preview of/ }).waitFor(patience);
  }

  it(
    'show all charts of a page with letters, and the remarks on steps',
    async () => {
      const { page } = app;
      await page.locator('.area').focus();
      await page.keyboard.press('Home');
      await page.keyboard.press('ArrowRight');
      await button(page, 'Remark');
      await page.getByLabel('New remark').fill('the loss begins to fall');
      await page.getByLabel('New remark').press('Enter');
      await page.getByRole('button', { name: /^Remark 1 at step 1/ }).waitFor(patience);
      await openPage();
      const csv = (await saved('CSV', 'page.csv')).toString();
      expect(csv).toMatch(/^panel,row,column,value\r\na {2}Loss,1,first step,0\r\n/);
      const svg = (await saved('SVG', 'page.svg')).toString();
      const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text ?? '');
      expect(panelLetters(texts)).toBe('abcdef');
      expect(texts.filter((text) => text === '1').length).toBeGreaterThanOrEqual(6);
      expect(svg).toContain('1 the loss begins to fall');
      expect(svg).toMatch(/^<svg width="180mm"/);
      await openPage();
      const { texts: printed, boxMm, lines } = readPdf(await saved('PDF', 'page.pdf'));
      expect(boxMm[0]).toBe(180);
      expect(panelLetters(printed)).toBe('abcdef');
      expect(printed).toContain('1 the loss begins to fall');
      expect(lines).toBeGreaterThan(20);
      await openPage();
      const png = await saved('PNG', 'page.png');
      expect(png.readUInt32BE(16)).toBe(Math.round((180 / 25.4) * 600));
    },
    everyTest,
  );

  it(
    'show the maps of a session, the difference of its groups first',
    async () => {
      const { page } = app;
      await page.getByRole('radio', { name: 'Heat map' }).click(patience);
      await page.locator('figure.map').nth(2).waitFor(patience);
      await openPage();
      const csv = (await saved('CSV', 'maps.csv')).toString();
      const [, ...lines] = csv.trim().split('\r\n');
      expect([...new Set(lines.map((line) => line.replace('"', '').charAt(0)))].join('')).toBe('abc');
      expect(lines[0]).toMatch(/^"?a {2}Difference in effective rank, gradient, high − low/);
      const { texts, boxMm } = readPdf(await saved('PDF', 'maps.pdf'));
      expect(boxMm[0]).toBe(180);
      expect(panelLetters(texts)).toBe('abc');
      for (const layer of ['conv3d_1', 'dense_1']) expect(texts).toContain(layer);
      await page.getByRole('radio', { name: 'Curves' }).click(patience);
    },
    everyTest,
  );

  it(
    'show the network in its colours on white, with the value of each layer',
    async () => {
      const { page } = app;
      await page.getByRole('radio', { name: 'Network' }).click(patience);
      await button(page, 'Figure…');
      await page.getByRole('img', { name: /^Preview of/ }).waitFor(patience);
      const csv = (await saved('CSV', 'network.csv')).toString();
      expect(csv.split('\r\n').filter((line) => /^(conv3d|dense)_\d,-?[\d.]/.test(line)).length).toBe(5);
      const svg = (await saved('SVG', 'network.svg')).toString();
      expect(svg).toContain('>conv3d_1</text>');
      expect(svg).toContain('fill="#ffffff"');
      await button(page, 'Figure…');
      const { texts, boxMm } = readPdf(await saved('PDF', 'network.pdf'));
      expect(boxMm[0]).toBe(90);
      for (const layer of ['conv3d_1', 'dense_1']) expect(texts).toContain(layer);
    },
    everyTest,
  );

  it(
    'show scatter, balance and flow of a cohort',
    async () => {
      const { page } = app;
      await page.keyboard.press('Escape');
      await button(page, 'Spectroscope');
      await button(page, /lesion maps/);
      await page.getByText('131 subjects').first().waitFor(patience);
      await page.keyboard.press('Control+2');
      for (const [view, holds] of [
        ['Scatter', /against/],
        ['Covariates', /standardised difference/],
        ['Flow', /131/],
      ] as const) {
        await page.getByRole('radio', { name: view }).click(patience);
        await button(page, 'Figure…');
        await page.getByRole('img', { name: /^Preview of/ }).waitFor(patience);
        const rows = (await saved('CSV', `${view}.csv`)).toString().trim().split('\r\n');
        expect(rows.length).toBeGreaterThan(1);
        const svg = (await saved('SVG', `${view}.svg`)).toString();
        expect(svg).toMatch(holds);
      }
      expect(app.errors).toEqual([]);
    },
    everyTest,
  );
});
