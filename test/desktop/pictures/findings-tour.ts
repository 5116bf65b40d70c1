/** What a saved session shows beside its curves, and two of them side by side. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { node24 } from '../../../scripts/setup/places.mjs';
import { launchApp } from '../app.ts';
import { tourSize, type Camera } from './camera.ts';
import { choose, patience, press } from './steps.ts';

const root = resolve(import.meta.dirname, '..', '..', '..');

export async function findingsTour(camera: Camera): Promise<void> {
  const work = mkdtempSync(join(tmpdir(), 'spectroscope-pictures-'));
  const library = join(work, 'library');
  mkdirSync(join(library, 'sessions'), { recursive: true });
  trainInto(library, 'two hidden layers', []);
  trainInto(library, 'one hidden layer', ['--set', 'hidden=64']);
  const app = await launchApp({ library, size: tourSize });
  try {
    const { page } = app;
    await press(page, /^Sessions/);
    await press(page, 'two hidden layers');
    await page.getByText(/^Shaded: /).waitFor(patience);
    await camera(app, 'review-band');
    await choose(page, 'Tests');
    await page.getByLabel('How many').fill('199');
    await press(page, /^Test$/);
    await page.getByRole('region', { name: 'Results of the tests' }).waitFor({ timeout: 120_000 });
    await camera(app, 'review-tests');
    await choose(page, 'Heat map');
    await camera(app, 'review-heat-map');
    await choose(page, 'Subjects');
    await camera(app, 'review-subjects');
    await choose(page, 'Network');
    await camera(app, 'review-network');
    await press(page, 'Report…');
    await camera(app, 'report');
    await page.keyboard.press('Escape');
    await press(page, /^Compare$/);
    await camera(app, 'compare-empty');
    await press(page, 'Choose sessions');
    const boxes = page.getByRole('dialog').getByRole('checkbox');
    await boxes.nth(1).waitFor(patience);
    for (const box of await boxes.all()) await box.check();
    await page.getByRole('dialog').getByRole('button', { name: 'Compare', exact: true }).click(patience);
    await page.locator('figure').nth(3).waitFor(patience);
    await page.getByText(/^AUC /).nth(1).waitFor(patience);
    await camera(app, 'compare');
  } finally {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  }
}

/** Trains from the command line into a library's sessions, with kept Grams. */
function trainInto(library: string, name: string, words: readonly string[]): void {
  const study = ['--sample', 'ucla-cnp-cognition', '--group', 'gender', '--target', 'diagnosis'];
  const training = ['--epochs', '20', '--folds', '3', '--keep-grams', ...words];
  const out = ['--out', join(library, 'sessions', `${name}.spectra`)];
  const command = [join(root, 'main', 'cli', 'spectroscope.ts'), 'train', ...study, ...training, ...out];
  const { status, stderr } = spawnSync(node24(), command, {
    encoding: 'utf8',
    env: { ...process.env, SPECTROSCOPE_LIBRARY: join(library, '..', 'other') },
  });
  if (status !== 0) throw new Error(stderr);
}
