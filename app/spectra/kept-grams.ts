/**
 * Sample Grams that are kept of a captured step, so that the session can be looked at under another labelling of its
 * samples: for each layer, upper triangles with diagonal by rows (`pairIndex`) over the samples of the batch, in the order
 * in which the step had them, one triangle after the other.
 */
import { settingError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
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

/**
 * @param steps of each run
 * @throws SpectroscopeError (setting) 'grams-too-large' when a session would hold more than a person allows, with a cadence
 *   that fits where there is one
 */
export function requireGramBudget(
  plan: readonly LayerPlan[],
  samples: number,
  capture: Pick<RunConfiguration['capture'], 'every' | 'grams'>,
  steps: readonly number[],
): void {
  const { grams } = capture;
  if (grams === null) return;
  const limit = grams.megabytes * 1e6;
  const bytesAt = (every: number): number =>
    gramBytes(plan, samples, { ...capture, grams: { ...grams, every } }, steps);
  const bytes = bytesAt(grams.every);
  if (bytes <= limit) return;
  // One step of each run, the first, is kept whatever the cadence.
  const fits = bytesAt(Math.max(...steps)) <= limit;
  let every = Math.ceil((grams.every * bytes) / limit);
  while (fits && bytesAt(every) > limit) every += 1;
  const values = { needed: formatBytes(bytes), allowed: formatBytes(limit), n: every };
  throw settingError(
    'grams-too-large',
    !fits
      ? t(
          'The sample Grams of all steps take {needed}, more than the {allowed} allowed, and those of one step of each run are too many already: keep those of fewer layers, take smaller batches, or allow more.',
          values,
        )
      : t(
          'The sample Grams of all steps take {needed}, more than the {allowed} allowed: keep those of one in {n} captured steps, of fewer layers, or allow more.',
          values,
        ),
    { field: 'capture.grams', expected: t('at most {allowed}', values) },
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
 * Bytes of the Grams, in float64, that runs of so many steps keep. Float32 would not do: it resolves singular values only
 * down to 3e-4 of the largest.
 *
 * @param samples of a batch
 * @param steps of each run
 */
export function gramBytes(
  plan: readonly LayerPlan[],
  samples: number,
  capture: Pick<RunConfiguration['capture'], 'every' | 'grams'>,
  steps: readonly number[],
): number {
  const cadence = gramCadence(capture);
  if (cadence === 0) return 0;
  const triangles = plan.reduce((sum, each) => sum + (each.keepsGrams ? gramKinds(each.weight).length : 0), 0);
  const kept = steps.reduce((sum, each) => sum + Math.ceil(each / cadence), 0);
  return kept * triangles * triangleLength(samples) * Float64Array.BYTES_PER_ELEMENT;
}
