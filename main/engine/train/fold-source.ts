/** Fits the preparation of a fold on its training part, and says where its rows come from. */
import { settingError } from '#app/contract/errors.ts';
import { product } from '#app/model/description.ts';
import { fitChain } from '#app/preparation/chain.ts';
import type { Rows } from '#app/preparation/rows.ts';
import { fitScaling, type Standardisation } from '#app/preparation/standardise.ts';
import type { FittedStep } from '#app/preparation/step.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import type { Fold } from '#app/study/split.ts';
import { t } from '#app/text/text.ts';
import { MemoryRows } from '../rows/memory-rows.ts';
import { RowReader, type RowSource } from '../rows/row-reader.ts';
import { pooledMoments, widthOf, type StoredRows } from '../rows/stored-rows.ts';
import type { PreparedData } from './types.ts';

export interface FoldSource {
  rows: RowSource;
  /** What is done to the inputs, as a session keeps it. */
  steps: readonly FittedStep['stored'][];
  /** Mean and deviation of the training part, whether or not the inputs are standardised by them. */
  scaling: Standardisation;
}

/** @throws SpectroscopeError (setting) when a step cannot be fitted on these rows */
export function foldSource(data: PreparedData, { training }: Fold, settings: PreparationSettings): FoldSource {
  return data.stored === undefined ? inMemory(data, training, settings) : streamed(data.stored, training, settings);
}

function inMemory(data: PreparedData, training: readonly number[], settings: PreparationSettings): FoldSource {
  const width = product(data.inputShape);
  const rows: Rows = {
    raw: data.values,
    values: data.values.slice(),
    width,
    columns: columnsOf(data),
    indicators: data.indicators ?? 0,
    covariates: data.covariates ?? [],
  };
  const steps = fitChain(rows, training, settings).map(({ stored }) => stored);
  const last = steps.at(-1);
  const scaling = isStandardisation(last) ? last : fitScaling(rows, training);
  if (data.padded === true) markPadding(rows);
  return { rows: new MemoryRows(rows.values, data.inputShape), steps, scaling };
}

/** What the steps filled in after the end of a series is taken out again. */
function markPadding({ raw, values, width, columns }: Rows): void {
  for (let end = width; end <= values.length; end += width) {
    for (let at = end; at > end - width; at -= columns) {
      if (raw.subarray(at - columns, at).some((value) => !Number.isNaN(value))) break;
      values.fill(NaN, at - columns, at);
    }
  }
}

function streamed(stored: StoredRows, training: readonly number[], settings: PreparationSettings): FoldSource {
  requireStreamable(settings);
  const moments = training.flatMap((row) => stored.moments[row] ?? []);
  const { mean, deviation } = pooledMoments(moments, widthOf(stored));
  const scaling: Standardisation = { step: 'standardise', mean: [mean], deviation: [deviation] };
  return {
    rows: new RowReader({ stored, scaling: settings.standardise ? { mean, deviation } : null }),
    steps: settings.standardise ? [scaling] : [],
    scaling,
  };
}

/** @throws SpectroscopeError (setting) for a step that needs all scans at once */
export function requireStreamable({ harmonise, covariates, minimumVariance }: PreparationSettings): void {
  const asked = [
    ...(harmonise === null ? [] : ['harmonise']),
    ...(covariates.length === 0 ? [] : ['covariates']),
    ...(minimumVariance === null ? [] : ['minimumVariance']),
  ];
  const [first] = asked;
  if (first === undefined) return;
  throw settingError(
    'needs-memory',
    t(
      'The scans are streamed from disk, and {asked} compares all of them voxel by voxel: choose a larger voxel size, so that they fit in memory, or leave it out.',
      { asked: asked.join(', ') },
    ),
    { field: `preparation.${first}` },
  );
}

/** Numbers of a row that have a mean and a deviation of their own. */
function columnsOf({ kind, inputShape }: PreparedData): number {
  if (kind === 'volumes') return 1;
  return kind === 'series' ? (inputShape.at(-1) ?? 1) : product(inputShape);
}

function isStandardisation(stored: FittedStep['stored'] | undefined): stored is Standardisation {
  return stored?.step === 'standardise';
}
