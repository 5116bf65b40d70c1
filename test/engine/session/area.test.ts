import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { engineOperations } from '#app/contract/operations.ts';
import type { Call } from '../../../main/engine/serve/handlers.ts';
import { sessionHandlers } from '../../../main/engine/serve/session.ts';
import { exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const library = temporaryFolder();
const outside = temporaryFolder();
const area = sessionHandlers({ library, emit: () => undefined });
afterAll(() => area.close());
const { handlers } = area;
const call: Call = { id: 1, signal: new AbortController().signal, progress: () => undefined };
const header = exampleHeader();
const folder = join(library, 'sessions');

async function eventually(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !condition(); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(condition()).toBe(true);
}

describe('a session of the library', () => {
  test('is listed and read while it trains, and is one file after it, though it was being read', async () => {
    const writer = area.createSession(header, null);
    const { session } = writer;
    writer.runStatus(0, 'running', null);
    for (let step = 0; step < 40; step++) {
      writer.step(exampleStep(header, 0, step));
      if (step % 10 !== 0) continue;
      const view = await handlers['session.view']({ session }, call);
      expect(view).toMatchObject({ live: true, status: 'running', sessionRuns: [{ steps: step + 1 }] });
    }
    const [listed] = v.parse(engineOperations['session.list'].answer, await handlers['session.list']({}, call));
    expect(listed).toMatchObject({ session, title: header.title, status: 'running', damaged: null });
    writer.runStatus(0, 'paused', null);
    expect(await handlers['session.view']({ session }, call)).toMatchObject({ live: true, status: 'paused' });
    await handlers['session.describe']({ session, notes: 'while it trains' }, call);
    writer.step(exampleStep(header, 0, 40));
    await expect(async () => handlers['session.delete']({ session }, call)).rejects.toThrow(/stop the training first/);

    writer.runStatus(0, 'finished', null);
    writer.close('finished');
    await eventually(() => !existsSync(join(folder, `${session}-wal`)));
    expect(await handlers['session.view']({ session }, call)).toMatchObject({ live: false, status: 'finished' });
    const again = await handlers['session.list']({}, call);
    expect(again[0]).toMatchObject({ session, status: 'finished' });
  });

  test('takes a title and notes', async () => {
    const [listed] = await handlers['session.list']({}, call);
    const { session } = listed!;
    await handlers['session.describe']({ session, title: 'A title', notes: 'seen twice' }, call);
    expect(await handlers['session.view']({ session }, call)).toMatchObject({ title: 'A title', notes: 'seen twice' });
    expect((await handlers['session.list']({}, call))[0]!.title).toBe('A title');
  });

  test('is listed with the reason when it is damaged, and the others with it', async () => {
    writeFileSync(join(folder, 'broken.spectra'), 'not a database at all'.repeat(100));
    const listed = v.parse(engineOperations['session.list'].answer, await handlers['session.list']({}, call));
    expect(listed.length).toBe(2);
    expect(listed.find(({ session }) => session === 'broken.spectra')!.damaged).toMatch(/not a session/);
  });

  test('goes to the trash of the library when deleted', async () => {
    const before = await handlers['session.list']({}, call);
    const { session } = before.find(({ damaged }) => damaged === null)!;
    const bytes = readFileSync(join(folder, session));
    await handlers['session.view']({ session }, call);
    await handlers['session.delete']({ session }, call);
    expect((await handlers['session.list']({}, call)).map((each) => each.session)).not.toContain(session);
    expect(readFileSync(join(folder, 'trash', session)).equals(bytes)).toBe(true);
    await expect(async () => handlers['session.view']({ session }, call)).rejects.toThrow(/moved or deleted/);
  });

  test('cannot be named by a path out of the library', async () => {
    writeFileSync(join(library, 'out.spectra'), 'x');
    for (const session of ['../out.spectra', join(library, 'out.spectra'), '..', '']) {
      await expect(async () => handlers['session.view']({ session }, call)).rejects.toMatchObject({ kind: 'input' });
    }
  });
});

describe('a session from elsewhere', () => {
  const file = join(outside, 'chosen.spectra');

  test('is written to the file that was chosen, and named by a token', () => {
    const writer = area.createSession(header, { file, overwrite: false });
    expect(writer.session).not.toContain(outside);
    for (let step = 0; step < 30; step++) writer.step(exampleStep(header, 0, step));
    writer.epoch(0, 0, 9, { loss: 1, accuracy: 0.5, auc: 0.5 }, { loss: 2, accuracy: null, auc: null });
    writer.close('stopped');
    expect(existsSync(file)).toBe(true);
  });

  test('opens by its file, is read by its token, and is not deleted from here', async () => {
    const { session } = await handlers['session.open-file']({ file: { path: file } }, call);
    expect(session).not.toContain(outside);
    expect(await handlers['session.open-file']({ file: { path: file } }, call)).toEqual({ session });
    expect(await handlers['session.view']({ session }, call)).toMatchObject({ status: 'stopped', captured: 60 });
    await expect(async () => handlers['session.delete']({ session }, call)).rejects.toThrow(/not in the library/);
  });

  test('is refused in words when it is no session', async () => {
    const table = join(outside, 'table.spectra');
    writeFileSync(table, 'id,group\n1,a\n'.repeat(50));
    await expect(async () => handlers['session.open-file']({ file: { path: table } }, call)).rejects.toMatchObject({
      kind: 'input',
      code: 'not-a-session',
    });
  });

  test('exports its tables while it is written; nothing is left of one that was cancelled', async () => {
    const long = join(outside, 'long.spectra');
    const writer = area.createSession(header, { file: long, overwrite: false });
    for (let step = 0; step < 2000; step++) writer.step(exampleStep(header, 0, step));
    const { session } = await handlers['session.open-file']({ file: { path: long } }, call);
    const target = join(outside, 'scalars.csv');
    const answer = await handlers['session.export'](
      { session, what: 'scalars', format: 'csv', file: { path: target } },
      call,
    );
    expect(answer).toMatchObject({ rows: 2000, parts: ['scalars'] });
    expect(readFileSync(target, 'utf8').trimEnd().split('\r\n').length).toBe(2001);

    const controller = new AbortController();
    let farthest = 0;
    const progress = (_title: string, done: number, total: number | null): void => {
      farthest = Math.max(farthest, done / (total ?? 1));
      controller.abort();
    };
    const cancelled = { ...call, signal: controller.signal, progress };
    const spectra = { session, what: 'spectra', format: 'csv', file: { path: join(outside, 'no.csv') } } as const;
    await expect(async () => handlers['session.export'](spectra, cancelled)).rejects.toMatchObject({
      kind: 'cancelled',
    });
    // What was told on the way when it was cancelled may still arrive; the end may not.
    expect(farthest).toBeGreaterThan(0);
    expect(farthest).toBeLessThan(1);
    expect(readdirSync(outside).filter((name) => name.includes('no.csv'))).toEqual([]);
    writer.close('stopped');
  });

  test('an export that cannot be written says so', async () => {
    const { session } = await handlers['session.open-file']({ file: { path: file } }, call);
    const target = join(outside, 'no-such-folder', 'x.csv');
    await expect(async () =>
      handlers['session.export']({ session, what: 'epochs', format: 'csv', file: { path: target } }, call),
    ).rejects.toMatchObject({ kind: 'input', code: 'export-failed' });
  });
});

test('a library that is new has no sessions', async () => {
  const fresh = join(outside, 'fresh');
  mkdirSync(fresh);
  const other = sessionHandlers({ library: fresh, emit: () => undefined });
  expect(await other.handlers['session.list']({}, call)).toEqual([]);
  await other.close();
});

test('a session whose writer died is listed as interrupted and becomes one file', async () => {
  const file = join(folder, 'died.spectra');
  const script = join(import.meta.dirname, '..', '..', 'fixtures', 'sessions', 'write-until-killed.ts');
  const writing = spawn(process.execPath, [script, file, '1'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(writing, 'exit');
  // It names each step that it has stored.
  await once(writing.stdout, 'data');
  writing.kill('SIGKILL');
  await ended;
  expect(existsSync(`${file}-wal`)).toBe(true);
  const listed = (await handlers['session.list']({}, call)).find(({ session }) => session === 'died.spectra')!;
  expect(listed).toMatchObject({ status: 'interrupted', damaged: null });
  expect(existsSync(`${file}-wal`)).toBe(false);
});
