/** Ranges and ticks of the axes of a printed figure. */
import { decade, fixed } from './format.ts';

export interface Axis {
  isLog: boolean;
  minimum: number;
  maximum: number;
  ticks: { value: number; label: string }[];
}

const wantedTicks = 4;

/** @param values what is drawn; those that are not finite (on a log axis not positive) take no part */
export function axisOf(values: readonly (number | null)[], isLog: boolean): Axis {
  const drawn = values.filter((value): value is number => value !== null && Number.isFinite(value));
  const shown = isLog ? drawn.filter((value) => value > 0) : drawn;
  if (shown.length === 0) return isLog ? logAxis(0.1, 1) : linearAxis(0, 1);
  const low = shown.reduce((least, value) => Math.min(least, value));
  const high = shown.reduce((most, value) => Math.max(most, value));
  return isLog ? logAxis(low, high) : linearAxis(low, high);
}

/** From one number to another, both at the ends. */
export function fixedAxis(minimum: number, maximum: number): Axis {
  const interval = niceInterval((maximum - minimum) / wantedTicks);
  const ticks = multiples(minimum, maximum, interval).map((value) => ({ value, label: fixed(value, 1) }));
  return { isLog: false, minimum, maximum, ticks };
}

/** Over whole numbers: steps, places in a spectrum. */
export function countAxis(minimum: number, maximum: number): Axis {
  const most = Math.max(minimum + 1, maximum);
  const interval = Math.max(1, niceInterval((most - minimum) / wantedTicks));
  const ticks = multiples(minimum, most, interval).map((value) => ({ value, label: fixed(value, 0) }));
  return { isLog: false, minimum, maximum: most, ticks };
}

/** Where a value lies between both ends, 0 to 1; null: it cannot be drawn. */
export function placeOn({ isLog, minimum, maximum }: Axis, value: number | null): number | null {
  if (value === null || !Number.isFinite(value) || (isLog && value <= 0)) return null;
  const at = isLog ? Math.log(value / minimum) / Math.log(maximum / minimum) : (value - minimum) / (maximum - minimum);
  return Math.max(0, Math.min(1, at));
}

function linearAxis(low: number, high: number): Axis {
  // Less than a fiftieth of the size is drawn as the flat line that it is.
  const spread = Math.max(high - low, Math.abs(high) / 50) || 1;
  const interval = niceInterval(spread / wantedTicks);
  const minimum = Math.floor((low - spread * 0.04) / interval) * interval;
  const maximum = Math.ceil((high + spread * 0.04) / interval) * interval;
  // What cannot be negative is not drawn on an axis that is.
  const from = low >= 0 ? Math.max(0, minimum) : minimum;
  const places = Math.max(0, Math.ceil(-Math.log10(interval) - 1e-9));
  const ticks = multiples(from, maximum, interval).map((value) => ({ value, label: fixed(value, places) }));
  return { isLog: false, minimum: from, maximum, ticks };
}

function logAxis(low: number, high: number): Axis {
  const [from, to] = [Math.log10(low), Math.log10(high)];
  const margin = Math.max(0.02, (to - from) * 0.04);
  if (to - from >= 1.5) {
    const [first, last] = [Math.floor(from - margin), Math.ceil(to + margin)];
    const every = Math.ceil((last - first) / (wantedTicks + 1));
    const exponents = Array.from({ length: last - first + 1 }, (_, i) => first + i).filter(
      (exponent) => (exponent - first) % every === 0,
    );
    const ticks = exponents.map((exponent) => ({ value: 10 ** exponent, label: decade(exponent) }));
    return { isLog: true, minimum: 10 ** first, maximum: 10 ** last, ticks };
  }
  const [minimum, maximum] = [10 ** (from - margin), 10 ** (to + margin)];
  const steps = to - from > 0.7 ? [1, 2, 5] : to - from > 0.3 ? [1, 1.5, 2, 3, 5, 7] : null;
  const values =
    steps === null
      ? multiples(minimum, maximum, niceInterval((maximum - minimum) / wantedTicks))
      : Array.from({ length: Math.ceil(to) - Math.floor(from) + 1 }, (_, i) => 10 ** (Math.floor(from) + i)).flatMap(
          (unit) => steps.map((step) => step * unit),
        );
  const ticks = values
    .filter((value) => value >= minimum && value <= maximum)
    .map((value) => ({ value, label: shortNumber(value) }));
  return { isLog: true, minimum, maximum, ticks };
}

function multiples(minimum: number, maximum: number, interval: number): number[] {
  const first = Math.ceil(minimum / interval - 1e-9);
  const last = Math.floor(maximum / interval + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * interval);
}

/** The next of 1, 2, 5 times a power of ten. */
function niceInterval(least: number): number {
  const unit = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((each) => each * unit >= least * (1 - 1e-9)) ?? 10;
  return factor * unit;
}

function shortNumber(value: number): string {
  const exponent = Math.floor(Math.log10(value) + 1e-9);
  if (exponent >= -3 && exponent <= 4) return String(Number(value.toPrecision(3)));
  return `${Number((value / 10 ** exponent).toPrecision(3))}·${decade(exponent)}`;
}
