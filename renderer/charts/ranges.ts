/** Ranges of axes: they grow in nice steps and shrink only when most of them is empty, so that charts do not jump. */

export interface LinearRange {
  minimum: number;
  maximum: number;
  interval: number;
}

/** Exponents of ten. */
export interface LogRange {
  minimum: number;
  maximum: number;
  /** Decades between labels. */
  interval: number;
}

export interface StepRange {
  /** First and last step, included. */
  from: number;
  to: number;
}

/** The smallest of 1, 2, 2.5, 5 x 10^k that is not below `value` (> 0). */
export function niceAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  const fraction = value / power;
  const nice = [1, 2, 2.5, 5, 10].find((each) => fraction <= each * (1 + 1e-9)) ?? 10;
  return nice * power;
}

/**
 * A linear range that holds [low, high] with about `ticks` intervals.
 * @param previous kept while it holds the data and the data fill at least 40 % of it
 */
export function linearRange(low: number, high: number, previous: LinearRange | null, ticks = 3): LinearRange {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return previous ?? { minimum: 0, maximum: 1, interval: 0.5 };
  if (previous !== null && low >= previous.minimum && high <= previous.maximum) {
    if (high - low >= 0.4 * (previous.maximum - previous.minimum)) return previous;
  }
  const span = high > low ? high - low : Math.max(Math.abs(high), 1e-12);
  // A range that comes near zero starts at zero: fewer surprises, and lengths can be compared.
  const start = low > 0 && low < 0.6 * high ? 0 : low;
  const candidates = [ticks, ticks + 1].map((count): LinearRange => {
    const interval = niceAbove((high > start ? high - start : span) / count);
    const minimum = Math.floor(start / interval + 1e-9) * interval;
    const maximum = Math.max(Math.ceil(high / interval - 1e-9) * interval, minimum + interval);
    return { minimum, maximum, interval };
  });
  // The tighter one: less of the chart stays empty.
  return candidates.reduce((best, each) => (each.maximum - each.minimum < best.maximum - best.minimum ? each : best));
}

/**
 * Whole decades that hold [low, high], both > 0.
 * @param previous kept while it holds the data with at most one decade to spare on either side
 */
export function logRange(low: number, high: number, previous: LogRange | null, mostLabels = 5): LogRange {
  if (!(low > 0) || !(high > 0) || !Number.isFinite(low) || !Number.isFinite(high)) {
    return previous ?? { minimum: -3, maximum: 0, interval: 1 };
  }
  const minimum = Math.floor(Math.log10(low) + 1e-9);
  const maximum = Math.max(minimum + 1, Math.ceil(Math.log10(high) - 1e-9));
  if (previous !== null && minimum >= previous.minimum && maximum <= previous.maximum) {
    if (minimum - previous.minimum <= 1 && previous.maximum - maximum <= 1) return previous;
  }
  const interval = Math.max(1, Math.ceil((maximum - minimum) / mostLabels));
  return { minimum, maximum, interval };
}

/** The last step of the axis of a run that goes on: the next of 1, 2, 2.5, 5 x 10^k, so it moves rarely. */
export function growingEnd(newest: number, planned: number | null): number {
  const nice = Math.max(20, niceAbove(Math.max(1, newest + 1))) - 1;
  return planned === null ? nice : Math.max(newest, Math.min(nice, planned - 1));
}

/** Steps at which to label a step axis: multiples of a nice interval inside the range. */
export function stepTicks(range: StepRange, most = 8): number[] {
  const span = Math.max(1, range.to - range.from);
  const interval = Math.max(1, Math.ceil(niceAbove(span / most)));
  const ticks: number[] = [];
  for (let tick = Math.ceil(range.from / interval) * interval; tick <= range.to; tick += interval) ticks.push(tick);
  return ticks;
}

/** Moves a range of whole steps into the extent without changing its length, or gives the extent when it is longer. */
export function within(range: StepRange, extent: StepRange): StepRange {
  const length = range.to - range.from;
  if (length >= extent.to - extent.from) return { ...extent };
  const from = Math.min(Math.max(Math.round(range.from), extent.from), extent.to - Math.round(length));
  return { from, to: from + Math.round(length) };
}

/** Zooms by `factor` (< 1: closer) so that step `at` stays where it is. At least `fewest` steps remain. */
export function zoomAround(range: StepRange, extent: StepRange, at: number, factor: number, fewest = 10): StepRange {
  const length = range.to - range.from;
  const next = Math.min(Math.max(length * factor, fewest), extent.to - extent.from);
  const share = length === 0 ? 0.5 : (at - range.from) / length;
  const from = at - share * next;
  return within({ from, to: from + next }, extent);
}
