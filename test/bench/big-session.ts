/**
 * A session of 100,000 steps and 20 layers in the window: how long until its first chart, how it zooms, how much memory the
 * window takes; and the same of two of them side by side on the page Compare. Prints one JSON document. `--quick`: 10,000
 * steps. `--file FILE`: one that was written before.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { ElectronApplication, Page } from 'playwright';
import { launchApp, type RunningApp } from '../desktop/app.ts';
import { writeBigSession } from '../fixtures/sessions/big-session.ts';
import { framesWhile, onDisplay } from './window.ts';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, file: { type: 'string' } } });
const steps = options.quick === true ? 10_000 : 100_000;
const layers = 20;
const zoomMs = 6000;
const patience = { timeout: 120_000 };

/** Of the process that draws, in bytes: what it holds for itself and shares with no other. */
async function windowBytes(electron: ElectronApplication): Promise<number> {
  return await electron.evaluate(({ app }) => {
    const own = app.getAppMetrics().find(({ type }) => type === 'Tab');
    return (own?.memory.workingSetSize ?? 0) * 1024;
  });
}

async function open(page: Page): Promise<number> {
  await page.getByRole('button', { name: 'Sessions' }).first().click();
  const link = page.getByRole('grid', { name: 'Sessions', exact: true }).getByRole('button', { name: /steps/ }).first();
  await link.waitFor(patience);
  // The engine has loaded what reads sessions by then, as it has for a person who looks at the list.
  await page.waitForTimeout(1000);
  const start = performance.now();
  await link.click();
  await page.locator('figure[aria-label^="Gradient singular values"]').first().waitFor(patience);
  return performance.now() - start;
}

/** Both sessions of the library beside each other, of three layers of them a panel each. */
async function measureCompare({ page, electron }: RunningApp) {
  await page.getByRole('button', { name: 'Compare', exact: true }).first().click();
  await page.getByRole('button', { name: 'Choose sessions' }).first().click();
  const dialog = page.getByRole('dialog');
  const boxes = dialog.getByRole('checkbox', { name: /steps/ });
  await boxes.nth(1).waitFor(patience);
  for (const at of [0, 1]) await boxes.nth(at).check();
  const start = performance.now();
  await dialog.getByRole('button', { name: 'Compare', exact: true }).click();
  await page.locator('.panel figure').first().waitFor(patience);
  const firstChartMs = performance.now() - start;
  await page.waitForTimeout(1500);
  const zoom = await framesWhile(page, zoomMs, '.panel', 'zoom');
  await page.waitForTimeout(1000);
  return { firstChartMs, zoom, bytes: await windowBytes(electron) };
}

async function measure(library: string) {
  const app = await launchApp({ library, size: { width: 1280, height: 800 } });
  try {
    const { page, electron } = app;
    await page.getByText('Open a sample study').first().waitFor(patience);
    const emptyBytes = await windowBytes(electron);
    const firstChartMs = await open(page);
    await page.waitForTimeout(1500);
    const zoom = await framesWhile(page, zoomMs, '.area', 'zoom');
    await page.waitForTimeout(1000);
    const bytes = await windowBytes(electron);
    const compared = await measureCompare(app);
    return { firstChartMs, zoom, memory: { emptyBytes, bytes }, compared, errors: app.errors };
  } finally {
    await app.close();
  }
}

const library = mkdtempSync(join(tmpdir(), 'spectroscope-big-'));
const file = join(library, 'sessions', 'big.spectra');
try {
  mkdirSync(join(library, 'sessions'));
  const start = performance.now();
  if (options.file !== undefined && existsSync(options.file)) symlinkSync(resolve(options.file), file);
  else writeBigSession(file, steps, layers);
  // Another name of the same bytes is a second session.
  symlinkSync(file, join(library, 'sessions', 'again.spectra'));
  const written = { seconds: (performance.now() - start) / 1000, bytes: statSync(file).size };
  const window = await onDisplay(() => measure(library));
  console.log(JSON.stringify({ steps, layers, written, window }));
} finally {
  rmSync(library, { recursive: true, force: true });
}
