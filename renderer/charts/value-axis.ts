/** The vertical axis of a plot from its range. */
import { formatDecade, formatTick } from './format.ts';
import type { Plot } from './plot.ts';
import type { LinearRange, LogRange } from './ranges.ts';

export function linearAxis(range: LinearRange, name: string): Plot['y'] {
  const count = Math.round((range.maximum - range.minimum) / range.interval);
  const ticks = Array.from({ length: count + 1 }, (_, index) => range.minimum + index * range.interval);
  return {
    logarithmic: false,
    grid: true,
    minimum: range.minimum,
    maximum: range.maximum,
    ticks,
    labels: ticks.map((tick) => formatTick(tick, range.interval)),
    name,
  };
}

export function logAxis(range: LogRange, name: string): Plot['y'] {
  const ticks: number[] = [];
  for (let exponent = range.maximum; exponent >= range.minimum; exponent -= range.interval) ticks.unshift(exponent);
  return {
    logarithmic: true,
    grid: true,
    minimum: range.minimum,
    maximum: range.maximum,
    ticks,
    labels: ticks.map(formatDecade),
    name,
  };
}
