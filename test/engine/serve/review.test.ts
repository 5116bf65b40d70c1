/** What Review asks of a session that was trained with its sample Grams kept, through the engine's own operations. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Input } from '#app/contract/operations.ts';
import { shuffledLabels } from '#app/inference/relabel.ts';
import { defaultConfiguration } from '#app/run/defaults.ts';
import { SeededRandom } from '#app/run/random.ts';
import { triangleOf } from '#app/spectra/kept-grams.ts';
import { unpacked } from '#app/spectra/regroup.ts';
import { float64Of, int32Of } from '../../../main/engine/session/blob.ts';
import { loadBody } from '../../../main/engine/session/header.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import { TestedEngine } from './engine.ts';

let engine: TestedEngine;
let session: string;
let store: SessionStore;
const epochs = 2;
const batch = 32;

const ask: TestedEngine['ask'] = (operation, input) => engine.ask(operation, input);

beforeAll(async () => {
  engine = new TestedEngine();
  const end = engine.ended();
  await ask('sample.open', { sample: 'ucla-cnp-cognition' });
  await ask('study.edit', { edit: { kind: 'label-by-column', labelling: 'target', column: 'diagnosis' } });
  const view = await ask('study.edit', { edit: { kind: 'label-by-column', labelling: 'groups', column: 'gender' } });
  const configuration = defaultConfiguration(view.study, 'mlp');
  const capture = { ...configuration.capture, grams: { every: 2, layers: null, megabytes: 100 } };
  const started = await ask('run.start', {
    configuration: { ...configuration, folds: 2, epochs, batchSize: batch, capture, earlyStopping: null },
    title: 'review',
    file: null,
  });
  session = started.session;
  expect((await end).status).toBe('finished');
  store = new SessionStore(join(engine.library, 'sessions', session));
}, 60_000);

afterAll(async () => {
  store.close();
  await engine.close();
});

describe('remarks on steps', () => {
  const remark = { run: 0, first: 3, last: 3, text: 'ranks fall apart' };

  it('are kept in the session, in the order of the steps, and can be changed and deleted', async () => {
    const { annotation } = await ask('session.annotate', { session, annotation: null, ...remark });
    const early = await ask('session.annotate', {
      session,
      annotation: null,
      run: 0,
      first: 2,
      last: 0,
      text: 'start',
    });
    const texts = async (): Promise<string[]> =>
      (await ask('session.annotations', { session })).map(({ first, last, text }) => `${first}-${last} ${text}`);
    expect(await texts()).toEqual(['0-2 start', '3-3 ranks fall apart']);
    await ask('session.annotate', { session, annotation, ...remark, text: 'ranks differ' });
    await ask('session.unannotate', { session, annotation: early.annotation });
    expect(await texts()).toEqual(['3-3 ranks differ']);
    expect(store.database.prepare('SELECT text FROM annotation').all()).toEqual([{ text: 'ranks differ' }]);
  });

  it('are refused on a run that there is not, and when they are gone', async () => {
    await expect(ask('session.annotate', { session, annotation: null, ...remark, run: 7 })).rejects.toMatchObject({
      code: 'no-such-run',
    });
    await expect(ask('session.annotate', { session, annotation: 999, ...remark })).rejects.toMatchObject({
      code: 'no-such-annotation',
    });
    await expect(ask('session.unannotate', { session, annotation: 999 })).rejects.toMatchObject({
      code: 'no-such-annotation',
    });
  });
});

/** Of a step that kept Grams: its samples, and the layer's Grams as whole matrices. */
function stepOf(step: number, layer: number) {
  const row = store.database.prepare('SELECT * FROM step WHERE run = 0 AND step = ?').get(step);
  const gram = store.database
    .prepare('SELECT grams FROM gram WHERE run = 0 AND step = ? AND layer = ?')
    .get(step, layer);
  const subjects = int32Of(row?.['subjects']);
  const kept = float64Of(gram?.['grams']);
  const n = subjects.length;
  const order = Array.from({ length: n }, (_, i) => i);
  const whole = (kind: 'activations' | 'adjoints'): Float64Array =>
    unpacked(triangleOf(kept, n, kind) ?? new Float64Array(), n, order);
  return { subjects, groupSizes: int32Of(row?.['group_sizes']), a: whole('activations'), d: whole('adjoints'), n };
}

describe('the norms of single subjects', () => {
  it('are means over the steps of N |G_i|, by layer', async () => {
    const found = await ask('session.subject-norms', { session, run: 0, from: 0, to: 3 });
    expect(found.layers).toEqual(store.layers.map(({ view }) => view.name));
    expect([found.steps, found.captured]).toEqual([4, 4]);
    // Norms at the steps that kept Grams, recomputed from those: |G_i|^2 = K_A[i, i] K_D[i, i].
    const single = await ask('session.subject-norms', { session, run: 0, from: 2, to: 2 });
    const { subjects, a, d, n } = stepOf(2, 1);
    subjects.forEach((subject, i) => {
      const expected = n * Math.sqrt((a[i * n + i] ?? 0) * (d[i * n + i] ?? 0));
      expect(single.means[found.subjects.length + subject]).toBeCloseTo(expected, 4);
      expect(single.counts[found.subjects.length + subject]).toBe(1);
    });
    const { subjects: known } = loadBody(store.database);
    expect(found.subjects.map(({ id }) => id)).toEqual(known.map(({ id }) => id));
    expect(new Set(found.subjects.map(({ group }) => group)).size).toBe(2);
    expect(found.subjects.every(({ target }) => target !== '')).toBe(true);
  });

  it('are missing for subjects that were in no batch', async () => {
    const { means, counts, subjects } = await ask('session.subject-norms', { session, run: 0, from: 0, to: 1000 });
    const held = subjects.findIndex((_, subject) => counts[subject] === 0);
    expect(held).toBeGreaterThan(-1);
    expect(means[held]).toBeNaN();
  });
});

/** Largest eigenvalue of a part of a symmetric matrix, by power iteration. */
function largestEigenvalue(matrix: Float64Array, n: number, members: readonly number[]): number {
  let vector = members.map((_, i) => 1 + i / 7);
  let value = 0;
  for (let round = 0; round < 3000; round++) {
    const next = members.map((i) =>
      members.reduce((sum, j, at) => sum + (matrix[i * n + j] ?? 0) * (vector[at] ?? 0), 0),
    );
    value = Math.hypot(...next);
    vector = next.map((each) => each / value);
  }
  return value;
}

describe('the permutation band of a spectrum', () => {
  const question = (changes: Partial<Input<'session.permutation-band'>>) => ({
    ...{ session, run: 0, step: 2, layer: 0, quantity: 'activations', scale: 'normalised', permutations: 39 },
    ...changes,
  });

  it('holds 95 % of the values that labels exchanged within classes give', async () => {
    const band = await ask('session.permutation-band', question({}));
    const { subjects, groupSizes, a, n } = stepOf(2, 0);
    const { subjects: known } = loadBody(store.database);
    const labels = [...groupSizes].flatMap((size, group) => new Array<number>(size).fill(group));
    const strata = Array.from(subjects, (subject) => known[subject]?.target ?? 0);
    const random = new SeededRandom(1);
    const largest = Array.from({ length: 39 }, () => {
      const shuffled = shuffledLabels(labels, strata, random);
      const members = [...shuffled.keys()].filter((sample) => shuffled[sample] === 1);
      return Math.sqrt(largestEigenvalue(a, n, members) / members.length);
    }).sort((x, y) => x - y);
    expect(band?.within).toBe('class');
    const first = band?.values ?? 0;
    expect(band?.low[first]).toBeCloseTo(largest[1] ?? 0, 3);
    expect(band?.high[first]).toBeCloseTo(largest[37] ?? 0, 3);
  });

  it('has as many values as the group has samples, and the scale that is asked for', async () => {
    const [raw, normalised] = [
      await ask('session.permutation-band', question({ scale: 'raw', quantity: 'gradient' })),
      await ask('session.permutation-band', question({ quantity: 'gradient' })),
    ];
    const { groupSizes, n } = stepOf(2, 0);
    const size = groupSizes[0] ?? 0;
    const known = (normalised?.low ?? new Float32Array())
      .subarray(0, normalised?.values)
      .filter((each) => !Number.isNaN(each));
    expect(known.length).toBeLessThanOrEqual(size);
    expect((normalised?.low[0] ?? 0) / (raw?.low[0] ?? 1)).toBeCloseTo(n / size, 4);
  });

  it('is not there where the step kept no Grams', async () => {
    expect(await ask('session.permutation-band', question({ step: 1 }))).toBeNull();
    expect(await ask('session.permutation-band', question({ layer: 9 }))).toBeNull();
  });
});

describe('ROC curves', () => {
  it('are those of the folds, of all together and of each group, with the area that the metrics tell', async () => {
    const { curves } = await ask('session.roc', { session });
    const { parts } = await ask('session.metrics', { session });
    expect(curves.map(({ kind }) => kind)).toEqual(['run', 'run', 'pooled', 'group', 'group']);
    for (const { kind, name, auc, falsePositive: x, truePositive: y } of curves) {
      expect(auc).toBeCloseTo(
        parts.find((part) => part.kind === kind && part.name === name)?.scores['auc']?.value ?? -1,
        6,
      );
      let area = 0;
      for (let i = 1; i < x.length; i++)
        area += ((x[i] ?? 0) - (x[i - 1] ?? 0)) * (((y[i] ?? 0) + (y[i - 1] ?? 0)) / 2);
      expect(area).toBeCloseTo(auc, 5);
      expect([x[0], y[0], x.at(-1), y.at(-1)]).toEqual([0, 0, 1, 1]);
    }
  });
});

it('a list of subjects becomes groups of a session of its own', async () => {
  const { subjects } = await ask('session.subject-norms', { session, run: 0, from: 0, to: 0 });
  const labels = subjects.map(({ id }, i) => ({ id, group: i < 60 ? 'high norms' : 'others' }));
  const answer = await ask('session.regroup', { session, by: { kind: 'labels', labels }, title: null, file: null });
  expect(answer.groups).toEqual([
    { name: 'high norms', subjects: 60 },
    { name: 'others', subjects: subjects.length - 60 },
  ]);
  const { sessionRuns } = await ask('session.view', { session: answer.session });
  for (const { trainingGroups, trainingSubjects } of sessionRuns) {
    expect(trainingGroups.reduce((sum, count) => sum + count, 0)).toBe(trainingSubjects);
    expect(trainingGroups[0]).toBeLessThanOrEqual(60);
  }
  const stranger = { kind: 'labels', labels: [{ id: 'nobody', group: 'a' }] };
  await expect(ask('session.regroup', { session, by: stranger, title: null, file: null })).rejects.toMatchObject({
    code: 'unknown-subject',
  });
});
