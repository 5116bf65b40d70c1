import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { engineOperations } from '#app/contract/operations.ts';
import { summaryNames } from '#app/contract/session.ts';
import { absoluteFloor } from '#app/spectra/precision.ts';
import { spectrumOffset } from '#app/spectra/layout.ts';
import { summarise } from '#app/spectra/summaries.ts';
import { sentence } from '#app/text/sentence.ts';
import { SessionReader } from '../../../main/engine/session/reader.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleGroups, exampleHeader, exampleRoot, exampleStep } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const reader = new SessionReader();
afterAll(() => reader.close());

const header = exampleHeader({ runs: 2 });
const file = join(folder, 'round.spectra');
const known = { session: 'round.spectra', file, written: false };
const metrics = {
  training: { loss: 0.5, accuracy: 0.75, auc: 0.8 },
  validation: { loss: 0.6, accuracy: 0.5, auc: null },
};
const steps = 37;

function write(): void {
  const writer = createSession({ file }, header);
  expect(writer.session).toBe('round.spectra');
  for (let run = 0; run < 2; run++) {
    writer.runStatus(run, 'running', null);
    for (let step = 0; step < steps; step++) writer.step(exampleStep(header, run, step));
    writer.epoch(run, 0, 9, metrics.training, { loss: Number.NaN, accuracy: 0.5, auc: null });
    writer.checkpoint(run, 0, 9, new Map([['dense_1/kernel', { shape: [2, 2], values: Float32Array.of(1, 2, 3, 4) }]]));
    writer.runStatus(run, 'finished', metrics);
  }
  writer.close('finished');
}
write();

describe('a session that was written and closed', () => {
  test('is one file', () => {
    expect(existsSync(`${file}-wal`)).toBe(false);
    expect(existsSync(`${file}-shm`)).toBe(false);
  });

  test('tells its study, configuration, layers and runs, as the contract says', async () => {
    const view = await reader.ask('view', known, null);
    v.parse(engineOperations['session.view'].answer, view);
    expect(view).toMatchObject({
      title: header.title,
      status: 'finished',
      live: false,
      study: 'Example study',
      groups: exampleGroups,
      target: 'diagnosis',
      model: 'mlp',
      runs: 2,
      validation: { loss: 0.6, accuracy: 0.5, auc: null },
      studyGroups: [{ subjects: 8 }, { subjects: 11 }],
      configuration: header.configuration,
      captured: 2 * 2 * steps,
      layers: header.layers.map(({ view: layer }) => layer),
    });
    expect(view.sessionRuns.map(({ fold, status, steps: stored }) => [fold, status, stored])).toEqual([
      [1, 'finished', steps],
      [2, 'finished', steps],
    ]);
  });

  test('gives back each step: scalars, samples, spectra above the floor, summaries and alignment', async () => {
    for (const step of [0, 3, 36]) {
      const record = exampleStep(header, 1, step);
      const detail = await reader.ask('step', known, {
        session: known.session,
        run: 1,
        step,
        layer: 1,
        quantities: ['gradient'],
        scale: 'raw',
      });
      v.parse(engineOperations['session.step'].answer, detail);
      expect(detail.step).toBe(step);
      expect(detail.scalars['loss']).toBe(record.scalars[0]);
      expect(detail.samples).toEqual([...record.groupSizes, 12]);
      const layout = header.layers[1]!.layout;
      const row = record.spectra![1]!;
      for (let set = 0; set < 3; set++) {
        const start = spectrumOffset(layout, 'gradient', set);
        const values = row.slice(start, start + 40);
        const floor = absoluteFloor(values, 2 ** -10);
        expect(detail.spectra[0]!.values[set]).toEqual(values.filter((value) => value > floor));
        const expected = summarise(values, floor);
        for (const name of summaryNames) {
          const value = detail.spectra[0]!.summaries[set]![name];
          if (Number.isNaN(expected[name])) expect(value).toBeUndefined();
          else expect(value).toBe(expected[name]);
        }
      }
      const absent = record.groupSizes[0] === 0;
      expect(detail.alignment[1]).toBe(absent ? Number.NaN : 0.5);
      expect(detail.alignment[3]).toBe(1);
    }
  });

  test('normalises by the samples of each set in the batch', async () => {
    const record = exampleStep(header, 0, 5);
    const query = { session: known.session, run: 0, step: 5, layer: 0, quantities: ['gradient', 'adjoints'] as const };
    const raw = await reader.ask('step', known, { ...query, quantities: [...query.quantities], scale: 'raw' });
    const scaled = await reader.ask('step', known, {
      ...query,
      quantities: [...query.quantities],
      scale: 'normalised',
    });
    const samples = record.groupSizes[1]!;
    expect(scaled.spectra[0]!.values[1]![0]).toBeCloseTo((raw.spectra[0]!.values[1]![0]! * 12) / samples, 5);
    expect(scaled.spectra[1]!.values[1]![0]).toBeCloseTo((raw.spectra[1]!.values[1]![0]! * 12) / Math.sqrt(samples), 5);
  });

  test('gives its epochs, a metric that is not a number as none', async () => {
    const epochs = await reader.ask('epochs', known, null);
    v.parse(engineOperations['session.epochs'].answer, epochs);
    expect(epochs).toEqual([
      { run: 0, epoch: 0, step: 9, training: metrics.training, validation: { loss: null, accuracy: 0.5, auc: null } },
      { run: 1, epoch: 0, step: 9, training: metrics.training, validation: { loss: null, accuracy: 0.5, auc: null } },
    ]);
  });

  test('names no folder of the computer that it was made on', () => {
    const bytes = readFileSync(file, 'latin1');
    expect(bytes).toContain('participants.tsv');
    expect(bytes).not.toContain(exampleRoot);
    expect(bytes).not.toContain('secret-folder');
    expect(bytes).not.toContain(folder);
  });

  test('names no folder of whoever trained where it was made of sentences, in none of their languages', async () => {
    const reason = `dlopen(${join(homedir(), 'lib', 'libcuda.so')})`;
    const words = sentence('No NVIDIA card is used: {reason}', {
      reason: sentence('Missing: {what}', { what: reason }),
    });
    const other = join(folder, 'said.spectra');
    createSession({ file: other }, { ...header, provenance: { 'device reason': words, place: reason } }).close(
      'finished',
    );
    const view = await reader.ask('view', { session: 'said.spectra', file: other, written: false }, null);
    expect(view.provenance['device reason']).toBe('No NVIDIA card is used: Missing: dlopen(lib/libcuda.so)');
    expect(view.provenance['place']).toBe('dlopen(lib/libcuda.so)');
    expect(Object.keys(view.provenanceSaid ?? {})).toEqual(['device reason']);
    expect(readFileSync(other).toString('latin1')).not.toContain(homedir());
  });

  test('refuses a second session of the same name', () => {
    expect(() => createSession({ file }, header)).toThrow(/round\.spectra exists already/);
  });

  test('answers a query for a run or layer that it has not with an error in words', async () => {
    const range = { session: known.session, run: 9, from: 0, to: 1, columns: 5 };
    await expect(reader.ask('scalars', known, range)).rejects.toMatchObject({ kind: 'input', code: 'no-such-run' });
    const spectra = { ...range, run: 0, layer: 9, quantity: 'gradient', scale: 'raw', values: 3 } as const;
    await expect(reader.ask('spectra', known, spectra)).rejects.toMatchObject({ kind: 'input', code: 'no-such-layer' });
  });
});
