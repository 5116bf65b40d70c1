/** Early signs and findings of a session, in the real window: words, marks, and the chart that each leads to. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';
import { answerDialogs, launchApp, type RunningApp } from './app.ts';
import { button, patience } from './driving.ts';

const root = resolve(import.meta.dirname, '..', '..');

/** Classes that cannot be learned, and a group whose values spread three times as far. */
function table(): string {
  const random = new SeededRandom(2);
  const names = Array.from({ length: 20 }, (_, i) => `f${i}`);
  const rows = Array.from({ length: 100 }, (_, i) => {
    const values = names.map(() => (random.normal() * (i % 2 === 0 ? 1 : 3)).toFixed(4));
    return [`s${i}`, i % 2 === 0 ? 'a' : 'b', Math.floor(i / 2) % 2 === 0 ? 'x' : 'y', ...values].join();
  });
  return [['id', 'group', 'class', ...names].join(), ...rows].join('\n');
}

describe('what stands out', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-window-'));
    writeFileSync(join(work, 'apart.csv'), table());
    const network = ['--group', 'group', '--target', 'class', '--set', 'hidden=16,8', '--lr', '0.01'];
    const words = ['train', join(work, 'apart.csv'), ...network, '--epochs', '40', '--batch', '16', '--folds', '1'];
    const cli = join(root, 'main', 'cli', 'spectroscope.ts');
    const run = spawnSync(process.execPath, [cli, ...words, '--keep-grams', '--out', join(work, 'apart.spectra')], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, SPECTROSCOPE_LIBRARY: join(work, 'elsewhere') },
    });
    if (run.status !== 0) throw new Error(run.stderr);
    app = await launchApp({ size: { width: 1280, height: 800 } });
    await button(app.page, 'Sessions');
    await answerDialogs(app.electron, [join(work, 'apart.spectra')]);
    await button(app.page, 'Open a file…');
  }, 90_000);
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  it('marks the layers that left the band of chance, with the test in words, and shows the layer', async () => {
    const { page } = app;
    const sign = page.getByRole('button', { name: /^dense_2 after \d+ steps.*deviations from chance/ });
    await sign.waitFor(patience);
    await sign.click();
    expect(await page.getByRole('radio', { name: /dense_2/ }).getAttribute('aria-checked')).toBe('true');
    await page
      .getByRole('radio', { name: /dense_1/ })
      .getByLabel('early sign')
      .waitFor(patience);
  });

  it('names over-fitting, and leads to the step at which it began', async () => {
    const { page, errors } = app;
    const found = page.getByRole('region', { name: 'What stands out' }).getByRole('listitem').first();
    expect(await found.textContent()).toContain('Over-fitting');
    const [, epoch = ''] = /lowest in epoch (\d+)/.exec((await found.textContent()) ?? '') ?? [];
    await found.getByRole('button', { name: 'Show' }).click();
    await page.getByText(`epoch ${epoch} of 40`).first().waitFor(patience);
    expect(errors).toEqual([]);
  });
});
