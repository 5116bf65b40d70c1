/** The engine as a process of its own: its death, its end, and the end of who started it. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultConfiguration } from '#app/run/defaults.ts';
import { usualPreparation } from '#app/run/preparation.ts';
import type { EventPayload } from '#app/contract/events.ts';
import { EngineClient } from '../../main/client/engine-client.ts';
import { locateEngine } from '../../main/client/locations.ts';
import { smallScan } from '../engine/read/write-nifti.ts';

const root = resolve(import.meta.dirname, '..', '..');
const location = locateEngine(root, null);

let library: string;
let deaths: string[];
let events: { event: string; payload: unknown }[];
let client: EngineClient;

const start = (entry = location.entry, node = location.node): EngineClient =>
  new EngineClient({
    location: { node, entry },
    library,
    onEvent: (event, payload) => events.push({ event, payload }),
    onDeath: (lastWords) => deaths.push(lastWords),
  });

beforeEach(() => {
  library = mkdtempSync(join(tmpdir(), 'spectroscope-client-'));
  deaths = [];
  events = [];
  client = start();
});
afterEach(async () => {
  await client.dispose();
  rmSync(library, { recursive: true, force: true });
});

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const progress = () =>
  events.filter(({ event }) => event === 'run.progress').map(({ payload }) => payload as EventPayload<'run.progress'>);

async function train(epochs: number): Promise<string> {
  const { study } = await client.request('sample.open', { sample: 'ucla-cnp-cognition' });
  const configuration = { ...defaultConfiguration(study, 'mlp'), epochs, folds: 2 };
  const { session } = await client.request('run.start', { configuration, title: 'long', file: null });
  await expect.poll(() => progress().at(-1)?.step ?? 0, { timeout: 20_000 }).toBeGreaterThan(5);
  return session;
}

describe('the death of the engine', () => {
  it('rejects what was asked, says how it ended, and what was stored opens in the next one', async () => {
    const session = await train(100_000);
    const asked = client.request('study.list', {});
    process.kill(client.processId as number, 'SIGKILL');
    await expect(asked).rejects.toMatchObject({ kind: 'fault', code: 'engine-died' });
    await expect(asked).rejects.toThrow(/SIGKILL while it did 'study\.list'/);
    await client.ended;
    expect(deaths).toHaveLength(1);
    expect(deaths[0]).toContain('SIGKILL');
    await expect(client.request('study.list', {})).rejects.toThrow('is not running');

    client = start();
    const [summary] = await client.request('session.list', {});
    expect(summary).toMatchObject({ session, status: 'interrupted', damaged: null });
    const view = await client.request('session.view', { session });
    expect(view.sessionRuns[0]?.steps).toBeGreaterThan(5);
  });

  it('hands on its last words, also those that are not a whole line', async () => {
    const entry = join(library, 'dies.mjs');
    writeFileSync(
      entry,
      `process.stderr.write('terminate called\\nwhat(): out of mem', () => process.kill(process.pid, 'SIGABRT'));`,
    );
    const dying = start(entry);
    await dying.ended;
    expect(deaths[0]?.split('\n').slice(0, 2)).toEqual(['terminate called', 'what(): out of mem']);
    expect(deaths[0]).toContain('SIGABRT');
  });

  it('at its start is told like any other', async () => {
    const missing = start(location.entry, join(library, 'no-node'));
    await expect(missing.request('study.list', {})).rejects.toThrow(/could not be started/);
    expect(deaths[0]).toContain('ENOENT');
  });
});

describe('dispose', () => {
  it('ends the engine; a training is closed to one file as stopped', async () => {
    const session = await train(100_000);
    const pid = client.processId as number;
    await client.dispose();
    expect(lives(pid)).toBe(false);
    expect(deaths).toEqual([]);
    expect(readdirSync(join(library, 'sessions')).filter((name) => /-(wal|shm)$/.test(name))).toEqual([]);
    client = start();
    expect(await client.request('session.view', { session })).toMatchObject({ status: 'stopped', live: false });
  });

  it('closes a training that is paused', async () => {
    const session = await train(100_000);
    await client.request('run.pause', {});
    await expect.poll(() => progress().at(-1)?.status, { timeout: 20_000 }).toBe('paused');
    expect(await client.request('run.state', {})).toMatchObject({ status: 'paused', session });
    await client.dispose();
    client = start();
    const { status, sessionRuns } = await client.request('session.view', { session });
    expect([status, sessionRuns[0]?.status]).toEqual(['stopped', 'stopped']);
  });
});

describe('an engine that is to end', () => {
  it('still does what was asked of it just before', async () => {
    const { study } = await client.request('sample.open', { sample: 'ucla-cnp-cognition' });
    const subject = study.subjects[0]?.id as string;
    const edit = client.request('study.edit', {
      edit: { kind: 'exclude', subjects: [subject], reason: 'Motion' },
    });
    edit.catch(() => undefined);
    await client.dispose();
    client = start();
    const { study: kept } = await client.request('study.open', { id: study.id });
    expect(kept.subjects[0]?.excluded).toBe('Motion');
  });

  it('while it prepares scans begins no session', async () => {
    const { study } = await client.request('sample.open', { sample: 'lesymap-lesions' });
    const configuration = defaultConfiguration(study, 'cnn3d');
    const started = client.request('run.start', { configuration, title: 'never', file: null });
    started.catch(() => undefined);
    await expect.poll(() => progress().at(-1)?.status, { timeout: 20_000, interval: 5 }).toBe('preparing');
    await client.dispose();
    expect(client.lastWords).toContain('ended with code 0');
    expect(readdirSync(join(library, 'sessions'))).toEqual([]);
  });
});

describe('a run that is stopped while its scans are prepared', () => {
  it('is cancelled, begins no session, and makes room for another', async () => {
    const { study } = await client.request('sample.open', { sample: 'lesymap-lesions' });
    const left = study.subjects.slice(20).map(({ id }) => id);
    await client.request('study.edit', { edit: { kind: 'exclude', subjects: left, reason: 'Not needed here' } });
    const preparation = { ...usualPreparation, targetSpacingMm: 16 };
    const configuration = { ...defaultConfiguration(study, 'cnn3d'), epochs: 1, folds: 1, preparation };
    const started = client.request('run.start', { configuration, title: 'never', file: null });
    const refused = expect(started).rejects.toMatchObject({ kind: 'cancelled' });
    await expect.poll(() => progress().at(-1)?.status, { timeout: 20_000, interval: 5 }).toBe('preparing');
    await client.request('run.stop', {});
    await refused;
    expect(await client.request('run.state', {})).toMatchObject({ status: 'stopped', session: '' });
    expect(await client.request('session.list', {})).toEqual([]);

    const { session } = await client.request('run.start', { configuration, title: 'second', file: null });
    await expect.poll(() => progress().at(-1)?.status, { timeout: 40_000 }).toBe('finished');
    expect(await client.request('session.view', { session })).toMatchObject({ status: 'finished' });
  });
});

describe('the state of the run', () => {
  it('is none before the first, the latest while it goes, and its end afterwards', async () => {
    expect(await client.request('run.state', {})).toBeNull();
    const session = await train(100_000);
    expect(await client.request('run.state', {})).toMatchObject({ session, status: 'running' });
    await client.request('run.stop', {});
    await expect.poll(async () => (await client.request('run.state', {}))?.status, { timeout: 5000 }).toBe('stopped');
  });
});

describe('who started the engine', () => {
  it('may be killed: the engine closes what it writes and ends within seconds', async () => {
    const script = join(root, 'test', 'fixtures', 'client', 'train-until-killed.ts');
    const parent = spawn(location.node, ['--disable-warning=ExperimentalWarning', script, library], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const said = await new Promise<string>((told) => parent.stdout.setEncoding('utf8').once('data', told));
    const { pid, session } = JSON.parse(said) as { pid: number; session: string };
    expect(lives(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => lives(pid), { timeout: 8000 }).toBe(false);
    const view = await client.request('session.view', { session });
    expect(view).toMatchObject({ status: 'stopped', live: false });
    expect(view.sessionRuns[0]?.steps).toBeGreaterThan(0);
  });
});

describe('a job', () => {
  const scans = 60;
  beforeEach(() => {
    mkdirSync(join(library, 'scans'));
    for (let i = 0; i < scans; i++)
      writeFileSync(join(library, 'scans', `sub-${i}.nii.gz`), smallScan(i, 48, { gzip: true }));
  });
  const input = () => ({ paths: [{ path: join(library, 'scans') }], table: null, idColumn: null, fileColumn: null });

  it('is cancelled by who asked for it, and the engine goes on', async () => {
    const controller = new AbortController();
    const importing = client.request('study.import', input(), controller.signal);
    const ended = expect(importing).rejects.toMatchObject({ kind: 'cancelled' });
    await expect
      .poll(() => events.some(({ event }) => event === 'job.progress'), { interval: 5, timeout: 20_000 })
      .toBe(true);
    controller.abort();
    await ended;
    expect(await client.request('study.current', {})).toBeNull();
  });

  it('that was given up before it was asked for is cancelled too', async () => {
    await expect(client.request('study.import', input(), AbortSignal.abort())).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(await client.request('study.list', {})).toEqual([]);
  });

  it('does not keep an engine that is to end', async () => {
    const importing = client.request('study.import', input());
    importing.catch(() => undefined);
    await expect
      .poll(() => events.some(({ event }) => event === 'job.progress'), { interval: 5, timeout: 20_000 })
      .toBe(true);
    await client.dispose();
    expect(client.lastWords).toContain('ended with code 0');
  });
});
