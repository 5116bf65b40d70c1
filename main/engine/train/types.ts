/** The seam between preparation of data and training. */
import type { StoredRows } from '../rows/stored-rows.ts';
import type { Covariate } from '#app/preparation/rows.ts';

import type { InputKind } from '#app/model/description.ts';
import type { SourceFile } from '#app/study/study.ts';

/** What the network is fed, for all subjects that take part, before anything is fitted. */
export interface PreparedData {
  kind: InputKind;
  /** One sample without the batch axis: [features], [x, y, z, 1], [times, channels] or [regions, regions, 1]. */
  inputShape: readonly number[];
  /** Names of the features (table) or channels (series), or empty. */
  features: readonly string[];
  /** Subjects in the order of the rows; one of several rows is there as often. `group` and `target` index into `groups` and `classes`. */
  subjects: readonly { id: string; person?: string; group: number; target: number }[];
  groups: readonly { name: string; colour: number }[];
  classes: readonly string[];
  targetIsGroups: boolean;
  /** [subjects x product(inputShape)], NaN where a value is missing. */
  values: Float32Array;
  /** Scans that do not fit in memory: `values` is empty. */
  stored?: StoredRows;
  /** Series of different lengths, the shorter NaN after their end: that is no missing value, but nothing; absent: not. */
  padded?: boolean;
  /** Last numbers of a sample that say whether a value is missing; absent: none. */
  indicators?: number;
  /** What the preparation is told of the subjects beside their values; absent: nothing. */
  covariates?: readonly Covariate[];
  /** Tables whose columns were taken out of the series, by the subject's id; absent: none. */
  confounds?: ReadonlyMap<string, SourceFile>;
}
