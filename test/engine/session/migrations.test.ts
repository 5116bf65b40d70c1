import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { currentVersion, migrate, userVersion } from '../../../main/engine/session/migrations/registry.ts';
import { SessionReader } from '../../../main/engine/session/reader.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import { storedOutcome } from '../../../main/engine/session/unregrouped.ts';
import { exampleHeader, exampleStep } from '../../fixtures/sessions/example.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const reader = new SessionReader();
afterAll(() => reader.close());

function copyOfVersion(version: number): string {
  const file = join(folder, `copy-${Math.random()}.spectra`);
  copyFileSync(join(import.meta.dirname, '..', '..', 'fixtures', 'sessions', `version-${version}.spectra`), file);
  return file;
}

test('a file of each older version opens with the numbers that it was written with', async () => {
  const header = exampleHeader({ values: [3] });
  for (let version = 1; version <= currentVersion; version++) {
    const known = { session: 'old', file: copyOfVersion(version), written: false };
    const view = await reader.ask('view', known, null);
    expect(view).toMatchObject({ status: 'finished', captured: 20, validation: { loss: 0.5, auc: 0.75 } });
    const query = {
      session: 'old',
      run: 0,
      step: 7,
      layer: 0,
      quantities: ['gradient' as const],
      scale: 'raw' as const,
    };
    const { scalars } = await reader.ask('step', known, query);
    expect(scalars['loss']).toBe(exampleStep(header, 0, 7).scalars[0]);
  }
});

test('a file of version 1 has one repeat, no best epoch and nothing to resume from', async () => {
  const file = copyOfVersion(1);
  const view = await reader.ask('view', { session: 'old', file, written: false }, null);
  expect(view.sessionRuns[0]).toMatchObject({ repeat: 1, bestEpoch: null });
  const database = new DatabaseSync(file);
  expect(userVersion(database)).toBe(currentVersion);
  expect(database.prepare('SELECT count(*) AS rows FROM progress').get()).toEqual({ rows: 0 });
  database.close();
});

test('what was fitted of voxels is kept beside its step, and not read when it is damaged', () => {
  const file = copyOfVersion(6);
  const database = new DatabaseSync(file);
  const fitted = () => storedOutcome(new SessionStore(file), 0)?.preparation.steps;
  expect(fitted()).toEqual([{ step: 'covariates', terms: [], levels: {}, effects: [Float32Array.of(1, 2, 3)] }]);
  database.exec('UPDATE preparation_array SET numbers = zeroblob(12)');
  database.close();
  expect(fitted).toThrow(expect.objectContaining({ code: 'preparation-damaged', kind: 'input' }) as Error);
});

test('a migration runs once, after those before it, and keeps what is stored', () => {
  const database = new DatabaseSync(copyOfVersion(1));
  const added = [
    { version: 1, sql: 'CREATE TABLE must_not_run (x)' },
    { version: 2, sql: 'ALTER TABLE annotation ADD COLUMN colour INTEGER' },
  ];
  migrate(database, added);
  expect(userVersion(database)).toBe(2);
  migrate(database, added);
  expect(database.prepare('SELECT count(*) AS steps FROM step').get()).toEqual({ steps: 20 });
  expect(database.prepare('SELECT colour FROM annotation').all()).toEqual([]);
  database.close();
});

test('a migration that fails leaves the file at the version before', () => {
  const database = new DatabaseSync(copyOfVersion(1));
  const broken = [{ version: 2, sql: 'CREATE TABLE half (x); SELECT * FROM nowhere;' }];
  expect(() => migrate(database, broken)).toThrow(/nowhere/);
  expect(userVersion(database)).toBe(1);
  expect(database.prepare("SELECT name FROM sqlite_master WHERE name = 'half'").all()).toEqual([]);
  database.close();
});
