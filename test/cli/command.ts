/** Runs the command line as a person does, through its launcher. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll } from 'vitest';

const launcher = resolve(import.meta.dirname, '..', '..', 'scripts', 'spectroscope.mjs');

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What a command leaves behind goes into the test's own folder; the cache stays the user's, where set-up's downloads are. */
function environmentIn(folder: string): NodeJS.ProcessEnv {
  // No card of this computer is found by Vulkan: what is refused is the same everywhere.
  return { ...process.env, TMPDIR: folder, VK_DRIVER_FILES: join(folder, 'no-card.json') };
}

/** @param during what to do to the process while it runs */
export async function spectroscope(
  folder: string,
  words: readonly string[],
  during: (child: ChildProcess) => Promise<void> = () => Promise.resolve(),
): Promise<Outcome> {
  const child = spawn(process.execPath, [launcher, ...words], {
    cwd: folder,
    env: environmentIn(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (outcome.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (outcome.stderr += text));
  const ended = once(child, 'close') as Promise<[number | null]>;
  await during(child);
  const [code] = await ended;
  return { ...outcome, code };
}

const ctrlC = '\u0003';

/**
 * Runs it in a terminal (that of `script`, of util-linux), which reaches the engine's process with Ctrl C as well.
 *
 * @param until Ctrl C is pressed once this was shown
 * @returns the exit code, and all that was shown
 */
export async function interruptedInTerminal(
  folder: string,
  words: readonly string[],
  until: RegExp,
): Promise<{ code: number | null; shown: string }> {
  const command = [process.execPath, launcher, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', command, '/dev/null'], {
    cwd: folder,
    env: environmentIn(folder),
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let shown = '';
  let pressed = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
    if (pressed || !until.test(shown)) return;
    pressed = true;
    child.stdin.write(ctrlC);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, shown };
}

/** The one JSON document of stdout; a second one, or a line beside it, does not parse. */
export function documentOf({ stdout }: Outcome): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

export function errorOf(outcome: Outcome): { kind: string; code: string; message: string } {
  return documentOf(outcome)['error'] as { kind: string; code: string; message: string };
}

/** A folder with the files, which goes with the test file. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'spectroscope-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** `subjects` rows with a group, a sex that is not the group, and two features of which the first tells the group. */
export function smallTable(subjects = 24): string {
  const rows = Array.from({ length: subjects }, (_, i) => {
    const noise = ((i * 37) % 17) / 17;
    return [
      `s${i}`,
      i % 2 ? 'patient' : 'control',
      i % 3 ? 'F' : 'M',
      ((i % 2) * 0.4 + noise).toFixed(3),
      noise.toFixed(3),
    ];
  });
  return [['subject', 'diagnosis', 'sex', 'recall', 'speed'], ...rows].map((row) => `${row.join(',')}\n`).join('');
}

/** More than the header of a session takes: steps are being stored. */
const someSteps = 400_000;

/** Resolves when a session is being written and has steps. */
export async function isTraining(session: string): Promise<void> {
  while ((statSync(`${session}-wal`, { throwIfNoEntry: false })?.size ?? 0) < someSteps) await setTimeout(20);
}

/** Process ids of the engine that a command started. */
export function childrenOf(child: ChildProcess): number[] {
  const text = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}
