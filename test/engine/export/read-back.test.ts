/** Exports in other hands: Python's own readers, against the session read by SQLite and NumPy alone. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { spectrumOffset } from '#app/spectra/layout.ts';
import type { ExportFormat } from '#app/contract/export.ts';
import { exportSession } from '../../../main/engine/export/export.ts';
import { SessionStore } from '../../../main/engine/session/store.ts';
import { exampleStep } from '../../fixtures/sessions/example.ts';
import { exportedHeader, exportedSteps, writeExportedSession } from '../../fixtures/export/exported-session.ts';
import { readBack, readingTest } from '../../fixtures/export/reading-python.ts';
import { temporaryFolder } from '../session/temporary.ts';

const folder = temporaryFolder();
const session = join(folder, 'exported.spectra');
let store: SessionStore;

beforeAll(() => {
  writeExportedSession(session);
  store = new SessionStore(session);
});
afterAll(() => store.close());

async function everything(
  format: ExportFormat,
  name: string,
): Promise<{ file: string; rows: number; parts: string[] }> {
  const file = join(folder, name);
  const answer = await exportSession(store, { what: 'everything', format, file, name }, () => undefined);
  return { file, ...answer };
}

// Each run: 3 scalars, 4 integers of a step, 3 quantities of 2 layers, …; most are singular values.
const atLeast = 2 * (exportedSteps / 2) * 3 * 3 * (5 + 40);

describe('everything of a session', () => {
  readingTest('NumPy finds every number of the session in the .npz', ['numpy'], async (python) => {
    const { file, parts } = await everything('npz', 'exported.npz');
    expect(parts).toContain('run-1/layers/dense_2/gradient/singular_values');
    expect(readBack(python, 'read_arrays.py', session, file)).toBeGreaterThan(atLeast);
  });

  readingTest(
    'the lines of Python in docs/export.md print the largest singular value of each step',
    ['numpy'],
    async (python) => {
      await everything('npz', 'run.npz');
      const guide = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'export.md'), 'utf8');
      const [, lines = ''] = /```python\n([^]*?)```/.exec(guide) ?? [];
      const printed = execFileSync(python, ['-c', lines], { cwd: folder, encoding: 'utf8' }).trimEnd().split('\n');
      expect(printed.length).toBe(exportedSteps / 2);
      const { layout } = exportedHeader.layers[0]!;
      const [, largest] = printed[6]!.split(' ').map(Number);
      // Of all samples a normalised gradient is the raw one.
      const raw = exampleStep(exportedHeader, 0, 12).spectra![0]![spectrumOffset(layout, 'gradient', 2)];
      expect(largest).toBeCloseTo(raw!, 5);
    },
  );

  readingTest('h5py finds every number of the session in the .h5', ['numpy', 'h5py'], async (python) => {
    const { file } = await everything('hdf5', 'exported.h5');
    expect(readBack(python, 'read_arrays.py', session, file)).toBeGreaterThan(atLeast);
  });

  readingTest('pandas and PyArrow find every row in the Parquet tables', ['pandas', 'pyarrow'], async (python) => {
    const { file, rows, parts } = await everything('parquet', 'tables');
    expect(readdirSync(file).toSorted()).toEqual(parts.map((name) => `${name}.parquet`).toSorted());
    const told = readBack(python, 'read_parquet.py', session, file) as { rows: Record<string, number> };
    expect(Object.values(told.rows).reduce((sum, each) => sum + each, 0)).toBe(rows);
    expect(told.rows['scalars']).toBe(2 * exportedSteps);
    expect(told.rows['sample-norms']).toBe(2 * (exportedSteps / 2) * 12);
  });

  readingTest('TensorBoard reads every point, by run and group', ['tensorboard', 'numpy'], async (python) => {
    const { file, rows, parts } = await everything('tensorboard', 'events');
    const told = readBack(python, 'read_tensorboard.py', session, file) as { compared: number; records: number };
    expect(told.compared).toBeGreaterThan(2 * 3 * exportedSteps);
    expect(told.compared).toBeLessThanOrEqual(rows);
    expect(told.records).toBeGreaterThan(2 * exportedSteps);
    expect(parts.length).toBe(2 * (1 + 2 + 3));
  });
});
