/** From one subject's series to what a network is fed of it, each step by that subject alone. */
import { settingError } from '#app/contract/errors.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import { t } from '#app/text/text.ts';
import { filterBand, paddedTimes, type Band } from './butterworth.ts';
import { connectivityOf, fisherZ } from './connectivity.ts';
import { detrend, fillGaps, standardiseChannels } from './detrend.ts';
import { windowsIn } from './plan-series.ts';
import { dropVanished, regressOut } from './regress.ts';
import { bridged, dropTimes, fewestKept, keptTimes, takeTimes, tooFewKept } from './scrub.ts';
import type { SubjectSeries } from './subject-series.ts';

/** Confounds of one subject, as long as its series. */
export interface Confounds {
  columns: number;
  /** [times x columns] */
  values: Float64Array;
  /** Time points that take no part, as those in which the head moved; null: all do. */
  scrubbed?: readonly boolean[] | null;
}

/**
 * Trend, band, confounds (which lose the same trend and band, so that nothing comes back with them: Lindquist et al. 2019),
 * z-scores; then windows, and of each its connectivity. Scrubbed time points are bridged by straight lines before anything is
 * filtered (Power et al. 2014), count in no regression, z-score or correlation, and are bridged again in a series.
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
  const scrubbed = confounds?.scrubbed ?? null;
  const kept = keptTimes(subject, times, scrubbed);
  const cleaned = values.slice();
  const band = bandOf(settings);
  if (scrubbed !== null) dropTimes(cleaned, channels, scrubbed);
  if (needsAllValues(settings)) fillGaps(cleaned, channels);
  detrend(cleaned, channels, settings.detrend);
  if (band !== null) {
    requireTimes(subject, times, band);
    filterBand(cleaned, channels, band);
  }
  const known = confounds === null ? null : preparedConfounds(confounds, settings, band);
  const part = takeTimes(cleaned, channels, kept);
  if (known !== null && confounds !== null) {
    regressOut(part, channels, takeTimes(known, confounds.columns, kept), confounds.columns);
  }
  if (settings.standardise) standardiseChannels(part, channels);
  if (settings.connectivity !== 'none') return connections(subject, part, { times, channels, kept }, settings);
  return piecesOf(bridged(part, times, channels, kept), channels, times, settings);
}

/** The confounds lose what the series lost. */
function preparedConfounds(
  { columns, values, scrubbed = null }: Confounds,
  settings: SeriesPreparation,
  band: Band | null,
): Float64Array {
  const known = values.slice();
  if (scrubbed !== null) dropTimes(known, columns, scrubbed);
  fillGaps(known, columns);
  const before = known.slice();
  detrend(known, columns, settings.detrend);
  if (band !== null) filterBand(known, columns, band);
  dropVanished(known, before, columns);
  return known;
}

/** Of each window the connectivity of its time points that take part. */
function connections(
  subject: string,
  part: Float64Array,
  { times, channels, kept }: { times: number; channels: number; kept: readonly number[] },
  { connectivity, windows, fisherZ: byZ }: SeriesPreparation,
): Float64Array[] {
  if (connectivity === 'none') return [];
  const { length, step } = windows ?? { length: times, step: times };
  return Array.from({ length: windowsIn(times, windows) }, (_, i) => {
    const inside = kept.flatMap((time, at) => (time >= i * step && time < i * step + length ? [at] : []));
    if (kept.length < times && inside.length < fewestKept)
      throw tooFewKept(subject, inside.length, windows === null ? 'series' : 'window');
    const matrix = connectivityOf(takeTimes(part, channels, inside), channels, connectivity);
    return byZ ? fisherZ(matrix, channels) : matrix;
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
    t(
      '{subject}: a series of {n} time points is too short for the filter, which needs {needed}. Leave the filter out, or exclude the subject.',
      { subject, n: times, needed },
    ),
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
