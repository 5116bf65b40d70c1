/** Fits the preparation of a fold on its training part, and says where its rows come from. */
import { settingError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { product } from '#app/model/description.ts';
import { fitChain, passesOf } from '#app/preparation/chain.ts';
import { compact } from '#app/preparation/numbers.ts';
import { fittedBytes } from '#app/preparation/fitted-bytes.ts';
import type { Covariate, Rows } from '#app/preparation/rows.ts';
import { fitScaling, type Standardisation } from '#app/preparation/standardise.ts';
import type { FittedStep } from '#app/preparation/step.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import type { Fold } from '#app/study/split.ts';
import { t } from '#app/text/text.ts';
import { freeSystemBytes } from '../device/memory.ts';
import { MemoryRows } from '../rows/memory-rows.ts';
import type { FitOrder } from '../rows/row-fit.ts';
import { RowReader, type FitWatch, type RowSource } from '../rows/row-reader.ts';
import { pooledMoments, widthOf, type StoredRows } from '../rows/stored-rows.ts';
import type { PreparedData } from './types.ts';

export interface FoldSource {
  rows: RowSource;
  /** What is done to the inputs, as a session keeps it. */
  steps(): Promise<readonly FittedStep['stored'][]>;
  /** Mean and deviation of the training part, whether or not the inputs are standardised by them. */
  scaling: Standardisation;
}

/**
 * @param watch of a fit on scans that are streamed, which takes minutes
 * @throws SpectroscopeError (setting) when a step cannot be fitted on these rows; (cancelled) when `watch` ended it
 */
export async function foldSource(
  data: PreparedData,
  { training }: Fold,
  settings: PreparationSettings,
  watch: FitWatch = {},
): Promise<FoldSource> {
  if (data.stored === undefined) return inMemory(data, training, settings);
  if (isVoxelwise(settings))
    return await fittedStreamed(data.stored, { training, settings, covariates: data.covariates ?? [] }, watch);
  return streamed(data.stored, training, settings);
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
  const fitted = fitChain(rows, training, settings).map(({ stored }) => stored);
  const steps = data.kind === 'volumes' ? fitted.map(compact) : fitted;
  const last = steps.at(-1);
  const scaling = isStandardisation(last) ? last : fitScaling(passesOf(rows), training);
  if (data.padded === true) markPadding(rows);
  return { rows: new MemoryRows(rows.values, data.inputShape), steps: () => Promise.resolve(steps), scaling };
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

/** Nothing but one mean and deviation, which follow from those of each scan. */
function streamed(stored: StoredRows, training: readonly number[], settings: PreparationSettings): FoldSource {
  const moments = training.flatMap((row) => stored.moments[row] ?? []);
  const { mean, deviation } = pooledMoments(moments, widthOf(stored));
  const scaling: Standardisation = { step: 'standardise', mean: [mean], deviation: [deviation] };
  const steps = settings.standardise ? [scaling] : [];
  return { rows: new RowReader({ stored, steps }), steps: () => Promise.resolve(steps), scaling };
}

/** Fitted in the thread that reads the rows, which keeps what it fitted. */
async function fittedStreamed(stored: StoredRows, order: FitOrder, watch: FitWatch): Promise<FoldSource> {
  const reader = new RowReader({ stored, steps: order });
  try {
    const scaling = await reader.scaling(watch);
    return { rows: reader, steps: () => reader.steps(), scaling };
  } catch (error) {
    reader.close();
    throw error;
  }
}

function isVoxelwise({ harmonise, covariates, minimumVariance }: PreparationSettings): boolean {
  return harmonise !== null || covariates.length > 0 || minimumVariance !== null;
}

/** Part of what is free that fitting may take. */
const partForFit = 0.6;

/** @throws SpectroscopeError (setting) when what is fitted of each voxel does not fit in memory */
export function requireFittable(
  stored: StoredRows,
  settings: PreparationSettings,
  covariates: readonly Covariate[],
): void {
  const bytes = fittedBytes(settings, covariates, widthOf(stored));
  const free = freeSystemBytes();
  if (bytes <= partForFit * free) return;
  throw settingError(
    'fit-too-large',
    t(
      'The scans are streamed from disk, and what is fitted of each of their {stored} voxels takes {bytes} of memory, where {free} are free: choose a larger voxel size, or fewer covariates or sites.',
      { stored: widthOf(stored), bytes: formatBytes(bytes), free: formatBytes(free) },
    ),
    {
      field: 'preparation.targetSpacingMm',
      expected: t('at most {partForFit}', { partForFit: formatBytes(partForFit * free) }),
    },
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
