/** The state that a run is resumed from, as rows. */
import type { DatabaseSync } from 'node:sqlite';
import { blobOf, float32Of } from './blob.ts';
import type { RunState } from './types.ts';

/** Call it in a transaction: the state before is replaced. */
export function storeProgress(database: DatabaseSync, run: number, { step, epoch, state, arrays }: RunState): void {
  deleteProgress(database, run);
  database.prepare('INSERT INTO progress VALUES (?, ?, ?, ?)').run(run, step, epoch, JSON.stringify(state));
  const insert = database.prepare('INSERT INTO progress_array VALUES (?, ?, ?)');
  for (const [name, numbers] of arrays) insert.run(run, name, blobOf(numbers));
}

export function deleteProgress(database: DatabaseSync, run: number): void {
  for (const table of ['progress', 'progress_array']) database.prepare(`DELETE FROM ${table} WHERE run = ?`).run(run);
}

/** @returns null for a run without one: it begins at its first step */
export function loadProgress(database: DatabaseSync, run: number): RunState | null {
  const row = database.prepare('SELECT step, epoch, state FROM progress WHERE run = ?').get(run);
  if (row === undefined) return null;
  const arrays = database.prepare('SELECT name, numbers FROM progress_array WHERE run = ?').all(run);
  return {
    step: Number(row['step']),
    epoch: Number(row['epoch']),
    state: JSON.parse(String(row['state'])) as unknown,
    // Copies: they outlive the query, and become tensors.
    arrays: new Map(arrays.map(({ name, numbers }) => [String(name), float32Of(numbers).slice()])),
  };
}
