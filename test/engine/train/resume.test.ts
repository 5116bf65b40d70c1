/** A training whose process is killed goes on where it was, and ends as if nothing had happened: bit for bit. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { readResumable, reopenSession } from '../../../main/engine/session/reopen.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { Control } from '../../../main/engine/train/control.ts';
import { train } from '../../../main/engine/train/training.ts';
import { smallData, smallPlan, trainingKinds, type TrainingKind } from '../../fixtures/sessions/small-training.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();
const script = join(import.meta.dirname, '..', '..', 'fixtures', 'sessions', 'train-small.ts');
/** Minutes: after every step, however fast the machine is. */
const often = 1e-6;

async function trainUntil(file: string, kind: TrainingKind, minutes: number, last: string): Promise<void> {
  const training = spawn(process.execPath, [script, file, kind, String(minutes), last], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(training, 'close');
  await once(training.stdout, 'data');
  training.kill('SIGKILL');
  await closed;
}

async function resume(file: string, kind: TrainingKind): Promise<{ status: string; from: (number | null)[] }> {
  readResumable(file);
  const plan = smallPlan(kind, often);
  const { writer, resumption } = reopenSession(file, 'resumed', plan.header);
  const from = resumption.map((state) => (state === 'over' ? null : (state?.step ?? 0)));
  const control = new Control(() => undefined);
  return { status: await train({ folds: plan.folds, writer, resumption, control, emit: () => undefined }), from };
}

async function whole(file: string, kind: TrainingKind): Promise<void> {
  const plan = smallPlan(kind, 5);
  const writer = createSession({ file }, plan.header);
  const control = new Control(() => undefined);
  expect(await train({ folds: plan.folds, writer, control, emit: () => undefined })).toBe('finished');
}

/** All that a session holds, but times and what tells when it was made. */
function contentsOf(file: string): Record<string, unknown[]> {
  const database = new DatabaseSync(file, { readOnly: true });
  const all = (sql: string): unknown[] => database.prepare(sql).all();
  const bytes = (blob: unknown): Uint8Array => blob as Uint8Array;
  const contents = {
    runs: all('SELECT * FROM run'),
    // Loss and accuracy: the first two of four scalars.
    steps: (all('SELECT * FROM step') as Record<string, unknown>[]).map((row) => ({
      ...row,
      scalars: bytes(row['scalars']).slice(0, 8),
    })),
    spectra: all('SELECT run, layer, step, spectra FROM spectra ORDER BY run, layer, step'),
    summaries: all('SELECT * FROM summary'),
    epochs: all('SELECT * FROM epoch'),
    weights: all('SELECT * FROM checkpoint ORDER BY run, variable'),
    predictions: all('SELECT * FROM prediction'),
    overview: all("SELECT * FROM overview WHERE part <> 'scalars' ORDER BY run, part, layer, level, block"),
    grams: all('SELECT * FROM gram ORDER BY run, step, layer'),
    sampleNorms: all('SELECT * FROM sample_norm'),
    replay: all('SELECT * FROM replay'),
    replayWeights: all('SELECT * FROM replay_weights ORDER BY run, step, variable'),
    progress: all('SELECT run FROM progress UNION SELECT run FROM progress_array'),
  };
  database.close();
  return contents;
}

function expectSame(found: string, expected: string): void {
  const [a, b] = [contentsOf(found), contentsOf(expected)];
  for (const [part, rows] of Object.entries(b)) {
    expect(a[part]?.length, part).toBe(rows.length);
    expect(a[part], part).toEqual(rows);
  }
  expect(b['steps']?.length).toBeGreaterThan(50);
  expect(b['spectra']?.length).toBeGreaterThan(100);
  expect(b['progress']).toEqual([]);
}

describe.each(trainingKinds)('a training (%s) that is killed', (kind) => {
  const uninterrupted = join(folder, `${kind}-whole.spectra`);

  it('goes on from its latest checkpoint, bit for bit', async () => {
    await whole(uninterrupted, kind);
    const file = join(folder, `${kind}-killed.spectra`);
    await trainUntil(file, kind, often, '1 31');
    const { status, from } = await resume(file, kind);
    expect(status).toBe('finished');
    // The first run had ended; the second goes on from within.
    expect(from[0]).toBeNull();
    expect(from[1]).toBeGreaterThan(0);
    expectSame(file, uninterrupted);
  }, 120_000);

  it('begins a run anew that had no checkpoint yet', async () => {
    const file = join(folder, `${kind}-early.spectra`);
    await trainUntil(file, kind, 5, '0 20');
    const { from, status } = await resume(file, kind);
    expect(from[0]).toBe(0);
    expect(status).toBe('finished');
    expectSame(file, uninterrupted);
  }, 120_000);
});

describe('a session', () => {
  it('goes on after a stop', async () => {
    const file = join(folder, 'stopped.spectra');
    const plan = smallPlan('table', 5);
    const writer = createSession({ file }, plan.header);
    const control = new Control(() => undefined);
    let steps = 0;
    const emit = (): void => {
      steps += 1;
      if (steps === 2) control.stop();
    };
    expect(await train({ folds: plan.folds, writer, control, emit })).toBe('stopped');
    const { from } = await resume(file, 'table');
    expect(from[0]).toBeGreaterThan(0);
    expectSame(file, join(folder, 'table-whole.spectra'));
  }, 60_000);

  it('refuses other data, one that is finished, and one of an older version', async () => {
    const finished = join(folder, 'table-whole.spectra');
    expect(() => readResumable(finished)).toThrow('is finished');
    const old = join(folder, 'old.spectra');
    copyFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'sessions', 'version-1.spectra'), old);
    const edit = new DatabaseSync(old);
    edit.exec("UPDATE run SET status = 'stopped'");
    edit.close();
    expect(() => readResumable(old)).toThrow('kept no state to resume from');

    const file = join(folder, 'other-data.spectra');
    await trainUntil(file, 'table', often, '0 20');
    const data = smallData('table');
    data.values[3] = 0.125;
    expect(() => reopenSession(file, 'x', smallPlan('table', 5, data).header)).toThrow(
      'are not those that it was trained on',
    );
    expect((await resume(file, 'table')).status).toBe('finished');
  }, 60_000);
});
