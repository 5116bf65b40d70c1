/**
 * Sample Grams that are kept of a captured step, so that the session can be looked at under another labelling of its
 * samples: for each layer, upper triangles with diagonal by rows (`pairIndex`) over the samples of the batch, in the order
 * in which the step had them, one triangle after the other.
 */
import { settingError } from '#app/contract/errors.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { hasSingleRows, type WeightMatrices } from './matrices.ts';
import type { LayerPlan } from './plan.ts';

/**
 * 'activations', 'adjoints': inner products of the samples' whole activations or adjoints, all rows of a sample as one.
 * 'gradients': of the gradients of single samples, <G_i, G_j>. With one row per sample those are the products of the two
 * others, entry by entry, and are not kept.
 */
export type GramKind = 'activations' | 'adjoints' | 'gradients';

export function gramKinds(weight: WeightMatrices): readonly GramKind[] {
  return hasSingleRows(weight) ? ['activations', 'adjoints'] : ['activations', 'adjoints', 'gradients'];
}

/** @throws SpectroscopeError (setting) 'grams-too-large' when a session would hold more than a person allows, with a cadence that fits */
export function requireGramBudget(bytes: number, capture: Pick<RunConfiguration['capture'], 'grams'>): void {
  const { grams } = capture;
  if (grams === null || bytes <= grams.megabytes * 1e6) return;
  const fitting = Math.ceil((grams.every * bytes) / (grams.megabytes * 1e6));
  throw settingError(
    'grams-too-large',
    `The sample Grams of all steps take ${Math.ceil(bytes / 1e6)} MB, more than the ${grams.megabytes} MB allowed: keep those of every ${fitting}th captured step, of fewer layers, or allow more.`,
    { field: 'capture.grams', expected: `at most ${grams.megabytes} MB` },
  );
}

/** Numbers of a triangle. */
export function triangleLength(samples: number): number {
  return (samples * (samples + 1)) / 2;
}

/** The triangle of one kind in what was kept of a layer; null when it has none of that kind. */
export function triangleOf(kept: Float64Array, samples: number, kind: GramKind): Float64Array | null {
  const length = triangleLength(samples);
  const first = (['activations', 'adjoints', 'gradients'] as const).indexOf(kind) * length;
  return kept.length >= first + length ? kept.subarray(first, first + length) : null;
}

/** How often Grams are kept, in steps: every n-th captured step. */
export function gramCadence(capture: Pick<RunConfiguration['capture'], 'every' | 'grams'>): number {
  return capture.every * (capture.grams?.every ?? 0);
}

/**
 * Bytes of the Grams, in float64, that a run of `steps` steps keeps. Float32 would not do: it resolves singular values
 * only down to 3e-4 of the largest.
 *
 * @param samples of a batch
 */
export function keptGramBytes(
  plan: readonly LayerPlan[],
  samples: number,
  capture: Pick<RunConfiguration['capture'], 'every' | 'grams'>,
  steps: number,
): number {
  const cadence = gramCadence(capture);
  if (cadence === 0) return 0;
  const triangles = plan.reduce((sum, each) => sum + (each.keepsGrams ? gramKinds(each.weight).length : 0), 0);
  return Math.ceil(steps / cadence) * triangles * triangleLength(samples) * Float64Array.BYTES_PER_ELEMENT;
}
