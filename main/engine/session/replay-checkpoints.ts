/** The weights that a run keeps of several of its steps, as rows. */
import type { DatabaseSync } from 'node:sqlite';
import * as v from 'valibot';
import { randomStateSchema } from '#app/run/random.ts';
import { blobOf, float32Of } from './blob.ts';
import type { ReplayCheckpoint } from './types.ts';

/** Call it in a transaction: one of the same step is replaced. */
export function storeReplayCheckpoint(
  database: DatabaseSync,
  run: number,
  { step, random, weights }: ReplayCheckpoint,
): void {
  database.prepare('INSERT OR REPLACE INTO replay VALUES (?, ?, ?)').run(run, step, JSON.stringify(random));
  const insert = database.prepare('INSERT OR REPLACE INTO replay_weights VALUES (?, ?, ?, ?)');
  for (const [name, { values }] of weights) insert.run(run, step, name, blobOf(values));
}

/** Steps whose weights were kept, and that were carried out after it, in order. */
export function replaySteps(database: DatabaseSync, run: number): number[] {
  const rows = database.prepare('SELECT step FROM replay JOIN step USING (run, step) WHERE run = ? ORDER BY step');
  return rows.all(run).map((row) => Number(row['step']));
}

/** @param shapes of the weights by name, as the network has them */
export function loadReplayCheckpoint(
  database: DatabaseSync,
  run: number,
  step: number,
  shapes: ReadonlyMap<string, { shape: readonly number[] }>,
): ReplayCheckpoint {
  const row = database.prepare('SELECT random FROM replay WHERE run = ? AND step = ?').get(run, step);
  const random = v.parse(randomStateSchema, JSON.parse(String(row?.['random'])));
  const stored = database.prepare('SELECT variable, weights FROM replay_weights WHERE run = ? AND step = ?');
  const weights = stored.all(run, step).flatMap(({ variable, weights: numbers }) => {
    const shape = shapes.get(String(variable))?.shape;
    // A copy: it outlives the query, and becomes a tensor.
    return shape === undefined ? [] : [[String(variable), { shape, values: float32Of(numbers).slice() }] as const];
  });
  return { step, random, weights: new Map(weights) };
}
