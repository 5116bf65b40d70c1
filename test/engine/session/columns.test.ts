import { rmSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, describe, expect, test } from 'vitest';
import { engineOperations } from '#app/contract/operations.ts';
import { summaryNames, type Scale } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { spectrumOffset } from '#app/spectra/layout.ts';
import { normalisationFactor } from '#app/spectra/normalisation.ts';
import { absoluteFloor } from '#app/spectra/precision.ts';
import { summarise } from '#app/spectra/summaries.ts';
import { SessionReader } from '../../../main/engine/session/reader.ts';
import type { SessionHeader, StepRecord } from '../../../main/engine/session/types.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleHeader, exampleStep, seeded } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const reader = new SessionReader();
afterAll(() => reader.close());

interface Columns {
  first: Int32Array;
  last: Int32Array;
  minimum: Float32Array;
  mean: Float32Array;
  maximum: Float32Array;
}

/** Compares a plane of columns with the values of each step, found without the store. */
function expectColumns(
  columns: Columns,
  width: number,
  records: StepRecord[],
  valuesOf: (r: StepRecord) => number[],
): void {
  expect(columns.minimum.length).toBe(columns.first.length * width);
  columns.first.forEach((first, column) => {
    const within = records.filter(({ step }) => step >= first && step <= columns.last[column]!).map(valuesOf);
    for (let entry = 0; entry < width; entry++) {
      const values = within.map((each) => each[entry]!).filter((value) => !Number.isNaN(value));
      const at = column * width + entry;
      if (values.length === 0) {
        expect([columns.minimum[at], columns.mean[at], columns.maximum[at]]).toEqual([NaN, NaN, NaN]);
        continue;
      }
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(columns.mean[at]! / mean).toBeCloseTo(1, 4);
      expect(columns.minimum[at]! / Math.min(...values)).toBeCloseTo(1, 5);
      expect(columns.maximum[at]! / Math.max(...values)).toBeCloseTo(1, 5);
    }
  });
}

function setValues(
  header: SessionHeader,
  record: StepRecord,
  layer: number,
  quantity: Quantity,
  scale: Scale,
): number[][] {
  const { layout } = header.layers[layer]!;
  const values = layout.quantities.find((each) => each.quantity === quantity)!.values;
  return [0, 1, 2].map((set) => {
    const batch = record.groupSizes[0]! + record.groupSizes[1]!;
    const samples = record.groupSizes[set] ?? batch;
    const factor = scale === 'raw' ? 1 : normalisationFactor(quantity, samples, batch, 1);
    const start = spectrumOffset(layout, quantity, set);
    return [...record.spectra![layer]!.subarray(start, start + values)].map((value) => value * factor);
  });
}

describe.each([
  { name: 'every step captured', captureEvery: 1, steps: 300 },
  { name: 'every fifth step captured', captureEvery: 5, steps: 611 },
])('columns of a session with $name', ({ captureEvery, steps }) => {
  const header = exampleHeader({ captureEvery });
  const file = join(folder, `columns-${captureEvery}.spectra`);
  const known = { session: 's', file, written: true };
  const records = Array.from({ length: steps }, (_, step) => exampleStep(header, 0, step));
  const captured = records.filter(({ spectra }) => spectra !== null);
  const writer = createSession({ file }, header);
  for (const record of records) writer.step(record);
  afterAll(() => writer.close('finished'));

  const random = seeded(captureEvery);
  const ranges = [
    { from: 0, to: steps - 1, columns: 1 },
    { from: 0, to: steps - 1, columns: 4096 },
    { from: 0, to: 5 * steps, columns: 50 },
    ...Array.from({ length: 20 }, () => {
      const from = Math.floor(random() * steps);
      return { from, to: from + Math.floor(random() * (steps - from)), columns: 1 + Math.floor(random() * 60) };
    }),
  ].map((range) => ({ session: 's', run: 0, ...range }));

  test.each(ranges)('are minimum, mean and maximum of scalars: $from..$to in $columns', async (range) => {
    const columns = await reader.ask('scalars', known, range);
    v.parse(engineOperations['session.scalars'].answer, columns);
    expect(columns.first.length).toBeGreaterThan(0);
    expect(columns.first.length).toBeLessThanOrEqual(range.columns);
    expect(columns.first[0]).toBeLessThanOrEqual(range.from);
    expect(columns.last.at(-1)).toBeGreaterThanOrEqual(Math.min(range.to, steps - 1));
    expectColumns(columns, 3, records, ({ scalars }) => [...scalars]);
  });

  test.each(ranges.slice(0, 12))(
    'are those of singular values, raw and normalised: $from..$to in $columns',
    async (range) => {
      for (const [layer, quantity, scale] of [
        [0, 'gradient', 'raw'],
        [1, 'activations', 'normalised'],
      ] as const) {
        const columns = await reader.ask('spectra', known, { ...range, layer, quantity, scale, values: 7 });
        v.parse(engineOperations['session.spectra'].answer, columns);
        expect(columns.indices[0]).toBe(0);
        expect(columns.indices.length).toBe(layer === 0 ? 5 : 7);
        expect(columns.first.length).toBeLessThanOrEqual(range.columns);
        const width = 3 * columns.indices.length;
        expectColumns(columns, width, captured, (record) =>
          setValues(header, record, layer, quantity, scale).flatMap((set) =>
            columns.indices.map((index) => set[index]!),
          ),
        );
        columns.floor.forEach((floor, at) => {
          const column = Math.floor(at / 3);
          const largest = columns.maximum[column * width + (at % 3) * columns.indices.length]!;
          expect(floor).toBe(Number.isNaN(largest) ? Number.NaN : Math.fround(largest * 2 ** -10));
        });
      }
    },
  );

  test.each(ranges.slice(0, 12))('are those of summaries of all layers: $from..$to in $columns', async (range) => {
    for (const [summary, quantity, scale] of [
      ['effective-rank', 'gradient', 'raw'],
      ['energy', 'adjoints', 'normalised'],
    ] as const) {
      const columns = await reader.ask('summaries', known, { ...range, summary, quantity, scale });
      v.parse(engineOperations['session.summaries'].answer, columns);
      expect(columns.layers).toEqual(['dense_1', 'dense_2']);
      expectColumns(columns, 6, captured, (record) =>
        [0, 1].flatMap((layer) =>
          setValues(header, record, layer, quantity, scale).map(
            (values) => summarise(values, absoluteFloor(values, 2 ** -10))[summary],
          ),
        ),
      );
    }
  });

  test('spread the singular values over the spectrum, denser at the start', async () => {
    const query = {
      session: 's',
      run: 0,
      from: 0,
      to: 9,
      columns: 9,
      layer: 1,
      quantity: 'gradient',
      scale: 'raw',
    } as const;
    const one = await reader.ask('spectra', known, { ...query, values: 1 });
    expect(one.indices).toEqual([0]);
    const some = await reader.ask('spectra', known, { ...query, values: 6 });
    expect(some.indices.length).toBe(6);
    expect([...some.indices].sort((a, b) => a - b)).toEqual(some.indices);
    expect(some.indices.at(-1)).toBe(39);
    expect(some.indices[1]! - some.indices[0]!).toBeLessThan(some.indices[5]! - some.indices[4]!);
  });
});

describe('a step that was not captured', () => {
  test('is answered by the nearest that was', async () => {
    const known = { session: 's', file: join(folder, 'columns-5.spectra'), written: true };
    const query = { session: 's', run: 0, layer: 0, quantities: ['gradient' as const], scale: 'raw' as const };
    expect((await reader.ask('step', known, { ...query, step: 12 })).step).toBe(10);
    expect((await reader.ask('step', known, { ...query, step: 13 })).step).toBe(15);
    expect((await reader.ask('step', known, { ...query, step: 99999 })).step).toBe(610);
  });
});

describe('a session without captured steps', () => {
  test('answers with its scalars, and with no spectra', async () => {
    const header = exampleHeader({ captureEvery: 0, values: [] });
    const file = join(folder, 'scalars-only.spectra');
    const known = { session: 's', file, written: true };
    const writer = createSession({ file }, header);
    const empty = { session: 's', run: 0, from: 0, to: 99, columns: 10 };
    expect((await reader.ask('scalars', known, empty)).first.length).toBe(0);
    const step = { session: 's', run: 0, step: 40, layer: 0, quantities: ['gradient' as const], scale: 'raw' as const };
    await expect(reader.ask('step', known, step)).rejects.toMatchObject({ code: 'no-steps' });
    for (let at = 0; at < 50; at++) writer.step(exampleStep(header, 0, at));
    expect((await reader.ask('scalars', known, empty)).last.at(-1)).toBe(49);
    const detail = await reader.ask('step', known, step);
    v.parse(engineOperations['session.step'].answer, detail);
    expect(detail).toMatchObject({ step: 40, spectra: [] });
    const summaries = { ...empty, quantity: 'gradient', scale: 'raw', summary: 'energy' } as const;
    expect((await reader.ask('summaries', known, summaries)).first.length).toBe(0);
    writer.close('finished');
  });
});

describe('a file that takes the name of another', () => {
  test('is read in its place', async () => {
    const file = join(folder, 'replaced.spectra');
    const known = { session: 's', file, written: false };
    for (const title of ['first', 'second']) {
      rmSync(file, { force: true });
      createSession({ file }, { ...exampleHeader(), title }).close('stopped');
      expect((await reader.ask('view', known, null)).title).toBe(title);
    }
  });
});

describe('stored summaries', () => {
  test('are the summaries that app/spectra defines, to float32', async () => {
    const header = exampleHeader({ values: [3, 24, 130], batch: 100 });
    const file = join(folder, 'summaries.spectra');
    const records = Array.from({ length: 12 }, (_, step) => exampleStep(header, 0, step));
    const writer = createSession({ file }, header);
    for (const record of records) writer.step(record);
    for (const summary of summaryNames) {
      const query = {
        session: 's',
        run: 0,
        from: 0,
        to: 11,
        columns: 12,
        quantity: 'gradient',
        scale: 'raw',
        summary,
      } as const;
      const columns = await reader.ask('summaries', { session: 's', file, written: true }, query);
      expect(columns.first.length).toBe(12);
      records.forEach((record, column) => {
        [0, 1, 2].forEach((layer) => {
          setValues(header, record, layer, 'gradient', 'raw').forEach((values, set) => {
            const expected = summarise(values, absoluteFloor(values, 2 ** -10))[summary];
            const stored = columns.mean[column * 9 + layer * 3 + set]!;
            if (Number.isNaN(expected)) expect(stored).toBeNaN();
            else expect(stored / expected).toBeCloseTo(1, 5);
          });
        });
      });
    }
    writer.close('finished');
  });
});
