/** Steps of a recorded training looked at again under other groups: exactly what a capture with those groups gives. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { planCapture } from '#app/spectra/plan.ts';
import type { Labelling } from '#app/study/study.ts';
import { float32Of } from '../../../main/engine/session/blob.ts';
import { loadBody } from '../../../main/engine/session/header.ts';
import { regroupedSession } from '../../../main/engine/session/regroup-session.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { Control } from '../../../main/engine/train/control.ts';
import type { RunPlan } from '../../../main/engine/train/plan-run.ts';
import { Replay } from '../../../main/engine/train/replay.ts';
import { train } from '../../../main/engine/train/training.ts';
import {
  labellingOf,
  otherGroups,
  otherLabelling,
  replayedData,
  replayedModels,
  replayedPlan,
  targetOf,
  type ReplayedModel,
} from '../../fixtures/sessions/replayed-training.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();

async function record(name: string, { folds, header }: RunPlan): Promise<string> {
  const file = join(folder, `${name}.spectra`);
  const writer = createSession({ file }, header);
  expect(await train({ folds, writer, control: new Control(() => undefined), emit: () => undefined })).toBe('finished');
  return file;
}

interface Outcome {
  file: string;
  layers: readonly { name: string; regrouped: readonly string[]; replayed: readonly string[] }[];
  lossDifference: number | null;
}

async function replay(
  file: string,
  { folds, model, batch }: RunPlan,
  labelling: Labelling,
  steps: 'checkpoints' | 'all',
  signal = new AbortController().signal,
): Promise<Outcome> {
  const store = new SessionStore(file);
  const out = file.replace('.spectra', `-${steps}-${labelling.groups.length}-${Math.random()}.spectra`);
  try {
    const body = loadBody(store.database);
    const capture = { ...body.configuration.capture, grams: null };
    const make = (groups: number) =>
      new Replay({ store, folds, plan: planCapture(model, batch, groups, capture), steps });
    const { header, write, layers } = regroupedSession(store, body, labelling, null, make);
    const lossDifference = await write(createSession({ file: out }, header), { signal, progress: () => undefined });
    return { file: out, layers, lossDifference };
  } finally {
    store.close();
  }
}

/** Rows of spectra by run, step and layer. */
function rowsOf(file: string): Map<string, Float32Array> {
  const database = new DatabaseSync(file, { readOnly: true });
  const rows = database.prepare('SELECT run, step, layer, spectra FROM spectra ORDER BY run, step, layer').all();
  database.close();
  const key = (row: Record<string, unknown>): string => ['run', 'step', 'layer'].map((name) => row[name]).join(' ');
  return new Map(rows.map((row) => [key(row), float32Of(row['spectra']).slice()]));
}

function stepsIn(rows: ReadonlyMap<string, unknown>): string[] {
  return [...new Set([...rows.keys()].map((key) => key.split(' ').slice(0, 2).join(' ')))];
}

/** Largest difference of two rows, as a fraction of the largest value; infinite where one has a value that the other lacks. */
function difference(found: Float32Array | undefined, expected: Float32Array | undefined): number {
  if (found === undefined || expected === undefined || found.length !== expected.length) return Infinity;
  const largest = Math.max(...expected.filter((value) => !Number.isNaN(value)).map(Math.abs));
  let most = 0;
  found.forEach((value, i) => {
    const other = expected[i] as number;
    if (Number.isNaN(value) !== Number.isNaN(other)) most = Infinity;
    else if (!Number.isNaN(value)) most = Math.max(most, Math.abs(value - other) / largest);
  });
  return most;
}

function largestDifference(
  found: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): number {
  return Math.max(...[...found].map(([key, row]) => difference(row, expected.get(key))));
}

/** Of a row of `groups` groups: the spectra of all samples, which no labelling changes. */
function ofAll(rows: ReadonlyMap<string, Float32Array>, groups: number, plan: RunPlan): Map<string, Float32Array> {
  return new Map(
    [...rows].map(([key, row]) => {
      const { quantities } = plan.header.layers[Number(key.split(' ')[2])]?.layout ?? { quantities: [] };
      const parts: number[] = [];
      let first = 0;
      for (const { values } of quantities) {
        parts.push(...row.subarray(first + groups * values, first + (groups + 1) * values));
        first += (groups + 1) * values;
      }
      return [key, Float32Array.from(parts)];
    }),
  );
}

const recordedGroups = labellingOf(['group 0', 'group 1'], (row) => `group ${row % 2}`);

describe.each(replayedModels)('a %s with dropout', (model) => {
  const plan = replayedPlan(model, replayedData(model));

  it('is replayed at its checkpoints and at all of its steps, as it was recorded', async () => {
    const file = await record(model, plan);
    const recorded = rowsOf(file);
    const [kept, all] = [
      await replay(file, plan, recordedGroups, 'checkpoints'),
      await replay(file, plan, recordedGroups, 'all'),
    ];
    // Two checkpoints of each of two runs; then every step.
    expect(stepsIn(rowsOf(kept.file))).toEqual(['0 0', '0 4', '1 0', '1 4']);
    expect([...rowsOf(all.file).keys()]).toEqual([...recorded.keys()]);
    expect(largestDifference(rowsOf(kept.file), recorded)).toBeLessThanOrEqual(1e-6);
    expect(largestDifference(rowsOf(all.file), recorded)).toBeLessThanOrEqual(1e-6);
    expect(all.lossDifference).toBeLessThanOrEqual(1e-6);
  }, 120_000);

  it('has the same network, dropped out alike, under other groups', async () => {
    const file = join(folder, `${model}.spectra`);
    const { file: out, layers } = await replay(file, plan, otherLabelling(), 'checkpoints');
    expect(layers).toHaveLength(plan.header.layers.length);
    for (const { replayed } of layers) expect(replayed).toEqual(['activations', 'adjoints', 'gradient']);
    const [found, recorded] = [ofAll(rowsOf(out), otherGroups.length, plan), ofAll(rowsOf(file), 2, plan)];
    expect(found.size).toBe(4 * layers.length);
    expect(largestDifference(found, recorded)).toBeLessThanOrEqual(1e-6);
  }, 120_000);
});

/** Groups that part the same strata, so that a training with them has the same batches. */
const crossed = (row: number): number => (row % 2) ^ targetOf(row);

describe.each(['mlp', 'cnn3d', 'resnet3d', 'lstm', 'transformer'] as const)('a %s', (model: ReplayedModel) => {
  it('has under other groups the spectra of a training that was captured with those groups', async () => {
    const plan = replayedPlan(model, replayedData(model), { dropout: 0 });
    const file = await record(`${model}-plain`, plan);
    const fresh = replayedPlan(model, replayedData(model, crossed), { dropout: 0 });
    // The split too looks at the groups.
    fresh.folds.forEach((setup, run) => (setup.fold = plan.folds[run]?.fold ?? setup.fold));
    const expected = rowsOf(await record(`${model}-fresh`, fresh));
    const labelling = labellingOf(['group 0', 'group 1'], (row) => `group ${crossed(row)}`);
    const found = rowsOf((await replay(file, plan, labelling, 'checkpoints')).file);
    const first = new Map([...found].filter(([key]) => key.split(' ')[1] === '0'));
    expect(first.size).toBe(2 * plan.header.layers.length);
    expect(largestDifference(first, expected)).toBeLessThanOrEqual(1e-6);
    // Later the two trainings have summed their gradients in another order, step after step.
    expect(largestDifference(found, expected)).toBeLessThanOrEqual(1e-4);
    // That the groups are others is seen in the recorded rows.
    expect(largestDifference(found, rowsOf(file))).toBeGreaterThan(1e-3);
  }, 120_000);
});

describe('replay', () => {
  it('agrees with the Grams that were kept, and each gives what the other lacks', async () => {
    const capture = { grams: { every: 3, layers: null, megabytes: 10 } };
    const plan = replayedPlan('cnn3d', replayedData('cnn3d'), { capture });
    const file = await record('grams', plan);
    const store = new SessionStore(file);
    const regrouped = regroupedSession(store, loadBody(store.database), otherLabelling(), null);
    const out = join(folder, 'from-grams.spectra');
    await regrouped.write(createSession({ file: out }, regrouped.header), {
      signal: new AbortController().signal,
      progress: () => undefined,
    });
    store.close();
    const fromGrams = rowsOf(out);
    const { file: both, layers } = await replay(file, plan, otherLabelling(), 'checkpoints');
    const rows = rowsOf(both);
    const dense = layers.flatMap(({ regrouped: some }, layer) => (some.length === 3 ? [layer] : []));
    expect(dense.length).toBeGreaterThan(0);
    // Step 0 kept its Grams and its weights; of step 3 only Grams are there, of step 4 only weights.
    for (const layer of dense) {
      expect(difference(rows.get(`0 0 ${layer}`), fromGrams.get(`0 0 ${layer}`))).toBeLessThanOrEqual(1e-6);
      expect(difference(rows.get(`0 3 ${layer}`), fromGrams.get(`0 3 ${layer}`))).toBe(0);
    }
    expect(rows.get('0 0 0')?.[0]).toBeGreaterThan(0);
    expect(rows.get('0 3 0')?.[0]).toBeNaN();
    expect(rows.has('0 4 0')).toBe(true);
    expect(rows.has('0 5 0')).toBe(false);
  }, 120_000);

  it('says so when a step does not come out as it was recorded, and stops when it is told to', async () => {
    const plan = replayedPlan('mlp', replayedData('mlp'));
    const file = await record('other', plan);
    const edit = new DatabaseSync(file);
    edit.exec("UPDATE replay_weights SET weights = zeroblob(length(weights)) WHERE variable LIKE 'dense_1%'");
    edit.close();
    await expect(replay(file, plan, otherLabelling(), 'checkpoints')).rejects.toMatchObject({ code: 'replay-differs' });
    const cancel = new AbortController();
    cancel.abort();
    await expect(replay(file, plan, otherLabelling(), 'all', cancel.signal)).rejects.toMatchObject({
      kind: 'cancelled',
    });
    expect(existsSync(file)).toBe(true);
  }, 60_000);
});
