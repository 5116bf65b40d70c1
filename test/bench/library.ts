/**
 * A library of 10,000 sessions: how long it takes to list it, the first time and when nothing changed, in the engine and in
 * the window, and how the list scrolls. Prints one JSON document. `--quick`: 2,000.
 */
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Library } from '../../main/engine/session/library.ts';
import { SessionReader } from '../../main/engine/session/reader.ts';
import { createSession } from '../../main/engine/session/writer.ts';
import { launchApp } from '../desktop/app.ts';
import { exampleHeader, exampleStep } from '../fixtures/sessions/example.ts';
import { framesWhile, onDisplay } from './window.ts';

const sessions = process.argv.includes('--quick') ? 2000 : 10_000;
/** A file system may have fewer names for one file: ext4 has 65,000, others 1,000. */
const namesOfOneFile = 900;
const scrollMs = 5000;

function makeLibrary(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < sessions; at++) {
    const file = join(folder, `session-${String(at).padStart(5, '0')}.spectra`);
    const first = join(folder, `session-${String(at - (at % namesOfOneFile)).padStart(5, '0')}.spectra`);
    if (file !== first) {
      linkSync(first, file);
      continue;
    }
    const header = { ...exampleHeader(), title: `Session ${at / namesOfOneFile + 1}` };
    const writer = createSession({ file }, header);
    for (let step = 0; step < 100; step++) writer.step(exampleStep(header, 0, step));
    writer.runStatus(0, 'finished', null);
    writer.close('finished');
  }
}

/** As a program that has just started does. */
async function listMs(folder: string): Promise<number> {
  const reader = new SessionReader();
  const library = new Library(folder, reader);
  const start = performance.now();
  await library.list({ signal: new AbortController().signal, progress: () => undefined });
  const ms = performance.now() - start;
  library.close();
  await reader.close();
  return ms;
}

async function inTheWindow(library: string) {
  const app = await launchApp({ library, size: { width: 1280, height: 800 } });
  try {
    const { page } = app;
    const grid = page.getByRole('grid', { name: 'Sessions', exact: true });
    const shown = async (): Promise<number> => {
      const start = performance.now();
      await page
        .getByRole('button', { name: /^Sessions/ })
        .first()
        .click();
      await grid.getByRole('row').nth(5).waitFor({ timeout: 120_000 });
      return performance.now() - start;
    };
    await page.getByText('Open a sample study').first().waitFor();
    const firstMs = await shown();
    await page.getByRole('button', { name: 'Settings' }).first().click();
    const againMs = await shown();
    await page.waitForTimeout(1000);
    const frames = await framesWhile(page, scrollMs, '[role=grid]', 'scroll');
    const search = page.getByLabel('Search the sessions');
    const words = 'session 7';
    const start = performance.now();
    await search.pressSequentially(words);
    await page.getByRole('status').getByText(/ of /).waitFor();
    const searchMs = (performance.now() - start) / words.length;
    return { firstMs, againMs, searchMsPerKey: searchMs, scroll: frames };
  } finally {
    await app.close();
  }
}

const library = mkdtempSync(join(tmpdir(), 'spectroscope-library-'));
const folder = join(library, 'sessions');
try {
  makeLibrary(folder);
  const firstMs = await listMs(folder);
  const engine = { firstMs, againMs: await listMs(folder), indexBytes: statSync(join(folder, 'index.sqlite')).size };
  const window = await onDisplay(() => inTheWindow(library));
  console.log(JSON.stringify({ sessions, engine, window }));
} finally {
  rmSync(library, { recursive: true, force: true });
}
