/** What findings look at: summaries over the steps of a run, in columns of neighbouring steps. */
import type { EpochRow } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';

/** Of a layer's quantity and a set; size-normalised means of the columns, NaN where there is none. */
export interface SetCourse {
  layer: string;
  quantity: Quantity;
  /** null: all samples. */
  group: string | null;
  /** Singular values that the set can have in a batch, at most. */
  possible: number;
  effectiveRank: ArrayLike<number>;
  energy: ArrayLike<number>;
}

export interface RunCourse {
  run: number;
  /** First and last step of each column. */
  columns: readonly { first: number; last: number }[];
  sets: readonly SetCourse[];
  epochs: readonly EpochRow[];
}

/** @returns the first column from which on `holds` is true to the end, over columns that have a value; -1: none */
export function heldFrom(values: ArrayLike<number>, holds: (value: number) => boolean): number {
  let from = -1;
  for (let column = values.length - 1; column >= 0; column--) {
    const value = values[column] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (!holds(value)) break;
    from = column;
  }
  return from;
}

/** Largest value before a column; NaN: none. */
export function largestBefore(values: ArrayLike<number>, column: number): number {
  let largest = Number.NaN;
  for (let i = 0; i < column; i++) {
    const value = values[i] ?? Number.NaN;
    if (!(value <= largest)) largest = Number.isNaN(value) ? largest : value;
  }
  return largest;
}
