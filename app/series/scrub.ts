/** Time points that take no part in what is learned of a series, because the head moved in them. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { fillGaps } from './detrend.ts';

/** Correlations of fewer time points say nothing. */
export const fewestKept = 3;

/**
 * Time points that take part, in order.
 * @throws SpectroscopeError (setting) when too few are left
 */
export function keptTimes(subject: string, times: number, scrubbed: readonly boolean[] | null): number[] {
  const all = Array.from({ length: times }, (_, time) => time);
  if (scrubbed === null) return all;
  const kept = all.filter((time) => scrubbed[time] !== true);
  if (kept.length < fewestKept) throw tooFewKept(subject, kept.length, 'series');
  return kept;
}

export function tooFewKept(subject: string, kept: number, of: 'series' | 'window') {
  return settingError(
    'too-few-times-kept',
    of === 'series'
      ? t(
          '{subject}: {n} time points are left of a series after scrubbing (expected at least {fewest}). Allow more movement, or exclude the subject.',
          { subject, n: kept, fewest: fewestKept },
        )
      : t(
          '{subject}: {n} time points are left of a window after scrubbing (expected at least {fewest}). Allow more movement, or exclude the subject.',
          { subject, n: kept, fewest: fewestKept },
        ),
    { field: 'preparation.series.confounds', expected: `at least ${fewestKept} time points` },
  );
}

/** @param values [times x channels], changed in place: missing where a time point is scrubbed */
export function dropTimes(values: Float64Array, channels: number, scrubbed: readonly boolean[]): void {
  scrubbed.forEach((drops, time) => {
    if (drops) values.fill(NaN, time * channels, (time + 1) * channels);
  });
}

/** Rows of some time points. */
export function takeTimes(values: Float64Array, channels: number, kept: readonly number[]): Float64Array {
  if (kept.length * channels === values.length) return values;
  const taken = new Float64Array(kept.length * channels);
  kept.forEach((time, at) => taken.set(values.subarray(time * channels, (time + 1) * channels), at * channels));
  return taken;
}

/** The series at its full length again, with straight lines where time points take no part. */
export function bridged(part: Float64Array, times: number, channels: number, kept: readonly number[]): Float64Array {
  if (kept.length === times) return part;
  const whole = new Float64Array(times * channels).fill(NaN);
  kept.forEach((time, at) => whole.set(part.subarray(at * channels, (at + 1) * channels), time * channels));
  fillGaps(whole, channels);
  return whole;
}
