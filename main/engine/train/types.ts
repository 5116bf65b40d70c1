/** The seam between preparation of data and training. */
import type { Covariate } from '#app/preparation/rows.ts';

/** What the network is fed, for all subjects that take part, before anything is fitted. */
export interface PreparedData {
  kind: 'table' | 'volumes';
  /** One sample without the batch axis: [features] or [x, y, z, 1]. */
  inputShape: readonly number[];
  /** Feature names (table) or empty. */
  features: readonly string[];
  /** Subjects in the order of the rows. `group` and `target` index into `groups` and `classes`. */
  subjects: readonly { id: string; group: number; target: number }[];
  groups: readonly { name: string; colour: number }[];
  classes: readonly string[];
  targetIsGroups: boolean;
  /** [subjects x product(inputShape)], NaN where a value is missing. */
  values: Float32Array;
  /** Last numbers of a sample that say whether a value is missing; absent: none. */
  indicators?: number;
  /** What the preparation is told of the subjects beside their values; absent: nothing. */
  covariates?: readonly Covariate[];
}
