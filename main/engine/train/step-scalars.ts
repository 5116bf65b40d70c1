/** What is told and stored of a step besides its spectra. */

/** Names of the per-step scalars, in stored order. */
export const scalarNames = ['loss', 'accuracy', 'step-time-ms', 'capture-wait-ms', 'learning-rate'] as const;
/** The one after them where data are streamed. */
export const streamedScalar = 'data-wait-ms';
type ScalarName = (typeof scalarNames)[number] | typeof streamedScalar;

/** What a run tells of each step. */
export interface StepReport {
  step: number;
  epoch: number;
  loss: number;
  durationMs: number;
  /** What capture took of it on the training thread. */
  captureMs: number;
  /** What of that was spent waiting for the capture's queue. */
  waitedMs: number;
  /** What it waited for its data; null: they are in memory. */
  dataMs: number | null;
}

/** @param names of the session, which may be older than some of them */
export function scalarsOf(names: readonly string[], values: Readonly<Record<ScalarName, number>>): Float32Array {
  const known = new Map<string, number>(Object.entries(values));
  return Float32Array.from(names, (name) => known.get(name) ?? Number.NaN);
}
