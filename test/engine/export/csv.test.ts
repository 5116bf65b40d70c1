import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'csv-parse/sync';
import { spectrumOffset } from '#app/spectra/layout.ts';
import { exportSession } from '../../../main/engine/export/export.ts';
import type { ExportWhat } from '#app/contract/export.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleGroups, exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';

const folder = mkdtempSync(join(tmpdir(), 'spectroscope-export-'));
const header = exampleHeader({ runs: 2, captureEvery: 2 });
const steps = 150;
let store: SessionStore;

beforeAll(() => {
  const file = join(folder, 'exported.spectra');
  const writer = createSession({ file }, header);
  for (let run = 0; run < 2; run++) {
    for (let step = 0; step < steps; step++) writer.step(exampleStep(header, run, step));
    writer.epoch(run, 0, 9, { loss: 0.5, accuracy: 0.75, auc: null }, { loss: 0.25, accuracy: 1, auc: 0.5 });
  }
  writer.close('finished');
  store = new SessionStore(file);
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function exported(what: ExportWhat): Promise<{
  rows: number;
  records: Record<string, string>[];
  file: string;
  progress: number[];
}> {
  const file = join(folder, `${what}.csv`);
  const progress: number[] = [];
  const request = { what, format: 'csv', file, name: `${what}.csv` } as const;
  const { rows } = await exportSession(store, request, (done, total) => progress.push(done / total));
  const records = parse<Record<string, string>>(readFileSync(file, 'utf8'), {
    columns: true,
    record_delimiter: '\r\n',
  });
  expect(records.length).toBe(rows);
  return { rows, records, file, progress };
}

describe('exported as CSV', () => {
  test('spectra are every singular value of every captured step, raw, normalised and against the floor', async () => {
    const { records, progress } = await exported('spectra');
    expect(Object.keys(records[0]!)).toEqual([
      ...['run', 'fold', 'step', 'epoch', 'layer', 'quantity', 'group', 'samples'],
      ...['index', 'raw_value', 'normalised_value', 'below_floor'],
    ]);
    let expected = 0;
    for (let run = 0; run < 2; run++) {
      for (let step = 0; step < steps; step += 2) {
        exampleStep(header, run, step).spectra!.forEach((row) => {
          expected += row.subarray(0, -3).filter((value) => !Number.isNaN(value)).length;
        });
      }
    }
    expect(records.length).toBe(expected);

    const record = exampleStep(header, 1, 12);
    const start = spectrumOffset(header.layers[1]!.layout, 'gradient', 1);
    const found = records.filter(
      (each) =>
        `${each['fold']} ${each['step']} ${each['layer']} ${each['quantity']} ${each['group']}` ===
        '2 12 dense_2 gradient control',
    );
    const samples = record.groupSizes[1]!;
    expect(found.length).toBe(samples);
    found.forEach((each, index) => {
      const raw = record.spectra![1]![start + index]!;
      expect(Number(each['index'])).toBe(index + 1);
      expect(Number(each['samples'])).toBe(samples);
      expect(Math.fround(Number(each['raw_value']))).toBe(raw);
      expect(Number(each['normalised_value']) / ((raw * 12) / samples)).toBeCloseTo(1, 7);
      expect(each['below_floor']).toBe(raw <= record.spectra![1]![start]! * 2 ** -10 ? '1' : '0');
    });
    expect(new Set(records.map((each) => each['below_floor']))).toEqual(new Set(['0', '1']));
    expect(progress.length).toBeGreaterThan(3);
    expect(progress.at(-1)).toBe(1);
  });

  test('scalars are every step, a value that is none empty, with the samples of each group', async () => {
    const { records } = await exported('scalars');
    expect(records.length).toBe(2 * steps);
    const record = exampleStep(header, 0, 5);
    expect(Math.fround(Number(records[5]!['loss']))).toBe(record.scalars[0]);
    expect(records[5]!['accuracy']).toBe('');
    expect(records[5]!['captured']).toBe('0');
    expect(Number(records[5]![`samples ${exampleGroups[0]}`])).toBe(record.groupSizes[0]);
  });

  test('summaries and epochs are as stored', async () => {
    const summaries = (await exported('summaries')).records;
    expect(summaries.length).toBe(2 * (steps / 2) * 2 * 3 * 3);
    const all = summaries.find((each) => each['group'] === 'all' && each['quantity'] === 'gradient')!;
    expect(all['largest normalised']).toBe(all['largest']);
    expect(Number(all['effective-rank'])).toBeGreaterThan(1);
    expect((await exported('epochs')).records[1]).toEqual({
      ...{ run: '1', fold: '2', epoch: '0', step: '9', training_loss: '0.5', training_accuracy: '0.75' },
      ...{ training_auc: '', validation_loss: '0.25', validation_accuracy: '1', validation_auc: '0.5' },
    });
  });

  test('the study is every subject, with quotes, commas and line ends kept', async () => {
    const { records } = await exported('study');
    expect(records.length).toBe(20);
    expect(records[0]).toMatchObject({
      subject: 'sub-01',
      group: 'patient, "first"',
      class: 'patient, "first"',
      excluded: '',
      remark: 'says "no", often\nlate',
    });
    expect(records[19]).toMatchObject({ subject: 'sub-20', group: '', excluded: 'no consent' });
  });

  test('Python reads the same', async () => {
    const { rows, file } = await exported('spectra');
    const script = `
import csv, json, sys
with open(sys.argv[1], newline="", encoding="utf-8") as file:
    rows = list(csv.DictReader(file))
print(json.dumps([len(rows), sum(float(row["raw_value"]) for row in rows), sorted({row["group"] for row in rows})]))`;
    const told = JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' })) as [
      number,
      number,
      string[],
    ];
    let sum = 0;
    for (let run = 0; run < 2; run++) {
      for (let step = 0; step < steps; step += 2) {
        for (const row of exampleStep(header, run, step).spectra!) {
          for (const value of row.subarray(0, -3)) if (!Number.isNaN(value)) sum += value;
        }
      }
    }
    expect(told[0]).toBe(rows);
    expect(told[1] / sum).toBeCloseTo(1, 7);
    expect(told[2]).toEqual(['all', 'control', 'patient, "first"']);
  });
});
