/** What a person leaves with: numbers in other formats, a copy to share, a figure for print. In the real window. */
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferSource, Input, MP4 } from 'mediabunny';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf, writeTellingSession } from '../fixtures/export/telling-session.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience } from './driving.ts';

describe('what leaves the window', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-window-'));
    const library = join(work, 'library');
    mkdirSync(join(library, 'sessions'), { recursive: true });
    writeTellingSession(join(library, 'sessions', 'telling.spectra'));
    app = await launchApp({ library, size: { width: 1280, height: 800 } });
    const { page } = app;
    await button(page, 'Sessions');
    await page.getByRole('button', { name: 'Titel mit Namen' }).first().click(patience);
    await page.locator('figure[aria-label*="Loss"]').first().waitFor(patience);
  }, 60_000);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('are arrays for NumPy, and events for TensorBoard in a folder of their own', async () => {
    const { page, electron } = app;
    const dialog = page.getByRole('dialog');
    await answerDialogs(electron, [join(work, 'session.npz')]);
    await button(page, 'Export numbers…');
    await dialog.getByRole('radio', { name: 'NumPy' }).click(patience);
    expect(await dialog.getByRole('radio', { name: /^Everything/ }).isChecked()).toBe(true);
    if (process.env['PICTURES'] !== undefined) {
      await page.screenshot({ path: join(process.env['PICTURES'], 'export.png') });
    }
    await button(page, 'Save as NumPy…');
    await expect.poll(() => existsSync(join(work, 'session.npz')), patience).toBe(true);
    await dialog.waitFor({ state: 'hidden', ...patience });

    await answerDialogs(electron, [join(work, 'events')]);
    await button(page, 'Export numbers…');
    await dialog.getByRole('radio', { name: 'TensorBoard' }).click(patience);
    expect(await dialog.getByRole('radio', { name: /^Subjects/ }).isDisabled()).toBe(true);
    await button(page, 'Save as TensorBoard…');
    await expect.poll(() => existsSync(join(work, 'events')), patience).toBe(true);
    expect(readdirSync(join(work, 'events')).toSorted()).toEqual(['run-0-fold-1', 'run-1-fold-2']);
  });

  it('is a copy to share, after it was told what it holds; it names nobody', async () => {
    const { page, electron } = app;
    const file = join(work, 'shared.spectra');
    const dialog = page.getByRole('dialog');
    await answerDialogs(electron, [file]);
    await button(page, 'Export numbers…');
    await button(page, 'make a copy to share');
    await dialog.getByText('20 ids; no list that leads back to them is kept').waitFor(patience);
    await dialog.getByText(/S01 (patient|control)/).waitFor(patience);
    await dialog.getByLabel('Weights of the networks').check();
    await dialog.getByText(/membership inference/).waitFor(patience);
    await dialog.getByLabel('Weights of the networks').uncheck();
    await dialog.getByText(/membership inference/).waitFor({ state: 'hidden', ...patience });
    if (process.env['PICTURES'] !== undefined)
      await page.screenshot({ path: join(process.env['PICTURES'], 'share.png') });
    await button(page, 'Save the copy…');
    await expect.poll(() => existsSync(file), patience).toBe(true);
    const bytes = readFileSync(file);
    for (let i = 0; i < 20; i++) expect(bytes.includes(idOf(i))).toBe(false);
  });

  it('is a chart as PDF, SVG and PNG of the size and resolution that were asked for', async () => {
    const { page, electron } = app;
    const dialog = page.getByRole('dialog');
    const figure = async (format: string, fields: Readonly<Record<string, string>>): Promise<Buffer> => {
      const file = join(work, `figure.${format.toLowerCase()}`);
      await answerDialogs(electron, [file]);
      await page.locator('figure[aria-label*="Loss"] .dots').first().click();
      await page.getByRole('menuitem', { name: 'Figure for print…' }).click();
      await dialog.getByRole('radio', { name: format }).click(patience);
      for (const [label, text] of Object.entries(fields)) await dialog.getByLabel(label, { exact: true }).fill(text);
      await dialog.getByRole('img', { name: /^Preview of/ }).waitFor(patience);
      if (process.env['PICTURES'] !== undefined) {
        await page.screenshot({ path: join(process.env['PICTURES'], `figure-${format}.png`) });
      }
      await button(page, `Save as ${format}…`);
      await dialog.waitFor({ state: 'hidden', ...patience });
      await expect.poll(() => existsSync(file), patience).toBe(true);
      return readFileSync(file);
    };
    const pdf = await figure('PDF', { Width: '120', Height: '80' });
    expect(pdf.toString('latin1', 0, 5)).toBe('%PDF-');
    const [, width = 0, height = 0] = (/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(pdf.toString('latin1')) ?? []).map(
      Number,
    );
    expect([Math.round((width / 72) * 25.4), Math.round((height / 72) * 25.4)]).toEqual([120, 80]);
    // Drawn as lines and letters, not as a picture.
    expect(pdf.toString('latin1')).not.toMatch(/\/Subtype\s*\/Image/);
    expect(pdf.toString('latin1')).toMatch(/\/Type\s*\/Font/);

    const svg = (await figure('SVG', { Width: '120', Height: '80', Text: '9' })).toString();
    expect(svg).toMatch(/^<svg width="120mm" height="80mm"/);
    const png = await figure('PNG', { Width: '127', Height: '80', Resolution: '300' });
    expect(png.readUInt32BE(16)).toBe(Math.round((127 / 25.4) * 300));
    if (process.env['PICTURES'] !== undefined) {
      for (const name of ['figure.pdf', 'figure.svg', 'figure.png'])
        copyFileSync(join(work, name), join(process.env['PICTURES'], name));
    }
  });

  it('is the spectrum over the steps as an animation, a picture for each captured step', async () => {
    const { page, electron } = app;
    const file = join(work, 'film.gif');
    await answerDialogs(electron, [file]);
    await button(page, 'Save as an animation (GIF)…');
    await expect.poll(() => existsSync(file), patience).toBe(true);
    const gif = readFileSync(file);
    expect(gif.toString('latin1', 0, 6)).toBe('GIF89a');
    expect([gif.readUInt16LE(6), gif.readUInt16LE(8)]).toEqual([720, 450]);
    await page.getByText('Saved 30 steps to film.gif.').waitFor(patience);
    if (process.env['PICTURES'] !== undefined) copyFileSync(file, join(process.env['PICTURES'], 'film.gif'));
  });

  it('is the same as a film, which players take', async () => {
    const { page, electron } = app;
    const file = join(work, 'film.mp4');
    await answerDialogs(electron, [file]);
    await button(page, 'Save as a film (MP4)…');
    await page.getByText('Saved 30 steps to film.mp4.').waitFor(patience);
    const film = readFileSync(file);
    expect(film.toString('latin1', 4, 8)).toBe('ftyp');
    const input = new Input({ source: new BufferSource(film), formats: [MP4] });
    const track = await input.getPrimaryVideoTrack();
    expect(['avc', 'vp9', 'av1']).toContain(await track?.getCodec());
    expect([await track?.getCodedWidth(), await track?.getCodedHeight()]).toEqual([720, 450]);
    expect(await track?.computePacketStats()).toMatchObject({ packetCount: 30, averagePacketRate: 10 });
    expect(await input.computeDuration()).toBeCloseTo(3, 3);
    if (process.env['PICTURES'] !== undefined) copyFileSync(file, join(process.env['PICTURES'], 'film.mp4'));
  });

  it('left no error in the window', () => {
    expect(app.errors).toEqual([]);
  });
});
