import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SpectroscopeError } from '#app/contract/errors.ts';
import { openDatabase } from '../../../main/engine/session/database.ts';
import { SessionReader } from '../../../main/engine/session/reader.ts';
import { createSession } from '../../../main/engine/session/writer.ts';
import { exampleHeader, exampleStep, seeded } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const reader = new SessionReader();
afterAll(() => reader.close());

const whole = join(folder, 'whole.spectra');
beforeAll(() => {
  const header = exampleHeader();
  const writer = createSession({ file: whole }, header);
  for (let step = 0; step < 200; step++) writer.step(exampleStep(header, 0, step));
  writer.close('finished');
});

function changed(name: string, change: (bytes: Buffer) => Buffer): string {
  const file = join(folder, name);
  writeFileSync(file, change(readFileSync(whole)));
  return file;
}

function withPragma(name: string, pragma: string): string {
  const file = join(folder, name);
  copyFileSync(whole, file);
  const database = new DatabaseSync(file);
  database.exec(pragma);
  database.close();
  return file;
}

const cases: [string, string, RegExp, () => string][] = [
  ['that does not exist', 'session-missing', /does not exist/, () => join(folder, 'nowhere.spectra')],
  ['of no bytes', 'session-empty', /is empty/, () => changed('empty.spectra', () => Buffer.alloc(0))],
  [
    'of a few bytes',
    'not-a-session',
    /choose a \.spectra file/,
    () => changed('few.spectra', (b) => b.subarray(0, 50)),
  ],
  [
    'of another format',
    'not-a-session',
    /not a session/,
    () => changed('text.spectra', () => Buffer.alloc(9000, 'a,b\n')),
  ],
  [
    'of another program',
    'not-a-session',
    /not a session/,
    () => withPragma('other.spectra', 'PRAGMA application_id = 7'),
  ],
  [
    'of a newer version',
    'session-newer',
    /format 99.*update/,
    () => withPragma('new.spectra', 'PRAGMA user_version = 99'),
  ],
  ['cut in the middle', 'session-damaged', /damaged/, () => changed('cut.spectra', (b) => b.subarray(0, b.length / 2))],
  [
    'whose tables are overwritten',
    'session-damaged',
    /damaged/,
    () => changed('noise.spectra', (b) => b.fill(0x5a, 100, 20_000)),
  ],
  [
    'without its tables',
    'session-damaged',
    /damaged/,
    () => withPragma('bare.spectra', 'DROP TABLE step; DROP TABLE run'),
  ],
];

describe.each(cases)('a session file %s', (_, code, message, make) => {
  test('is refused with its name and what to do', async () => {
    const file = make();
    const known = { session: 's', file, written: false };
    const refused = reader.ask('view', known, null);
    await expect(refused).rejects.toMatchObject({ kind: 'input', code });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(file.split('/').at(-1));
    const { entry: summary } = await reader.ask('entry', known, null);
    expect(summary.damaged).toMatch(message);
  });
});

test('bytes overwritten anywhere give numbers or an input error, never a fault', async () => {
  const random = seeded(11);
  let refused = 0;
  for (let trial = 0; trial < 40; trial++) {
    const file = changed(`random-${trial}.spectra`, (bytes) => {
      const at = Math.floor(random() * (bytes.length - 4000));
      return bytes.fill(Math.floor(random() * 256), at, at + 4000);
    });
    const known = { session: 's', file, written: false };
    const range = { session: 's', run: 0, from: 0, to: 199, columns: 10 };
    for (const query of [
      () => reader.ask('view', known, null),
      () => reader.ask('scalars', known, range),
      () => reader.ask('spectra', known, { ...range, layer: 1, quantity: 'gradient', scale: 'raw', values: 9 }),
      () =>
        reader.ask('spectra', known, {
          ...range,
          columns: 200,
          layer: 1,
          quantity: 'gradient',
          scale: 'raw',
          values: 9,
        }),
      () => reader.ask('step', known, { session: 's', run: 0, step: 50, layer: 0, quantities: [], scale: 'raw' }),
    ]) {
      try {
        await query();
      } catch (error) {
        expect(error, String(error)).toMatchObject({ kind: 'input' });
        refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(0);
});

test('opening to write refuses what opening to read refuses', () => {
  const file = withPragma('newer.spectra', 'PRAGMA user_version = 99');
  expect(() => openDatabase(file, 'write')).toThrow(SpectroscopeError);
});
