/** What the window does when the engine, the app or the disk gives out, and what is left of the work. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EngineClient } from '../../main/client/engine-client.ts';
import { locateEngine } from '../../main/client/locations.ts';
import { smallScan } from '../engine/read/write-nifti.ts';
import { launchApp, type LaunchOptions, type RunningApp } from './app.ts';
import { button, goTo, until } from './driving.ts';

const root = resolve(import.meta.dirname, '..', '..');
const patience = { timeout: 20_000 };
const size = { width: 1280, height: 800 };

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Processes that the app started and that run the engine: one, none while it is down. */
function enginesOf(app: RunningApp): number[] {
  const parent = app.electron.process().pid;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const isEngine = readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('engine.ts');
        return isEngine && state !== 'Z' && Number(ppid) === parent;
      } catch {
        // It ended while it was looked at.
        return false;
      }
    })
    .map(Number);
}

async function engineOf(app: RunningApp): Promise<number> {
  await expect.poll(() => enginesOf(app).length, patience).toBe(1);
  return enginesOf(app)[0] as number;
}

async function openSample(options: LaunchOptions = {}): Promise<RunningApp> {
  const app = await launchApp({ size, arguments: ['--sample', 'ucla-cnp-cognition'], ...options });
  await app.page.getByText('180 subjects').first().waitFor(patience);
  return app;
}

/** Presses Train for more epochs than any test waits for. */
async function pressTrain(page: Page): Promise<void> {
  await goTo(page, 'Control+3', 'Network');
  for (const [field, value] of [
    ['Folds', '2'],
    ['Epochs', '9000'],
  ] as const) {
    await page.getByLabel(field).fill(value);
    await page.getByLabel(field).press('Enter');
  }
  await button(page, /^Train 2 folds/);
}

async function startTraining(page: Page): Promise<void> {
  await pressTrain(page);
  await expect.poll(() => stepShown(page), patience).toBeGreaterThan(10);
}

/** Step that the Train page's line of words names. */
async function stepShown(page: Page): Promise<number> {
  const line = page.locator('[role=status]').filter({ hasText: /step \d/ });
  const words = (await line.count()) === 0 ? '' : ((await line.first().textContent()) ?? '');
  return Number(/step ([\d\s\u202f\u2009,]+)/.exec(words)?.[1]?.replace(/\D/g, '') ?? 'NaN');
}

/** Opens the only session of the list and waits until its charts have numbers. */
async function review(page: Page, status: RegExp): Promise<void> {
  await button(page, 'Sessions');
  const row = page
    .getByRole('row')
    .filter({ hasText: /Multilayer perceptron/ })
    .first();
  await row.waitFor(patience);
  expect(await row.innerText()).toMatch(status);
  await row.getByRole('button').first().click();
  await page.locator('figure[aria-label*="singular values"]').first().waitFor(patience);
  await page.getByText('At the cursor').first().waitFor(patience);
}

/** What a library holds, asked of an engine without a window. */
async function storedIn(library: string) {
  const location = locateEngine(root, null);
  const client = new EngineClient({ location, library, onEvent: () => undefined, onDeath: () => undefined });
  try {
    const [summary] = await client.request('session.list', {});
    return await client.request('session.view', { session: summary?.session ?? '' });
  } finally {
    await client.dispose();
  }
}

describe('a page that is loaded again', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await openSample();
  });
  afterAll(() => app.close());

  it('finds the training that goes on', async () => {
    const { page } = app;
    await startTraining(page);
    const before = await stepShown(page);
    await page.reload();
    await page.getByRole('button', { name: 'Pause' }).waitFor(patience);
    await expect.poll(() => stepShown(page), patience).toBeGreaterThan(before);
  });

  it('finds the training that is paused, and goes on with it', async () => {
    const { page } = app;
    await button(page, 'Pause');
    await page.getByText('Paused.').first().waitFor(patience);
    await page.reload();
    await page.getByText('Paused.').first().waitFor(patience);
    const paused = await stepShown(page);
    await page.locator('figure[aria-label*="singular values"]').first().waitFor(patience);
    await button(page, 'Resume');
    await expect.poll(() => stepShown(page), patience).toBeGreaterThan(paused);
    await goTo(page, 'Control+1', '180 subjects');
    expect(app.errors).toEqual([]);
  });
});

describe('an engine that is killed while it trains', () => {
  let app: RunningApp;
  beforeAll(async () => {
    app = await openSample();
  });
  afterAll(() => app.close());

  const kill = async (): Promise<void> => {
    const pid = await engineOf(app);
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => enginesOf(app).includes(pid), patience).toBe(false);
  };

  it('is told of with its last words; another one has the study open', async () => {
    const { page } = app;
    await startTraining(page);
    await kill();
    const banner = page.getByRole('alert').filter({ hasText: 'The engine stopped.' });
    await banner.waitFor(patience);
    await banner.getByText('Its last words').click();
    expect(await banner.innerText()).toContain('SIGKILL');
    await engineOf(app);
    await goTo(page, 'Control+1', '180 subjects');
    await button(page, 'Dismiss');
    expect(await banner.count()).toBe(0);
  });

  it('leaves a session that says it was interrupted and opens with its steps', async () => {
    await review(app.page, /interrupted/);
    await app.page.getByRole('radio', { name: 'Session' }).click(patience);
    // Three layers at each step.
    await until(app.page, (text) => /Status\s+interrupted/.test(text) && /[1-9][\d,]+ layer-steps/.test(text), 20_000);
  });

  it('is given up after three deaths in five minutes, also by a page that is loaded then, and started by hand', async () => {
    const { page } = app;
    await kill();
    await kill();
    const banner = page.getByRole('alert').filter({ hasText: 'not started again by itself' });
    await banner.waitFor(patience);
    expect(enginesOf(app)).toEqual([]);
    await page.reload();
    await banner.waitFor(patience);
    await button(page, 'Start it again');
    await engineOf(app);
    await expect.poll(() => banner.count(), patience).toBe(0);
    await review(page, /interrupted/);
  });
});

describe('an app that ends while it trains', () => {
  let library: string;
  beforeAll(() => {
    library = mkdtempSync(join(tmpdir(), 'spectroscope-survival-'));
  });
  afterAll(() => rmSync(library, { recursive: true, force: true }));

  it('because it was killed: the engine ends too, and the session opens in the next one', async () => {
    const app = await openSample({ library });
    await startTraining(app.page);
    const engine = await engineOf(app);
    process.kill(app.electron.process().pid as number, 'SIGKILL');
    await expect.poll(() => lives(engine), { timeout: 10_000 }).toBe(false);
    await app.close();

    const next = await launchApp({ size, library });
    await review(next.page, /stopped|interrupted/);
    expect(next.errors).toEqual([]);
    await next.close();
    expect((await storedIn(library)).sessionRuns[0]?.steps).toBeGreaterThan(10);
  });

  it('together with its engine: the session says that it was interrupted', async () => {
    const app = await openSample({ library });
    await startTraining(app.page);
    const engine = await engineOf(app);
    process.kill(engine, 'SIGSTOP');
    process.kill(app.electron.process().pid as number, 'SIGKILL');
    process.kill(engine, 'SIGKILL');
    await app.close();
    expect(await storedIn(library)).toMatchObject({ status: 'interrupted', live: false });
  });

  it('because the computer is shut down: the session is whole', async () => {
    const app = await openSample({ library });
    await startTraining(app.page);
    const engine = await engineOf(app);
    process.kill(app.electron.process().pid as number, 'SIGTERM');
    await expect.poll(() => lives(engine), { timeout: 10_000 }).toBe(false);
    await app.close();
    expect(await storedIn(library)).toMatchObject({ status: 'stopped', live: false });
  });

  it('because a person quits while it is paused: the session is whole', async () => {
    const app = await openSample({ library });
    await startTraining(app.page);
    await button(app.page, 'Pause');
    await app.page.getByText('Paused.').first().waitFor(patience);
    const engine = await engineOf(app);
    await app.close();
    expect(lives(engine)).toBe(false);
    const left = readdirSync(join(library, 'sessions'));
    expect(left.filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
    expect(await storedIn(library)).toMatchObject({ status: 'stopped', live: false });
  });
});

describe('files that are dropped on the window', () => {
  let app: RunningApp;
  let work: string;
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'spectroscope-drop-'));
    mkdirSync(join(work, 'dropped'));
    for (let i = 0; i < 12; i++)
      writeFileSync(join(work, 'dropped', `sub-${i}.nii.gz`), smallScan(i, 8, { gzip: true }));
    mkdirSync(join(work, 'many'));
    const scan = smallScan(1, 96, { gzip: true });
    for (let i = 0; i < 1000; i++) {
      // Another time in the header of the gzip stream: files of one content are looked at once.
      scan.writeUInt32LE(i, 4);
      writeFileSync(join(work, 'many', `sub-${i}.nii.gz`), scan);
    }
    app = await launchApp({ size });
    await app.page.getByText('Import data…').first().waitFor(patience);
  });
  afterAll(async () => {
    await app.close();
    rmSync(work, { recursive: true, force: true });
  });

  /** As a file manager does it: Chromium itself reads the paths. */
  async function drop(paths: string[]): Promise<void> {
    const devTools = await app.page.context().newCDPSession(app.page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      const data = { items: [], files: paths, dragOperationsMask: 1 };
      await devTools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
    }
    await devTools.detach();
  }

  it('are imported: a folder of scans', async () => {
    await drop([join(work, 'dropped')]);
    await app.page.getByText('12 subjects').first().waitFor(patience);
    expect(await app.page.locator('body').innerText()).not.toContain(work);
  });

  it('are let go of again when the import is cancelled', async () => {
    const { page } = app;
    await drop([join(work, 'many')]);
    await button(page, 'Cancel the import');
    await page.getByRole('button', { name: 'Close' }).last().waitFor(patience);
    await button(page, 'Close');
    expect(await page.locator('body').innerText()).toContain('12 subjects');
    expect(app.errors).toEqual([]);
  });
});

/** A disk of 3 MB for the sessions: a small tmpfs, which only root may mount. */
function mountSmallDisk(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  try {
    execFileSync('/bin/mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'pipe' });
    return true;
  } catch (error) {
    console.warn(`The test of a full disk is skipped: a tmpfs cannot be mounted here (${String(error)}).`);
    return false;
  }
}

describe('a disk that is full', () => {
  const library = mkdtempSync(join(tmpdir(), 'spectroscope-full-'));
  const sessions = join(library, 'sessions');
  const mounted = mountSmallDisk(sessions);
  let app: RunningApp | null = null;
  afterEach(() => app?.close());
  afterAll(() => {
    if (mounted) execFileSync('/bin/umount', ['-l', sessions]);
    rmSync(library, { recursive: true, force: true });
  });

  it.runIf(mounted)('ends the training with a sentence; what was stored opens', async () => {
    app = await openSample({ library });
    const { page } = app;
    // The disk may be full before a first step is shown.
    await pressTrain(page);
    await page.getByText(/Training failed\..*disk is full.*What was trained until then is saved/s).waitFor(patience);
    await review(page, /failed|interrupted/);
    expect(app.errors).toEqual([]);
  });
});
