/** What is done to the data before a network is fed. What is fitted is fitted on the training part of each fold alone. */
import * as v from 'valibot';

const positive = v.pipe(v.number(), v.gtValue(0));

/** Fields that an older session lacks have the value that it was run with. */
export const preparationSchema = v.object({
  /** z-score of each feature (table) or of each scan's grid (volumes). */
  standardise: v.boolean(),
  /** Volumes: edge of the cubic voxel that scans are averaged to, in millimetres; null: as they are. */
  targetSpacingMm: v.nullable(positive),
  /** What a missing value becomes: mean or median of the feature. */
  impute: v.optional(v.picklist(['mean', 'median']), 'mean'),
  /** Tables: a column of 0 and 1 beside each feature that lacks values, 1 where it does. */
  indicators: v.optional(v.boolean(), false),
  /** Features whose variance (population, in their own units squared) is not above it are fed as 0; null: all are fed. */
  minimumVariance: v.optional(v.nullable(v.pipe(v.number(), v.minValue(0))), null),
  /** ComBat: the column that names the site, and columns whose effects stay in the data; null: none. */
  harmonise: v.optional(v.nullable(v.object({ site: v.string(), keep: v.array(v.string()) })), null),
  /** Columns whose linear effects are taken out of every feature. */
  covariates: v.optional(v.array(v.string()), []),
});
export type PreparationSettings = v.InferOutput<typeof preparationSchema>;

/** Nothing but z-scores. */
export const usualPreparation: PreparationSettings = v.parse(preparationSchema, {
  standardise: true,
  targetSpacingMm: null,
});
