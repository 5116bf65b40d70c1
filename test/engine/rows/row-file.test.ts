/** Prepared scans in one file: what was put in comes out, and a damaged file is never trained on. */
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';
import type { Box } from '#app/data/bounding-box.ts';
import { RowFile, type OpenedRows } from '../../../main/engine/rows/row-file.ts';
import { RowReader } from '../../../main/engine/rows/row-reader.ts';
import { pooledMoments, widthOf, type RowLayout } from '../../../main/engine/rows/stored-rows.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();
const shape: [number, number, number] = [5, 4, 3];
const box: Box = { from: [1, 0, 1], to: [3, 2, 2] };
const random = new SeededRandom(2);
/** x fastest; the second is too large for float16. */
const scans = [1, 1e6, 0.01].map((scale) => Float32Array.from({ length: 60 }, () => scale * random.normal()));
const watch = { signal: new AbortController().signal, progress: () => undefined };

/** The box of a scan as a network is fed it, z fastest. */
function boxOf(scan: Float32Array): number[] {
  const values: number[] = [];
  for (let x = 1; x <= 3; x++) {
    for (let y = 0; y <= 2; y++) for (let z = 1; z <= 2; z++) values.push(scan[x + 5 * (y + 4 * z)] ?? NaN);
  }
  return values;
}

async function written(name: string, precision: RowLayout['precision']): Promise<RowFile> {
  const file = new RowFile(join(folder, name), ['these'], { precision, shape }, scans.length);
  const writer = await file.begin();
  // Scans are ready in any order.
  for (const row of [2, 0, 1]) await writer.put(row, scans[row] ?? new Float32Array());
  await writer.finish(box, ['a remark']);
  return file;
}

async function opened(file: RowFile): Promise<OpenedRows> {
  const found = await file.open(watch);
  if (found === null) throw new Error('not there');
  return found;
}

describe.each(['float32', 'float16'] as const)('rows in %s', (precision) => {
  const within = precision === 'float32' ? 0 : 2 ** -10;

  it('come out as they were put in, cropped, in the order asked for', async () => {
    const { stored, warnings } = await opened(await written(precision, precision));
    expect(warnings).toEqual(['a remark']);
    const reader = new RowReader({ stored, steps: [] });
    const values = await reader.rows([1, 2], null);
    reader.close();
    const expected = [...boxOf(scans[1] as Float32Array), ...boxOf(scans[2] as Float32Array)];
    expect(values).toHaveLength(expected.length);
    expected.forEach((value, i) => {
      // Numbers below 6e-5 have fewer bits in float16.
      expect(Math.abs((values[i] ?? NaN) - value)).toBeLessThanOrEqual(Math.abs(value) * within + (within && 6e-8));
    });
  });

  it('are scaled by the moments of the rows that are trained on', async () => {
    const { stored } = await opened(await written(`${precision}-scaled`, precision));
    const { mean, deviation } = pooledMoments(
      [0, 2].flatMap((row) => stored.moments[row] ?? []),
      widthOf(stored),
    );
    const fed = [...boxOf(scans[0] as Float32Array), ...boxOf(scans[2] as Float32Array)];
    const average = fed.reduce((sum, value) => sum + value, 0) / fed.length;
    expect(mean).toBeCloseTo(average, 3);
    expect(deviation).toBeCloseTo(
      Math.sqrt(fed.reduce((sum, value) => sum + (value - average) ** 2, 0) / fed.length),
      3,
    );
    const reader = new RowReader({ stored, steps: [{ step: 'standardise', mean: [mean], deviation: [deviation] }] });
    const values = await reader.rows([0], null);
    reader.close();
    boxOf(scans[0] as Float32Array).forEach((value, i) =>
      expect(values[i]).toBeCloseTo((value - mean) / deviation, precision === 'float32' ? 5 : 2),
    );
  });
});

describe('what is asked for next', () => {
  it('is read ahead, and is the same', async () => {
    const { stored } = await opened(await written('ahead', 'float32'));
    const reader = new RowReader({ stored, steps: [] });
    reader.expect([0, 1], null);
    reader.expect([2], null);
    const plain = new RowReader({ stored, steps: [] });
    expect(await reader.rows([2], null)).toEqual(await plain.rows([2], null));
    expect(await reader.rows([0, 1], null)).toEqual(await plain.rows([0, 1], null));
    reader.close();
    plain.close();
  });
});

describe('a file', () => {
  it('of which a byte has changed is not opened', async () => {
    const file = await written('changed', 'float16');
    const path = (await opened(file)).stored.path;
    const bytes = readFileSync(path);
    bytes[200] = (bytes[200] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    expect(await file.open(watch)).toBeNull();
  });

  it('that was cut, or never finished, is not opened', async () => {
    const file = await written('cut', 'float16');
    const path = (await opened(file)).stored.path;
    writeFileSync(path, readFileSync(path).subarray(0, 100));
    expect(await file.open(watch)).toBeNull();
    const begun = new RowFile(join(folder, 'begun'), [], { precision: 'float32', shape }, 3);
    const writer = await begun.begin();
    await writer.put(0, scans[0] as Float32Array);
    expect(await begun.open(watch)).toBeNull();
    await writer.discard();
    expect(readdirSync(join(folder, 'begun'))).toEqual([]);
  });

  it('of other scans or another preparation has another name', async () => {
    const [a, b] = ['these', 'others'].map((part) => new RowFile(folder, [part], { precision: 'float16', shape }, 3));
    const writer = await a?.begin();
    for (const [row, scan] of scans.entries()) await writer?.put(row, scan);
    await writer?.finish(box, []);
    expect(await a?.open(watch)).not.toBeNull();
    expect(await b?.open(watch)).toBeNull();
  });

  it('makes way when there are several newer ones', async () => {
    const many = join(folder, 'many');
    for (let i = 0; i < 6; i++) {
      const file = new RowFile(many, [i], { precision: 'float16', shape }, 3);
      const writer = await file.begin();
      for (const [row, scan] of scans.entries()) await writer.put(row, scan);
      await writer.finish(box, []);
      const { path } = (await opened(file)).stored;
      // The first is used again and again.
      utimesSync(path, 1000 + i, i === 0 ? 9000 : 1000 + i);
    }
    expect(readdirSync(many).filter((name) => name.endsWith('.rows'))).toHaveLength(4);
    const layout = { precision: 'float16', shape } as const;
    expect(await new RowFile(many, [0], layout, 3).open(watch)).not.toBeNull();
    expect(await new RowFile(many, [1], layout, 3).open(watch)).toBeNull();
    expect(await new RowFile(many, [5], layout, 3).open(watch)).not.toBeNull();
  });

  it('that is gone while a training reads it is named', async () => {
    const { stored } = await opened(await written('gone', 'float32'));
    const path = `${stored.path}.elsewhere`;
    expect(existsSync(path)).toBe(false);
    const reader = new RowReader({ stored: { ...stored, path }, steps: [] });
    await expect(reader.rows([0], null)).rejects.toMatchObject({ code: 'prepared-lost', kind: 'input' });
  });
});
