/**
 * Intensities of one scan on a scale that scans share, by the scan's own numbers: nothing is learned of other subjects.
 * Voxels that are 0 are background: they do not count, and stay 0.
 */
import type { PreparationSettings } from '#app/run/preparation.ts';
import { whiteStripeOf } from './white-stripe.ts';

const lowPercentile = 1;
const highPercentile = 99;

/** @param values changed in place; left as they are where all voxels that are not 0 have one value */
export function normaliseIntensity(values: Float32Array, how: PreparationSettings['intensity']): void {
  if (how === 'none') return;
  const found = scaleOf[how](values);
  if (found === null || !(found.scale > 0)) return;
  const { centre, scale, limit } = found;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (value === 0) continue;
    const normalised = (value - centre) / scale;
    values[i] = limit ? Math.min(1, Math.max(0, normalised)) : normalised;
  }
}

interface Scale {
  centre: number;
  scale: number;
  /** Whether values beyond 0 and 1 are cut off there. */
  limit: boolean;
}

const scaleOf: Readonly<
  Record<Exclude<PreparationSettings['intensity'], 'none'>, (values: Float32Array) => Scale | null>
> = {
  z: momentsOf,
  'min-max': rangeOf,
  percentile: percentilesOf,
  'white-stripe': stripeOf,
};

function stripeOf(values: Float32Array): Scale | null {
  const stripe = whiteStripeOf(values);
  return stripe === null ? null : { centre: stripe.mean, scale: stripe.deviation, limit: false };
}

/** Mean and population deviation. */
function momentsOf(values: Float32Array): Scale | null {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (value === 0) continue;
    sum += value;
    count += 1;
  }
  if (count === 0) return null;
  const mean = sum / count;
  let squares = 0;
  for (const value of values) if (value !== 0) squares += (value - mean) ** 2;
  return { centre: mean, scale: Math.sqrt(squares / count), limit: false };
}

function rangeOf(values: Float32Array): Scale | null {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value === 0) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? null : { centre: low, scale: high - low, limit: false };
}

/** Percentiles between two values are interpolated, as NumPy does. */
function percentilesOf(values: Float32Array): Scale | null {
  const sorted = values.filter((value) => value !== 0).sort();
  if (sorted.length === 0) return null;
  const at = (percent: number): number => {
    const place = ((sorted.length - 1) * percent) / 100;
    const below = sorted[Math.floor(place)] as number;
    const above = sorted[Math.ceil(place)] as number;
    return below + (above - below) * (place - Math.floor(place));
  };
  const low = at(lowPercentile);
  return { centre: low, scale: at(highPercentile) - low, limit: true };
}
