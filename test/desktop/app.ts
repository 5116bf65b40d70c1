/** Starts the real app with a library of its own, and drives it as a person does. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { electronBinary } from '../../scripts/setup/electron.mjs';

const root = resolve(import.meta.dirname, '..', '..');

export interface RunningApp {
  electron: ElectronApplication;
  page: Page;
  library: string;
  /** What the page wrote to its console as errors, and exceptions that it did not catch. */
  errors: string[];
  close(): Promise<void>;
}

export interface LaunchOptions {
  /** A library to go on with; absent: a fresh one that is removed at the end. */
  library?: string;
  arguments?: readonly string[];
  size?: { width: number; height: number };
}

/** A launch takes seconds; on a loaded machine one in some dozens never answers its debugger, and is started once more. */
const launchLimitMs = 30_000;

export async function launchApp(options: LaunchOptions = {}): Promise<RunningApp> {
  const library = options.library ?? mkdtempSync(join(tmpdir(), 'spectroscope-desktop-'));
  const { electron, page } = await launched(options, library).catch(() => launched(options, library));
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  return {
    electron,
    page,
    library,
    errors,
    close: async () => {
      await electron.close();
      if (options.library === undefined) rmSync(library, { recursive: true, force: true });
    },
  };
}

async function launched(
  options: LaunchOptions,
  library: string,
): Promise<{ electron: ElectronApplication; page: Page }> {
  const electron = await _electron.launch({
    executablePath: electronBinary(),
    args: [root, '--no-sandbox', ...(options.arguments ?? [])],
    env: { ...(process.env as Record<string, string>), SPECTROSCOPE_LIBRARY: library },
    cwd: root,
    timeout: launchLimitMs,
  });
  const ready = (async () => {
    const page = await electron.firstWindow();
    await page.waitForLoadState('load');
    if (options.size !== undefined) await resize(electron, options.size);
    return { electron, page };
  })();
  const limit = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('The window did not answer in time.')), launchLimitMs).unref();
  });
  try {
    return await Promise.race([ready, limit]);
  } catch (error) {
    ready.catch(() => undefined);
    electron.process().kill('SIGKILL');
    throw error;
  }
}

/** Sets the size of the page itself, without the window's frame. */
export async function resize(electron: ElectronApplication, size: { width: number; height: number }): Promise<void> {
  await electron.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
}

/** What the next file dialogs answer: the one part of the desktop that a test cannot click. */
export async function answerDialogs(electron: ElectronApplication, paths: readonly string[]): Promise<void> {
  await electron.evaluate(
    ({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: chosen.length === 0, filePaths: chosen });
      dialog.showSaveDialog = () => Promise.resolve({ canceled: chosen.length === 0, filePath: chosen[0] ?? '' });
    },
    [...paths],
  );
}
