/** What is fitted of each voxel is the same whether the scans are in memory or streamed, and is kept with the session. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { applyChain, restoreChain } from '#app/preparation/chain.ts';
import type { Covariate } from '#app/preparation/rows.ts';
import { SeededRandom } from '#app/run/random.ts';
import { usualPreparation, type PreparationSettings } from '#app/run/preparation.ts';
import { planCapture } from '#app/spectra/plan.ts';
import { exportModel } from '../../../main/engine/export/model/export-model.ts';
import type { FitProgress } from '../../../main/engine/rows/row-reader.ts';
import type { StoredRows } from '../../../main/engine/rows/stored-rows.ts';
import { requireFittable } from '../../../main/engine/train/fold-source.ts';
import { FoldData } from '../../../main/engine/train/fold-data.ts';
import { loadBody } from '../../../main/engine/session/header.ts';
import { regroupedSession } from '../../../main/engine/session/regroup-session.ts';
import { reopenSession } from '../../../main/engine/session/reopen.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import { storedOutcome } from '../../../main/engine/session/unregrouped.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { Control } from '../../../main/engine/train/control.ts';
import { Replay } from '../../../main/engine/train/replay.ts';
import { train } from '../../../main/engine/train/training.ts';
import type { PreparedData } from '../../../main/engine/train/types.ts';
import { exampleHeader } from '../../fixtures/sessions/example.ts';
import { smallPlan } from '../../fixtures/sessions/small-training.ts';
import { streamedData } from '../../fixtures/streamed-data.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();
const people = 30;
/** Enough voxels for what is fitted to be kept as arrays. */
const shape = [12, 11, 10];
const width = 12 * 11 * 10;
const everyone = Array.from({ length: people }, (_, row) => row);
const fold = { training: everyone.slice(0, 22), validation: everyone.slice(22) };

/** Sites shift and scale each voxel, age adds to it, some voxels are 0 in everyone; one site is met in validation alone. */
function scans(): PreparedData & { covariates: Covariate[] } {
  const random = new SeededRandom(5);
  const normals = (): number[] => Array.from({ length: width }, () => random.normal());
  const sites = everyone.map((row) => (row === 29 ? 'Z' : (['A', 'B', 'C'][(row * 7) % 3] ?? 'A')));
  const ages = everyone.map((row) => 20 + ((row * 13) % 50));
  const [shifts, slopes, base] = [[normals(), normals(), normals(), normals()], normals(), normals()];
  const values = everyone.flatMap((row) =>
    Array.from({ length: width }, (_, i) => {
      if (i % 11 === 0) return 0;
      const site = 'ABCZ'.indexOf(sites[row] ?? '');
      const own = 100 + 5 * (base[i] ?? 0) + 0.1 * (ages[row] ?? 0) * (slopes[i] ?? 0);
      return own + 2 * (shifts[site]?.[i] ?? 0) + (1 + site / 2) * random.normal();
    }),
  );
  return {
    kind: 'volumes',
    inputShape: [...shape, 1],
    features: [],
    subjects: everyone.map((row) => ({ id: `sub-${row}`, group: row % 2, target: row % 2 })),
    groups: ['patient', 'control'].map((name, colour) => ({ name, colour })),
    classes: ['patient', 'control'],
    targetIsGroups: true,
    values: Float32Array.from(values),
    covariates: [
      { name: 'age', kind: 'number', values: ages },
      { name: 'sex', kind: 'category', values: everyone.map((row) => (row % 5 < 2 ? 'F' : 'M')) },
      { name: 'site', kind: 'category', values: sites },
    ],
  };
}

const harmonised: PreparationSettings = {
  ...usualPreparation,
  minimumVariance: 0.01,
  harmonise: { site: 'site', keep: ['age'] },
  covariates: ['age', 'sex'],
};
const cases: [string, Partial<PreparationSettings>][] = [
  ['the variance filter', { minimumVariance: 1.5, standardise: false }],
  ['regression on covariates', { covariates: ['age', 'sex', 'site'], standardise: false }],
  ['ComBat', { harmonise: { site: 'site', keep: [] }, standardise: false }],
  ['ComBat that keeps covariates', { harmonise: { site: 'site', keep: ['age', 'sex'] } }],
  ['all of them', harmonised],
];

function foldData(data: PreparedData, change: Partial<PreparationSettings>): Promise<FoldData> {
  const { configuration } = exampleHeader();
  return FoldData.of(data, fold, { ...configuration, preparation: { ...usualPreparation, ...change } }, 1);
}

async function fed(data: PreparedData, change: Partial<PreparationSettings>): Promise<number[]> {
  const found = await foldData(data, change);
  const values = [...(await found.valuesOf(everyone))];
  found.close();
  return values;
}

/** Largest difference, and the deviation of what is expected. */
function difference(found: readonly number[], expected: readonly number[]): { largest: number; deviation: number } {
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  const variance = expected.reduce((sum, value) => sum + (value - mean) ** 2, 0) / expected.length;
  const largest = found.reduce((most, value, i) => Math.max(most, Math.abs(value - (expected[i] ?? NaN))), 0);
  return { largest, deviation: Math.sqrt(variance) };
}

describe.each(cases)('%s on streamed scans', (_, change) => {
  it('gives what it gives in memory, also for those it was not fitted on', async () => {
    const data = scans();
    const expected = await fed(data, change);
    const found = await fed(await streamedData(data, folder), change);
    expect(found).toHaveLength(people * width);
    const { largest, deviation } = difference(found, expected);
    expect(largest).toBeLessThan(2e-5 * deviation + 1e-4 * Number(change.standardise === false));
    // It did something.
    expect(difference(found, [...data.values]).largest).toBeGreaterThan(0.1);
  });
});

describe('what was fitted', () => {
  const fits = (of: string): string[] => readdirSync(join(of, 'float32')).filter((name) => name.endsWith('.fit'));

  it('is kept beside the scans, and fitted again when it is damaged', async () => {
    const own = mkdtempSync(join(folder, 'own-'));
    const data = await streamedData(scans(), own);
    const first = await fed(data, harmonised);
    expect(fits(own)).toHaveLength(1);
    const path = join(own, 'float32', fits(own)[0] ?? '');
    const kept = readFileSync(path);
    // As small as float32 lets it be: features, mean, deviation, 2 effects and 3 x 2 of sites of ComBat; 2 effects.
    expect(kept.length).toBeLessThan(4 * 12 * width + 5000);
    expect(await fed(data, harmonised)).toEqual(first);
    const damaged = Uint8Array.from(kept);
    damaged[kept.length >> 1] = (damaged[kept.length >> 1] ?? 0) ^ 0x40;
    writeFileSync(path, damaged);
    expect(await fed(data, harmonised)).toEqual(first);
    expect(readFileSync(path).equals(kept)).toBe(true);
    // Another fold, other settings: another fit.
    await fed(data, { ...harmonised, covariates: ['age'] });
    expect(fits(own)).toHaveLength(2);
  });

  it('is refused in words when it cannot be fitted', async () => {
    const { covariates, ...data } = scans();
    const single = covariates.map((each) =>
      each.name === 'site' ? { ...each, values: everyone.map(() => 'A') } : each,
    );
    const streamed = await streamedData({ ...data, covariates: single }, folder);
    await expect(foldData(streamed, harmonised)).rejects.toMatchObject({ kind: 'setting', code: 'too-few-sites' });
  });

  it('is refused before a training when it would not fit in memory', async () => {
    const { stored, covariates = [] } = await streamedData(scans(), folder);
    if (stored === undefined) throw new Error('in memory');
    requireFittable(stored, harmonised, covariates);
    const huge: StoredRows = { ...stored, box: { from: [0, 0, 0], to: [9999, 9999, 999] } };
    expect(() => requireFittable(huge, harmonised, covariates)).toThrow(
      expect.objectContaining({ code: 'fit-too-large', field: 'preparation.targetSpacingMm' }) as Error,
    );
  });
});

describe('a fit on scans that are streamed', () => {
  const { configuration } = exampleHeader();
  const settings = { ...configuration, preparation: harmonised };
  const written = (of: string): string[] => readdirSync(join(of, 'float32')).filter((name) => name.includes('.fit'));

  it('tells how far it is, pass by pass', async () => {
    const told: FitProgress[] = [];
    const data = await streamedData(scans(), mkdtempSync(join(folder, 'told-')));
    const found = await FoldData.of(data, fold, settings, 1, { progress: (progress) => told.push(progress) });
    found.close();
    expect(told[0]).toEqual({ pass: 1, done: 0, total: fold.training.length });
    expect(told.every(({ pass, done, total }) => pass >= 1 && done <= total)).toBe(true);
  });

  it('ends in its midst when that is asked for, and leaves nothing', async () => {
    const own = mkdtempSync(join(folder, 'ended-'));
    const data = await streamedData(scans(), own);
    const abort = new AbortController();
    abort.abort();
    const ended = FoldData.of(data, fold, settings, 1, { signal: abort.signal });
    await expect(ended).rejects.toMatchObject({ kind: 'cancelled' });
    // Another fit in a thread begun later is done by then.
    const found = await FoldData.of(data, { ...fold, training: fold.training.slice(1) }, settings, 1);
    found.close();
    expect(written(own)).toHaveLength(1);
    const whole = await FoldData.of(data, fold, settings, 1);
    whole.close();
    expect(written(own)).toHaveLength(2);
  });
});

describe('a training on scans that are streamed and harmonised', () => {
  const planOf = (data: PreparedData) =>
    smallPlan('volumes', 5, data, {
      epochs: 3,
      preparation: harmonised,
      capture: { ...exampleHeader().configuration.capture, replay: { checkpoints: 2, megabytes: 5 } },
    });

  async function trained(name: string, data: PreparedData, stopAt: number | null): Promise<string> {
    const file = join(folder, `${name}.spectra`);
    const plan = planOf(data);
    const writer = createSession({ file }, plan.header);
    const control = new Control(() => undefined);
    const inner = writer.step.bind(writer);
    writer.step = (record) => {
      inner(record);
      if (record.run === 0 && record.step === stopAt) control.stop();
    };
    await train({ folds: plan.folds, writer, control, emit: () => undefined });
    if (stopAt === null) return file;
    const again = reopenSession(file, 'again', plan.header);
    const going = { ...again, control: new Control(() => undefined), emit: () => undefined };
    expect(await train({ folds: plan.folds, ...going })).toBe('finished');
    return file;
  }

  function blobs(file: string): unknown[] {
    const database = new DatabaseSync(file, { readOnly: true });
    const rows = ['checkpoint', 'preparation_array', 'prediction'].flatMap((table) =>
      database.prepare(`SELECT * FROM ${table} ORDER BY run, 2`).all(),
    );
    database.close();
    return rows;
  }

  it('is the same when it is stopped and goes on, and its session holds what was fitted', async () => {
    const data = await streamedData(scans(), folder);
    const file = await trained('whole', data, null);
    expect(blobs(await trained('resumed', data, 3))).toEqual(blobs(file));

    const store = new SessionStore(file);
    const steps = storedOutcome(store, 0)?.preparation.steps ?? [];
    expect(steps.map(({ step }) => step)).toEqual(['minimum-variance', 'harmonise', 'covariates', 'standardise']);
    const { values, covariates } = scans();
    const raw = { raw: values.slice(), values, width, columns: 1, indicators: 0, covariates };
    applyChain(restoreChain(steps), raw);
    const setup = planOf(data).folds[0];
    if (setup === undefined) throw new Error('no fold');
    const found = await FoldData.of(setup.data, setup.fold, setup.configuration, setup.seed);
    expect(await found.valuesOf(everyone)).toEqual(values);
    found.close();

    const out = join(folder, 'model');
    expect(exportModel(store, 0, out).files.slice(0, 3)).toEqual([
      'weights.npz',
      'preprocessing.npz',
      'preprocessing.json',
    ]);
    const { steps: exported } = JSON.parse(readFileSync(join(out, 'preprocessing.json'), 'utf8')) as {
      steps: Record<string, unknown>[];
    };
    expect(exported[1]?.['mean']).toEqual({
      array: 'steps/1/mean',
      type: 'float32',
      length: (steps[1] as unknown as { mean: Float32Array }).mean.length,
    });
    const { mean } = steps[1] as unknown as { mean: Float32Array };
    expect(readFileSync(join(out, 'preprocessing.npz')).includes(Buffer.from(mean.buffer))).toBe(true);
    store.close();
  }, 60_000);

  it('is stopped while a fold is fitted, and goes on to the same numbers', async () => {
    const data = await streamedData(scans(), mkdtempSync(join(folder, 'stopped-')));
    const file = join(folder, 'stopped.spectra');
    const plan = planOf(data);
    const told: string[] = [];
    const control = new Control(() => undefined);
    const emit = ({ status, message, run }: { status: string; message: string; run: number }): void => {
      if (status !== 'preparing') return;
      told.push(message);
      if (run === 1) control.stop();
    };
    const writer = createSession({ file }, plan.header);
    expect(await train({ folds: plan.folds, writer, control, emit })).toBe('stopped');
    expect(told[0]).toMatch(/^Fitting the preparation, pass 1: \d+ of \d+ scans$/);
    const steps = new SessionStore(file);
    expect([steps.steps(0) > 0, steps.steps(1)]).toEqual([true, 0]);
    steps.close();
    const again = reopenSession(file, 'again', plan.header);
    const going = { ...again, control: new Control(() => undefined), emit: () => undefined };
    expect(await train({ folds: plan.folds, ...going })).toBe('finished');
    expect(blobs(file)).toEqual(blobs(await trained('not-stopped', data, null)));
  }, 60_000);

  it('is replayed under other groups', async () => {
    const data = await streamedData(scans(), folder);
    const { folds, model, batch } = planOf(data);
    const store = new SessionStore(await trained('replayed', data, null));
    const body = loadBody(store.database);
    const subjects = everyone.map((row) => ({ id: `sub-${row}`, scan: null, values: {}, excluded: null }));
    const make = (groups: number) =>
      new Replay({
        store,
        folds,
        plan: planCapture(model, batch, groups, { ...body.configuration.capture, grams: null }),
        steps: 'all',
      });
    const groups = ['x', 'y'].map((name, colour) => ({ name, colour, rule: null }));
    const assigned = Object.fromEntries(everyone.map((row) => [`sub-${row}`, row % 3 === 0 ? 'x' : 'y']));
    const { header, write } = regroupedSession(
      store,
      { ...body, study: { ...body.study, subjects } },
      { column: null, groups, assigned },
      null,
      make,
    );
    const file = join(folder, 'regrouped.spectra');
    const job = { signal: new AbortController().signal, progress: () => undefined };
    expect(await write(createSession({ file }, header), job)).toBeLessThan(1e-5);
    const regrouped = new SessionStore(file);
    expect(storedOutcome(regrouped, 0)?.preparation).toEqual(storedOutcome(store, 0)?.preparation);
    for (const each of [regrouped, store]) each.close();
  }, 60_000);
});
