/** A training whose scans are streamed from one file: as from memory, and the same when it is resumed. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { reopenSession } from '../../../main/engine/session/reopen.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { Control } from '../../../main/engine/train/control.ts';
import { train } from '../../../main/engine/train/training.ts';
import type { PreparedData } from '../../../main/engine/train/types.ts';
import { smallData, smallPlan } from '../../fixtures/sessions/small-training.ts';
import { streamedData, withoutGaps } from '../../fixtures/streamed-data.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();

const inMemory = (): PreparedData => withoutGaps(smallData('volumes'));
const streamed = (precision: 'float32' | 'float16'): Promise<PreparedData> =>
  streamedData(inMemory(), folder, precision);

async function trained(name: string, data: PreparedData): Promise<string> {
  const file = join(folder, `${name}.spectra`);
  const plan = smallPlan('volumes', 5, data);
  const writer = createSession({ file }, plan.header);
  const control = new Control(() => undefined);
  expect(await train({ folds: plan.folds, writer, control, emit: () => undefined })).toBe('finished');
  return file;
}

async function stoppedAndResumed(name: string, data: PreparedData): Promise<string> {
  const file = join(folder, `${name}.spectra`);
  const plan = smallPlan('volumes', 5, data);
  const writer = createSession({ file }, plan.header);
  const control = new Control(() => undefined);
  const inner = writer.step.bind(writer);
  writer.step = (record) => {
    inner(record);
    if (record.run === 0 && record.step === 17) control.stop();
  };
  expect(await train({ folds: plan.folds, writer, control, emit: () => undefined })).toBe('stopped');
  const again = reopenSession(file, 'again', plan.header);
  expect(
    await train({ folds: plan.folds, ...again, control: new Control(() => undefined), emit: () => undefined }),
  ).toBe('finished');
  return file;
}

/** Of each step: loss and accuracy; of each variable: its weights. */
function contentsOf(file: string) {
  const database = new DatabaseSync(file, { readOnly: true });
  const blobs = (sql: string): Uint8Array[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => Object.values(row)[0] as Uint8Array);
  const contents = {
    steps: blobs('SELECT scalars FROM step ORDER BY run, step').map((each) => each.slice(0, 8)),
    scalars: blobs('SELECT scalars FROM step ORDER BY run, step').map((each) => each.length / 4),
    weights: blobs('SELECT weights FROM checkpoint ORDER BY run, variable'),
    names: JSON.parse(
      String(database.prepare("SELECT value FROM meta WHERE name = 'scalars'").get()?.['value']),
    ) as string[],
  };
  database.close();
  return contents;
}

function numbers(bytes: Uint8Array): number[] {
  return [...new Float32Array(new Uint8Array(bytes).buffer)];
}

describe('a streamed training', () => {
  it('learns what it would from memory, samples changed in the same way', async () => {
    const memory = contentsOf(await trained('memory', inMemory()));
    const disk = contentsOf(await trained('disk', await streamed('float32')));
    expect(disk.steps).toHaveLength(memory.steps.length);
    disk.weights.forEach((weights, i) => {
      const expected = numbers(memory.weights[i] as Uint8Array);
      numbers(weights).forEach((value, j) => expect(value).toBeCloseTo(expected[j] ?? NaN, 3));
    });
    expect(disk.names.at(-1)).toBe('data-wait-ms');
    expect(new Set(disk.scalars)).toEqual(new Set([disk.names.length]));
    expect(memory.names).not.toContain('data-wait-ms');
  }, 60_000);

  it('is the same when it is stopped and goes on, bit for bit', async () => {
    const data = await streamed('float16');
    const whole = contentsOf(await trained('whole', data));
    const resumed = contentsOf(await stoppedAndResumed('resumed', data));
    expect(resumed).toEqual(whole);
    expect(whole.steps.length).toBeGreaterThan(50);
  }, 60_000);
});
