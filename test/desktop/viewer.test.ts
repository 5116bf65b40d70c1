/** The viewer in the real window, drawn without a graphics card: planes, conventions, series, linked subjects, overlays. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { niftiBytes } from '#app/data/nifti-bytes.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button } from './driving.ts';
import { brightShare, difference, pictureOf } from './picture.ts';

/** Volumes are drawn by the processor here, beside whatever else it does. */
const patience = { timeout: 90_000 };
const everyTest = 240_000;
const affine = [1, 0, 0, -90, 0, 1, 0, -126, 0, 0, 1, -72, 0, 0, 0, 1];

describe('the viewer', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-viewer-'));
    app = await launchApp({ size: { width: 1280, height: 800 } });
    await button(app.page, /lesion maps/);
    await app.page.getByText('131 subjects').first().waitFor(patience);
    await app.page.getByRole('radio', { name: 'Viewer' }).click();
    await app.page.locator('.viewer-side .value').first().waitFor(patience);
  }, everyTest);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  const plane = (name: string, pane = 0): Locator =>
    app.page
      .locator('.pane')
      .nth(pane)
      .getByRole('img', { name: new RegExp(`^${name} plane`) });
  const position = () => app.page.locator('.viewer-side .position').innerText();
  const focusPlanes = () => app.page.locator('.pane .box').first().focus();

  it(
    'opens a lesion map at its lesion, with letters at every edge',
    async () => {
      expect(await app.page.locator('.viewer-side .value').first().innerText()).toBe('1');
      await expect.poll(async () => brightShare(await pictureOf(plane('axial')), 200), patience).toBeGreaterThan(0.001);
      // A lesion, not a white canvas.
      expect(brightShare(await pictureOf(plane('axial')), 200)).toBeLessThan(0.5);
      const letters = await plane('axial').locator('b').allInnerTexts();
      expect(letters).toEqual(['L', 'R', 'A', 'P']);
      expect(await plane('sagittal').locator('b').allInnerTexts()).toEqual(['P', 'A', 'S', 'I']);
      expect(await app.page.locator('.pane header').innerText()).toMatch(/Subject_001\s+(high|low) score/);
    },
    everyTest,
  );

  it(
    'moves the cross-hair by a voxel with the arrow keys, and by ten with Shift',
    async () => {
      const first = (await position()).split(', ');
      await focusPlanes();
      await app.page.keyboard.press('ArrowRight');
      await app.page.keyboard.press('Shift+ArrowUp');
      const numbers = (text: readonly string[]) => text.map((each) => parseFloat(each.replace('−', '-')));
      const [x = 0, y = 0, z = 0] = numbers(first);
      await expect.poll(async () => numbers((await position()).split(', ')), patience).toEqual([x + 1, y + 10, z]);
    },
    everyTest,
  );

  it(
    'changes sides with the convention, and keeps it',
    async () => {
      // The lesion of this subject is on the left.
      const halves = async () => {
        const picture = await pictureOf(plane('axial'));
        return [brightShare(picture, 200, 0.02, 0.48), brightShare(picture, 200, 0.52, 0.98)] as const;
      };
      await focusPlanes();
      await app.page.keyboard.press('Shift+ArrowDown');
      const [left, right] = await halves();
      expect(left).toBeGreaterThan(5 * right);
      await app.page.keyboard.press('r');
      await expect.poll(() => plane('axial').locator('b').first().innerText(), patience).toBe('R');
      await expect.poll(async () => (await halves())[1], patience).toBeGreaterThan(0.8 * left);
      expect((await halves())[0]).toBeLessThan(0.2 * left);
      expect(JSON.parse(readFileSync(join(app.library, 'settings.json'), 'utf8'))).toMatchObject({
        convention: 'radiological',
      });
      await app.page.getByRole('radio', { name: 'Neurological' }).click();
      await expect.poll(() => plane('axial').locator('b').first().innerText(), patience).toBe('L');
    },
    everyTest,
  );

  it(
    'shows linked subjects at one place',
    async () => {
      const { page } = app;
      const beside = page.getByRole('combobox', { name: 'Show another subject beside' });
      await beside.selectOption('Subject_005');
      await beside.selectOption('Subject_009');
      await expect.poll(() => page.locator('.viewer-side .value').count(), patience).toBe(3);
      await focusPlanes();
      await page.keyboard.press('ArrowLeft');
      const lines = async () =>
        page.locator('.pane').evaluateAll((panes) =>
          panes.map((pane) => {
            const { style } = (pane as unknown as Marked).querySelector('.marks .down');
            return style.left;
          }),
        );
      await expect.poll(async () => new Set(await lines()).size, patience).toBe(1);
      const voxels = await page.locator('.viewer-side .voxel').allInnerTexts();
      expect(new Set(voxels).size).toBe(1);
      await page.getByRole('button', { name: 'Close Subject_009' }).click();
      await page.getByRole('button', { name: 'Close Subject_005' }).click();
      await expect.poll(() => page.locator('.pane').count(), patience).toBe(1);
    },
    everyTest,
  );

  it(
    'names the label of an atlas at the cross-hair',
    async () => {
      const { page } = app;
      // The left half is one region, the right half another, in the space of the maps.
      const labels = new Uint16Array(182 * 218 * 182).map((_, at) => (at % 182 < 90 ? 7 : 12));
      const grid = { shape: [182, 218, 182] as [number, number, number], frames: 1, frameSeconds: 0, affine };
      writeFileSync(join(work, 'atlas.nii'), niftiBytes(grid, labels));
      writeFileSync(join(work, 'atlas.tsv'), 'index\tname\n7\tLeft half\n12\tRight half\n');
      const before = await pictureOf(plane('coronal'));
      await answerDialogs(app.electron, [join(work, 'atlas.nii')]);
      await button(page, 'Overlay…');
      await expect.poll(() => page.locator('.viewer-side .label').innerText(), patience).toBe('label 7');
      await answerDialogs(app.electron, [join(work, 'atlas.tsv')]);
      await button(page, 'Names…');
      await expect.poll(() => page.locator('.viewer-side .label').innerText(), patience).toBe('Left half');
      await expect
        .poll(async () => difference(before, await pictureOf(plane('coronal'))), patience)
        .toBeGreaterThan(10);
      await button(page, 'Remove');
      await expect.poll(() => page.locator('.viewer-side .label').count(), patience).toBe(0);
    },
    everyTest,
  );

  it(
    'plays a series and draws the time course of the voxel',
    async () => {
      const { page } = app;
      const shape: [number, number, number] = [20, 20, 20];
      const values = Float32Array.from(
        { length: 8000 * 12 },
        (_, at) => 10 * Math.floor(at / 8000) + (at % 20 > 9 ? 1 : 0),
      );
      writeFileSync(join(work, 'bold.nii'), niftiBytes({ shape, frames: 12, frameSeconds: 2, affine }, values));
      await answerDialogs(app.electron, [join(work, 'bold.nii')]);
      await button(page, 'Open a file…');
      await page.getByText('volume 1 of 12, 0 s').waitFor(patience);
      await expect.poll(() => page.locator('.pane header b').first().innerText(), patience).toBe('bold.nii');
      const dark = brightShare(await pictureOf(plane('axial')), 60);
      await focusPlanes();
      await page.keyboard.press(']');
      await page.getByText('volume 2 of 12, 2 s').waitFor(patience);
      await page.getByRole('button', { name: 'Play' }).click();
      await page.getByText(/volume ([6-9]|1\d) of 12/).waitFor(patience);
      await page.getByRole('button', { name: 'Pause' }).click();
      await expect.poll(async () => brightShare(await pictureOf(plane('axial')), 60), patience).toBeGreaterThan(dark);
      await page.locator('figure[aria-label*="Time course"], .course canvas').first().waitFor(patience);
      await page.getByRole('button', { name: 'Close bold.nii' }).click();
      await expect.poll(() => page.locator('.course').count(), patience).toBe(0);
    },
    everyTest,
  );

  it(
    'frees a scan when the next one is opened',
    async () => {
      const { page, electron } = app;
      const megabytes = () =>
        electron.evaluate(({ app: running }) =>
          running
            .getAppMetrics()
            .filter(({ type }) => type === 'GPU' || type === 'Tab')
            .reduce((sum, { memory }) => sum + memory.workingSetSize / 1024, 0),
        );
      const title = page.locator('.pane header b').first();
      const open = async (id: string) => {
        await page.keyboard.press('n');
        await expect.poll(() => title.innerText(), patience).toBe(id);
        await expect.poll(() => page.locator('.pane .box').first().getAttribute('aria-busy'), patience).toBe('false');
      };
      await focusPlanes();
      const name = (at: number) => `Subject_${String(at).padStart(3, '0')}`;
      for (let at = 2; at <= 5; at++) await open(name(at));
      const few = await megabytes();
      for (let at = 6; at <= 13; at++) await open(name(at));
      // Each holds 28 MB of values and twice that in textures: eight that stay would be 650 MB.
      expect((await megabytes()) - few).toBeLessThan(300);
      expect(app.errors).toEqual([]);
    },
    everyTest,
  );
});

describe('a window that cannot draw volumes', () => {
  it(
    'says so and keeps the three planes',
    async () => {
      const app = await launchApp({
        size: { width: 1280, height: 800 },
        arguments: ['--disable-gpu', '--disable-software-rasterizer'],
      });
      try {
        const { page } = app;
        await button(page, /lesion maps/);
        await page.getByText('131 subjects').first().waitFor(patience);
        await page.locator('.planes canvas').first().waitFor(patience);
        await page
          .getByText('This window cannot draw volumes (no WebGL2), so the viewer is left out.')
          .waitFor(patience);
        expect(await page.getByRole('radio', { name: 'Viewer' }).isDisabled()).toBe(true);
      } finally {
        await app.close();
      }
    },
    everyTest,
  );
});

/** What the test asks of a pane; the types of the page are not those of this file. */
interface Marked {
  querySelector(selector: string): { style: { left: string } };
}
