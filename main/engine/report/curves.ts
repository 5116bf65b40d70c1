/** Means of something over blocks of steps, run by run, and then over the runs. */
import type { Curve } from '#app/report/material.ts';

/** Significant digits of float32 numbers: more would be rounding of the conversion. */
const digits = 7;

/** A number as JSON can hold it. */
export function stored(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : null;
}

/**
 * Mean, lowest and highest over the runs that have a value in a column.
 * @param runs of each run its values [columns]; NaN where it has none
 */
export function curveOver(runs: readonly ArrayLike<number>[], columns: number): Curve {
  const curve: Curve = { mean: [], low: [], high: [] };
  for (let column = 0; column < columns; column++) {
    const values = runs.map((run) => run[column] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    const sum = values.reduce((total, value) => total + value, 0);
    curve.mean.push(stored(sum / values.length));
    curve.low.push(values.length === 0 ? null : stored(Math.min(...values)));
    curve.high.push(values.length === 0 ? null : stored(Math.max(...values)));
  }
  return curve;
}
