import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SessionReader } from '../../../main/engine/session/reader.ts';
import { settle } from '../../../main/engine/session/settle.ts';
import { exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const reader = new SessionReader();
afterAll(() => reader.close());

const script = join(import.meta.dirname, '..', '..', 'fixtures', 'sessions', 'write-until-killed.ts');
const header = exampleHeader();

/** Lets another process write `file`, `whileWriting` look at it, and kills the process; the last step it told of. */
async function writeAndKill(file: string, afterSteps: number, whileWriting: () => Promise<void>): Promise<number> {
  const writing = spawn(process.execPath, [script, file, afterSteps > 100 ? '0' : '1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let told = '';
  await new Promise<void>((resolve) => {
    writing.stdout.on('data', (text: Buffer) => {
      told += text.toString();
      if (told.split('\n').length > afterSteps) resolve();
    });
  });
  await whileWriting();
  writing.kill('SIGKILL');
  await once(writing, 'close');
  return Number(told.trimEnd().split('\n').at(-1));
}

describe.each([1, 16, 17, 90, 400, 1000])('a session whose writer is killed after about %i steps', (afterSteps) => {
  test('opens as interrupted and holds every step that was told of', async () => {
    const file = join(folder, `killed-${afterSteps}.spectra`);
    const known = { session: 'killed', file, written: false };
    const told = await writeAndKill(file, afterSteps, async () => {
      // Two threads read beside the writer.
      const second = new SessionReader();
      const views = await Promise.all([reader.ask('view', known, null), second.ask('view', known, null)]);
      for (const view of views) expect(view).toMatchObject({ status: 'running', live: true });
      const range = { session: 'killed', run: 0, from: 0, to: 1e6, columns: 100 };
      const before = await second.ask('scalars', known, range);
      expect(before.last.at(-1)! + 1).toBeGreaterThanOrEqual(views[1].sessionRuns[0]!.steps);
      await second.close();
    });

    // As it was left: the reading thread still has it open.
    const left = await reader.ask('view', known, null);
    expect(left).toMatchObject({ status: 'interrupted', live: false, sessionRuns: [{ status: 'interrupted' }] });
    const { steps: seen } = left.sessionRuns[0]!;
    expect(seen).toBeGreaterThanOrEqual(told + 1);
    expect(seen).toBeLessThanOrEqual(told + 2);

    await reader.ask('close', known, null);
    settle(file, false);
    expect(existsSync(`${file}-wal`)).toBe(false);
    const settled = await reader.ask('view', known, null);
    const { steps } = settled.sessionRuns[0]!;
    // The step in flight may have reached the log, though no reader had been told of it: it appears now, whole.
    expect([seen, seen + 1]).toContain(steps);
    const sessionRuns = left.sessionRuns.map((run) => ({ ...run, steps }));
    expect(settled).toEqual({ ...left, sessionRuns, captured: 2 * steps, bytes: settled.bytes });
    expect(left.captured).toBe(2 * seen);

    const range = { session: 'killed', run: 0, from: 0, to: steps - 1, columns: 4096 };
    const { first, mean } = await reader.ask('scalars', known, range);
    expect(first.length).toBe(steps <= 4096 ? steps : first.length);
    for (const step of [0, told]) {
      expect(mean[first.indexOf(step) * 3]).toBe(exampleStep(header, 0, step).scalars[0]);
    }
    const coarse = await reader.ask('spectra', known, {
      ...range,
      ...{ columns: 3, layer: 1, quantity: 'gradient', scale: 'raw', values: 1 },
    });
    const all = Array.from({ length: steps }, (_, step) => exampleStep(header, 0, step).spectra![1]!);
    const largest = Math.max(...all.map((row) => row[2 * 3 * 40 + 2 * 40]!));
    expect(Math.max(...coarse.maximum.filter((_, at) => at % 3 === 2))).toBe(largest);
  });
});
