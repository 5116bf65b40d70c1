/** From one subject's series to what a network is fed of it, each step by that subject alone. */
import { settingError } from '#app/contract/errors.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import { filterBand, paddedTimes, type Band } from './butterworth.ts';
import { connectivityOf, fisherZ } from './connectivity.ts';
import { detrend, fillGaps, standardiseChannels } from './detrend.ts';
import { windowsIn } from './plan-series.ts';
import { dropVanished, regressOut } from './regress.ts';
import type { SubjectSeries } from './subject-series.ts';

/** Confounds of one subject, as long as its series. */
export interface Confounds {
  columns: number;
  /** [times x columns] */
  values: Float64Array;
}

/**
 * Trend, band, confounds (which lose the same trend and band, so that nothing comes back with them: Lindquist et al. 2019),
 * z-scores; then windows, and of each its connectivity.
 *
 * @param subject its id, for errors
 * @returns one row for each window: [times x channels], or [channels x channels]
 * @throws SpectroscopeError (setting) for a series that is too short for the filter
 */
export function prepareSubject(
  subject: string,
  { times, channels, values }: SubjectSeries,
  confounds: Confounds | null,
  settings: SeriesPreparation,
): Float64Array[] {
  const cleaned = values.slice();
  const band = bandOf(settings);
  if (needsAllValues(settings)) fillGaps(cleaned, channels);
  detrend(cleaned, channels, settings.detrend);
  if (band !== null) {
    requireTimes(subject, times, band);
    filterBand(cleaned, channels, band);
  }
  if (confounds !== null) {
    const known = confounds.values.slice();
    fillGaps(known, confounds.columns);
    const before = known.slice();
    detrend(known, confounds.columns, settings.detrend);
    if (band !== null) filterBand(known, confounds.columns, band);
    dropVanished(known, before, confounds.columns);
    regressOut(cleaned, channels, known, confounds.columns);
  }
  if (settings.standardise) standardiseChannels(cleaned, channels);
  const pieces = piecesOf(cleaned, channels, times, settings);
  if (settings.connectivity === 'none') return pieces;
  const { connectivity } = settings;
  return pieces.map((piece) => {
    const matrix = connectivityOf(piece, channels, connectivity);
    return settings.fisherZ ? fisherZ(matrix, channels) : matrix;
  });
}

/** As parts of the sampling rate; null: no filter. */
function bandOf({ bandPassHz, repetitionTimeS }: SeriesPreparation): Band | null {
  if (bandPassHz === null || repetitionTimeS === null) return null;
  const { low, high } = bandPassHz;
  if (low === null && high === null) return null;
  return { low: low === null ? null : low * repetitionTimeS, high: high === null ? null : high * repetitionTimeS };
}

function needsAllValues({
  detrend: trend,
  bandPassHz,
  confounds,
  standardise,
  connectivity,
}: SeriesPreparation): boolean {
  return trend !== 'none' || bandPassHz !== null || confounds !== null || standardise || connectivity !== 'none';
}

function requireTimes(subject: string, times: number, band: Band): void {
  const needed = paddedTimes(band) + 1;
  if (times >= needed) return;
  throw settingError(
    'series-too-short',
    `${subject}: a series of ${times} time points is too short for the filter, which needs ${needed}. Leave the filter out, or exclude the subject.`,
    { field: 'preparation.series.bandPassHz', expected: `at least ${needed} time points` },
  );
}

function piecesOf(
  values: Float64Array,
  channels: number,
  times: number,
  { windows }: SeriesPreparation,
): Float64Array[] {
  if (windows === null) return [values];
  return Array.from({ length: windowsIn(times, windows) }, (_, i) => {
    const first = i * windows.step * channels;
    return values.subarray(first, first + windows.length * channels);
  });
}
