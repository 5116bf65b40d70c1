/** A session of a 3-D CNN opened from elsewhere and reviewed, in the real window. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';
import { copyLesionStudy } from './lesion-study.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** Trains from the command line: sessions to look at, made as on another computer. */
function train(work: string, args: readonly string[]): void {
  const run = spawnSync(process.execPath, [join(root, 'main', 'cli', 'spectroscope.ts'), 'train', ...args, '--json'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, SPECTROSCOPE_LIBRARY: join(work, 'elsewhere') },
  });
  if (run.status !== 0) throw new Error(run.stderr);
}

describe('sessions', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-window-'));
    copyLesionStudy(join(work, 'study'), 30);
    const ours = ['--epochs', '4', '--batch', '5', '--folds', '2', '--out', join(work, 'lesion.spectra')];
    train(work, [join(work, 'study'), '--group', 'score_group', '--model', 'cnn3d', ...ours]);
    app = await launchApp({ size: { width: 1280, height: 800 } });
  }, 60_000);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('open from elsewhere by a dialog; what is no session is refused in words', async () => {
    const { page, electron } = app;
    await button(page, 'Sessions');
    await answerDialogs(electron, [join(work, 'study', 'participants.tsv')]);
    await button(page, 'Open a file…');
    await page
      .getByRole('alert')
      .getByText(/participants.tsv.*not a session/)
      .waitFor(patience);
    await answerDialogs(electron, [join(work, 'lesion.spectra')]);
    await button(page, 'Open a file…');
    await page.getByText('At the cursor').first().waitFor(patience);
    await page.getByRole('radio', { name: /conv3d_1/ }).waitFor(patience);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('show any layer, quantity, scale, summary, fold and pair of groups', async () => {
    const { page } = app;
    const charts = async (title: string): Promise<void> => {
      await page.locator(`figure[aria-label*="${title}"]`).first().waitFor(patience);
    };
    await page.getByRole('radio', { name: /conv3d_2/ }).click();
    await charts('Gradient singular values, conv3d_2, high');
    for (const [quantity, title] of [
      ['Activations', 'Activation'],
      ['Adjoints', 'Adjoint'],
      ['Gradient', 'Gradient'],
    ] as const) {
      await page.getByRole('radio', { name: quantity, exact: true }).click();
      await charts(`${title} singular values, conv3d_2, low`);
    }
    await page.getByRole('radio', { name: 'Raw' }).click();
    await page.getByRole('columnheader', { name: 'raw', exact: true }).waitFor(patience);
    for (const [name, title] of [
      ['energy', 'Energy'],
      ['stable-rank', 'Stable rank'],
      ['numerical-rank', 'Numerical rank'],
    ] as const) {
      await page.getByLabel('Summary', { exact: true }).selectOption(name);
      await charts(`${title}, gradient, conv3d_2`);
    }
    await page.getByLabel('First group').selectOption({ label: 'low' });
    await charts('Difference in numerical rank, gradient, low');
    await page.getByLabel('Fold', { exact: true }).selectOption({ index: 1 });
    await until(page, (text) => /fold 2 of 2/.test(text));
    await page.getByRole('switch', { name: /^high/ }).click();
    await page.locator('figure[aria-label*="conv3d_2, high"]').waitFor({ state: 'detached', ...patience });
    await page.getByRole('switch', { name: /^high/ }).click();
    await page.getByRole('switch', { name: /^all samples/ }).click();
    await charts('conv3d_2, all samples');
  });

  it('have one cursor that keys move, and a zoom by the brush that Escape ends', async () => {
    const { page } = app;
    const step = async (): Promise<string> => await page.locator('aside .step').innerText();
    await page.locator('.area').focus();
    await page.keyboard.press('Home');
    await expect.poll(step, patience).toBe('step 0');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(step, patience).toBe('step 11');
    await page.keyboard.press('ArrowLeft');
    await page.getByText('step 10', { exact: true }).waitFor(patience);
    await page.keyboard.press('End');
    await expect.poll(step, patience).toBe('step 11');
    const strip = page.getByRole('img', { name: /^Steps 0 to 11 of 11/ });
    const box = (await strip.boundingBox()) as { x: number; y: number; width: number; height: number };
    await page.mouse.move(box.x + box.width * 0.3, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + 10, { steps: 5 });
    await page.mouse.up();
    await page.getByRole('img', { name: /^Steps 3 to 8 of 11/ }).waitFor(patience);
    await page.keyboard.press('Escape');
    await strip.waitFor(patience);
  });

  it('give charts as PNG and CSV, and every table of numbers', async () => {
    const { page, electron } = app;
    const menuOf = async (figure: string, item: RegExp, file: string): Promise<Buffer> => {
      const path = join(work, file);
      await answerDialogs(electron, [path]);
      await page.locator(`figure[aria-label*="${figure}"] .dots`).first().click();
      await page.getByRole('menuitem', { name: item }).click();
      await expect.poll(() => existsSync(path) && statSync(path).size > 0, patience).toBe(true);
      return readFileSync(path);
    };
    expect((await menuOf('Loss', /PNG/, 'loss.png')).subarray(1, 4).toString()).toBe('PNG');
    expect((await menuOf('Accuracy', /CSV/, 'accuracy.csv')).toString()).toMatch(/^epoch,step,training accuracy/);
    await page.locator('figure[aria-label*="Gradient spectrum"] .dots').click();
    await page.getByRole('menuitem', { name: /Copy|TSV/ }).click();
    await expect
      .poll(() => electron.evaluate(({ clipboard }) => clipboard.readText()), patience)
      .toMatch(/^index\thigh/);
    for (const table of ['Singular values', 'Summaries', 'Loss and accuracy by step', 'Metrics by epoch', 'Subjects']) {
      const path = join(work, `${table}.csv`);
      await answerDialogs(electron, [path]);
      await button(page, 'Export numbers…');
      await page.getByRole('dialog').getByText(table, { exact: true }).click();
      await button(page, 'Save as CSV…');
      await expect.poll(() => existsSync(path), patience).toBe(true);
      expect(readFileSync(path, 'utf8').trim().split('\n').length).toBeGreaterThan(5);
      await page.getByRole('dialog').waitFor({ state: 'hidden', ...patience });
    }
  });

  it('left no error in the window', () => {
    expect(app.errors).toEqual([]);
  });
});
