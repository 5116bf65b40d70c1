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

/** All rows of a study while the steps go over them, one after another, in place. */
export interface Rows {
  /** As read, [rows x width], NaN where a value is missing. */
  readonly raw: Float32Array;
  /** The same after the steps so far. */
  readonly values: Float32Array;
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

/** Numbers of a row that are measurements, and no indicators. */
export function measured({ width, indicators }: Rows): number {
  return width - indicators;
}

/** The covariate of this name. It is there: who asks for a step brings what it needs. */
export function covariateNamed(covariates: readonly Covariate[], name: string): Covariate {
  const found = covariates.find((each) => each.name === name);
  if (found === undefined) throw new Error(`The covariate ${name} was not read.`);
  return found;
}
