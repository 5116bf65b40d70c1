/** Review of a session that kept its sample Grams: tests, maps, subjects, network, remarks and play, in the real window. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchApp, resize, type RunningApp } from './app.ts';
import { button, patience, until } from './driving.ts';
import { overflows } from './overflows.ts';
import { brightShare, pictureOf } from './picture.ts';

const root = resolve(import.meta.dirname, '..', '..');
/** What the window can be made (`main/shell/window.ts`). */
const smallest = { width: 1024, height: 640 };

describe('the review of a session', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-review-'));
    const library = join(work, 'library');
    mkdirSync(join(library, 'sessions'), { recursive: true });
    const train = (name: string, more: string[]): void => {
      const cli = join(root, 'main', 'cli', 'spectroscope.ts');
      const study = ['--sample', 'ucla-cnp-cognition', '--group', 'gender', '--target', 'diagnosis'];
      const out = ['--out', join(library, 'sessions', `${name}.spectra`)];
      const run = spawnSync(process.execPath, [cli, 'train', ...study, ...more, ...out], {
        cwd: root,
        encoding: 'utf8',
        env: { ...process.env, SPECTROSCOPE_LIBRARY: join(work, 'elsewhere') },
      });
      if (run.status !== 0) throw new Error(run.stderr);
    };
    train('kept', ['--epochs', '5', '--folds', '2', '--keep-grams']);
    train('bare', ['--epochs', '1', '--folds', '1']);
    app = await launchApp({ library, size: { width: 1280, height: 800 } });
  }, 120_000);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  async function open(name: string): Promise<void> {
    await button(app.page, /^Sessions/);
    await app.page.getByRole('button', { name, exact: true }).first().click(patience);
    await app.page.getByRole('radio', { name: 'Curves' }).waitFor(patience);
  }
  const view = (name: string) => app.page.getByRole('radio', { name, exact: true }).click(patience);
  async function picture(name: string): Promise<void> {
    const folder = process.env['PICTURES'];
    if (folder === undefined) return;
    const { page, electron } = app;
    for (const [width, height] of [
      [1920, 1080],
      [1280, 800],
    ] as const) {
      await resize(electron, { width, height });
      for (const colorScheme of ['dark', 'light'] as const) {
        await page.emulateMedia({ colorScheme });
        await page.waitForTimeout(700);
        await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`) });
      }
    }
  }

  it('shades at the cursor where the spectra of permuted labels lie', async () => {
    await open('kept');
    await app.page.getByText(/^Shaded: 95 % of 199 exchanges of labels within classes/).waitFor(patience);
    await app.page.getByLabel('Shade where permuted labels lie').uncheck();
    await app.page.getByText(/^Shaded:/).waitFor({ state: 'hidden', ...patience });
    await app.page.getByLabel('Shade where permuted labels lie').check();
    await picture('review-curves');
  });

  it('has room for every view and every button in the smallest window', async () => {
    const { page, electron } = app;
    await resize(electron, smallest);
    const { width } = smallest;
    for (const name of ['Heat map', 'Subjects', 'Network', 'Tests', 'Curves']) {
      const choice = page.getByRole('radio', { name, exact: true });
      const [own, bar] = await Promise.all([choice.boundingBox(), page.locator('.views').boundingBox()]);
      expect((own?.x ?? width) + (own?.width ?? width)).toBeLessThanOrEqual((bar?.x ?? 0) + (bar?.width ?? 0));
      await view(name);
      await expect.poll(async () => await overflows(page), { timeout: 3_000, interval: 500 }).toEqual([]);
    }
    const regroup = await page.getByRole('button', { name: 'Regroup…' }).boundingBox();
    expect((regroup?.x ?? width) + (regroup?.width ?? width)).toBeLessThanOrEqual(width);
    await resize(electron, { width: 1280, height: 800 });
  });

  it('numbers the steps below charts that a small window scrolls', async () => {
    const { page, electron } = app;
    await resize(electron, smallest);
    const area = page.getByLabel(/^Charts over steps/);
    const hidden = (): Promise<number> =>
      area.evaluate(
        ({ scrollHeight, clientHeight }: { scrollHeight: number; clientHeight: number }) => scrollHeight - clientHeight,
      );
    await expect.poll(hidden, patience).toBeGreaterThan(50);
    const axis = page.locator('.area + canvas.axis');
    const inked = async (): Promise<number> => 1 - brightShare(await pictureOf(axis), 200);
    await expect.poll(inked, patience).toBeGreaterThan(0.005);
    const [own, brush] = await Promise.all([axis.boundingBox(), page.locator('.brush').first().boundingBox()]);
    expect((own?.y ?? 0) + (own?.height ?? Infinity)).toBeLessThanOrEqual(brush?.y ?? 0);
    await resize(electron, { width: 1280, height: 800 });
  });

  it('tests the groups, says what came out, and keeps it in the session', async () => {
    const { page } = app;
    await view('Tests');
    await page.getByText('Do the groups differ?').waitFor(patience);
    await page.getByRole('checkbox', { name: /^Per iteration/ }).check();
    await page.getByLabel('How many').fill('199');
    await button(page, 'Test');
    const results = page.getByRole('region', { name: 'Results of the tests' });
    await results.waitFor({ timeout: 60_000 });
    const said = page.getByText('The groups were tested.');
    await said.waitFor(patience);
    await view('Curves');
    await said.waitFor({ state: 'detached', ...patience });
    await view('Tests');
    await results
      .getByText(/199 permutations among subjects alike in class · smallest p reachable 0.005/)
      .waitFor(patience);
    await results.getByRole('radio', { name: /^All results/ }).click();
    const rows = results.locator('tr.result');
    const corrected = await rows.locator('.corrected').allInnerTexts();
    expect(corrected.length).toBeGreaterThan(20);
    const exploratory = corrected.indexOf('–');
    const ordered = corrected.slice(0, exploratory).map((text) => Number(text.replace('< ', '')));
    expect(exploratory).toBeGreaterThan(0);
    expect(corrected.slice(exploratory).every((text) => text === '–')).toBe(true);
    expect(ordered).toEqual(ordered.toSorted((a, b) => a - b));
    await rows.first().click();
    await results
      .getByText(/female|male/)
      .first()
      .waitFor(patience);
    await results
      .getByText(/95 % interval/)
      .first()
      .waitFor(patience);
    await picture('review-tests');
    await open('bare');
    await page.getByText('Labels cannot be exchanged in this session').waitFor(patience);
    await page.getByRole('button', { name: 'Open Design' }).waitFor(patience);
    await picture('review-no-grams');
    await open('kept');
    await results.waitFor(patience);
    await page.getByText(/^Kept in the session/).waitFor(patience);
  });

  it('leads from a result to its place in the heat map', async () => {
    const { page } = app;
    const results = page.getByRole('region', { name: 'Results of the tests' });
    await results.getByRole('radio', { name: /^All results/ }).click();
    await results.locator('tr.result').filter({ hasText: 'Adjoints' }).filter({ hasText: 'Energy' }).first().click();
    await results.getByRole('button', { name: 'Show in the heat map' }).click();
    await page.locator('figure[aria-label^="Log₁₀ ratio of energy, adjoints, female / male"]').waitFor(patience);
    await page.locator('figure[aria-label^="Energy, adjoints, female (n ="]').waitFor(patience);
    await page.locator('figure[aria-label^="Energy, adjoints, male (n ="]').waitFor(patience);
    await page.getByText(/The tests found no difference|Outlined: what the tests found/).waitFor(patience);
    await picture('review-heat-map');
  });

  it('shows the network coloured by group, and selects a layer by keys', async () => {
    const { page } = app;
    await view('Network');
    const layers = page.getByRole('radiogroup', { name: 'Layers of the network' });
    await page.getByLabel('Coloured by').selectOption({ label: 'male' });
    await layers.getByRole('radio', { name: /^dense_1: [\d.]+/ }).click();
    await page.keyboard.press('ArrowDown');
    await layers.getByRole('radio', { name: /^dense_2/, checked: true }).waitFor(patience);
    await page.locator('aside figure[aria-label$="dense_2"]').waitFor(patience);
    await picture('review-network');
  });

  it('keeps remarks on steps, marked on the charts', async () => {
    const { page } = app;
    await view('Curves');
    await page.locator('.area').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('n');
    await page.getByLabel('New remark').fill('the groups part here');
    await page.getByLabel('New remark').press('Enter');
    const mark = page.getByRole('button', { name: 'Remark 1 at step 10: the groups part here' });
    await mark.waitFor(patience);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.getByLabel('Remark 1', { exact: true }).fill('the groups part at 10');
    await button(page, 'Save');
    await picture('review-remarks');
    await open('bare');
    await page.locator('figure').first().waitFor(patience);
    await page.getByRole('button', { name: /^Remark 1/ }).waitFor({ state: 'detached', ...patience });
    await open('kept');
    await page.getByRole('button', { name: 'Remark 1 at step 10: the groups part at 10' }).click(patience);
    await page.getByRole('button', { name: 'Delete remark 1' }).click(patience);
    await page.getByText('are listed here, and marked on all charts').waitFor(patience);
    await view('At the cursor');
  });

  it('plays through training, and stops where a person does', async () => {
    const { page } = app;
    const step = async (): Promise<number> =>
      Number((await page.locator('aside .step').innerText()).replace(/\D/g, ''));
    await page.getByLabel('How fast it is played').selectOption({ label: '8 s' });
    await page.locator('.area').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor(patience);
    await expect.poll(step, patience).toBeGreaterThan(2);
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Play', exact: true }).waitFor(patience);
    const stopped = await step();
    await page.waitForTimeout(700);
    expect(await step()).toBe(stopped);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.keyboard.press(' ');
    await page.waitForTimeout(500);
    expect(await step()).toBe(stopped);
    await expect.poll(step, patience).toBeGreaterThan(stopped);
    await page.keyboard.press(' ');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  it('names single subjects, and makes a group of those that are selected', async () => {
    const { page } = app;
    await view('Subjects');
    await page.getByText(/subjects have half of the sum of norms/).waitFor(patience);
    const box = (await page.locator('.subjects').boundingBox()) as {
      x: number;
      y: number;
      width: number;
      height: number;
    };
    await page.mouse.move(box.x + 96, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width - 20, box.y + box.height * 0.4, { steps: 5 });
    await page.mouse.up();
    const count = Number(/\d+/.exec(await page.getByText(/subjects selected/).innerText())?.[0]);
    expect(count).toBeGreaterThan(1);
    await page.getByRole('cell').getByRole('checkbox', { checked: true }).first().uncheck();
    await page
      .getByText(`${count - 1} subject`)
      .first()
      .waitFor(patience);
    await picture('review-subjects');
    await button(page, /^Make a group of these/);
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`${count - 1} selected subjects become`).waitFor(patience);
    await dialog.getByLabel('Name of the new group').fill('leaders');
    await dialog.getByLabel('The other subjects').selectOption('as they are');
    await dialog.getByRole('button', { name: 'Regroup', exact: true }).click();
    await until(page, (text) => /leaders against the groups/.test(text));
    await page.getByRole('switch', { name: /^leaders/ }).waitFor(patience);
    expect(await page.getByRole('switch', { name: /^(female|male|leaders)/ }).count()).toBe(3);
  });

  it('draws ROC curves by group and by fold', async () => {
    const { page } = app;
    await open('kept');
    await view('Curves');
    await view('Session');
    const areas = page.getByRole('row').filter({ hasText: /\d+ \+ \d+/ });
    await page.locator('figure[aria-label="ROC, schizophrenia"]').waitFor(patience);
    await page.getByRole('radio', { name: 'By fold' }).click();
    await page.getByRole('row').filter({ hasText: 'fold 2' }).last().waitFor(patience);
    expect(await areas.count()).toBe(3);
    await page.getByLabel('Metric over folds and groups').selectOption({ label: 'Balanced accuracy' });
    await page.locator('figure[aria-label="Balanced accuracy"]').waitFor(patience);
    await page.locator('figure[aria-label="Balanced accuracy"]').scrollIntoViewIfNeeded();
    await picture('review-session');
    expect(app.errors).toEqual([]);
  });
});
