/** What the steps of a preparation work on. */
import type { Cell } from '#app/study/study.ts';

/** A column beside the features: age, sex, site. */
export interface Covariate {
  name: string;
  /** Levels of a category are compared as text. */
  kind: 'number' | 'category';
  /** Of every row, null where it is missing. */
  values: readonly Cell[];
}

/** What is known of rows without looking at one. */
export interface RowFacts {
  /** Numbers of a row. */
  readonly width: number;
  /**
   * How many numbers of a row have a mean and a deviation of their own, number i that of column i % columns: all of them
   * (tables, matrices); the channels, over time (series); 1 (voxels).
   */
  readonly columns: number;
  /** Last numbers of a row that are indicators of missing values. */
  readonly indicators: number;
  readonly covariates: readonly Covariate[];
}

/** All rows of a study while the steps go over them, one after another, in place. */
export interface Rows extends RowFacts {
  /** As read, [rows x width], NaN where a value is missing. */
  readonly raw: Float32Array;
  /** The same after the steps so far. */
  readonly values: Float32Array;
}

/** Rows that are gone through one at a time, so that they need not be in memory together. */
export interface RowPasses extends RowFacts {
  /**
   * Goes through rows in the order given.
   *
   * @param visit is given [width] numbers after the steps so far, the same as read (NaN where a value is missing), and the
   * place in `rows`; what it is given is another row's afterwards
   */
  each(rows: readonly number[], visit: (values: Float32Array, raw: Float32Array, place: number) => void): void;
}

/** Numbers of a row that are measurements, and no indicators. */
export function measured({ width, indicators }: RowFacts): number {
  return width - indicators;
}

/** The covariate of this name. It is there: who asks for a step brings what it needs. */
export function covariateNamed(covariates: readonly Covariate[], name: string): Covariate {
  const found = covariates.find((each) => each.name === name);
  // eslint-disable-next-line spectroscope/bare-text -- a fault of ours
  if (found === undefined) throw new Error(`The covariate ${name} was not read.`);
  return found;
}
