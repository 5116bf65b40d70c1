/** What is done to the data before a network is fed. What is fitted is fitted on the training part of each fold alone. */
import * as v from 'valibot';
import { seriesPreparationSchema } from './series-preparation.ts';

const positive = v.pipe(v.number(), v.gtValue(0));

export const augmentSchema = v.object({
  /** Scans: left and right change places, every second time. */
  flip: v.boolean(),
  /** Scans: moved by up to so many voxels along each axis. */
  shiftVoxels: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Series: part of the time points that is kept, at a random place; the others become 0. 1: all. */
  window: v.pipe(v.number(), v.gtValue(0), v.maxValue(1)),
  /** All numbers of a sample times one between 1 - scale and 1 + scale. */
  scale: v.pipe(v.number(), v.minValue(0), v.ltValue(1)),
  /** Standard deviation of a normal number that is added to each, in units of what the network is fed. */
  noise: v.pipe(v.number(), v.minValue(0)),
});

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
  /** How a scan comes onto the common grid; labels of regions must not be mixed. */
  interpolation: v.optional(v.picklist(['trilinear', 'nearest']), 'trilinear'),
  /** Volumes: full width at half maximum of a Gaussian, in millimetres; null: not smoothed. */
  smoothMm: v.optional(v.nullable(positive), null),
  /** Volumes: image whose voxels of 0.5 or more are kept, a path from the study's folder; null: all are kept. */
  mask: v.optional(v.nullable(v.pipe(v.string(), v.nonEmpty())), null),
  /** Volumes: what is cut off: edges where every scan is 0, or where every scan is background by Otsu's threshold. */
  crop: v.optional(v.picklist(['non-zero', 'brain', 'none']), 'non-zero'),
  /**
   * Volumes: each scan's intensities by its own voxels that are not 0; percentile: the 1st becomes 0, the 99th 1;
   * white-stripe: normal-appearing white matter of a T1-weighted scan becomes 0 with a deviation of 1.
   */
  intensity: v.optional(v.picklist(['none', 'z', 'min-max', 'percentile', 'white-stripe']), 'none'),
  /** Series; absent: they are taken as they are, and cropped to the shortest. */
  series: v.optional(seriesPreparationSchema),
  /** Changes to training samples, drawn anew each time one is shown; null: none. */
  augment: v.optional(v.nullable(augmentSchema), null),
  /** Volumes: where the prepared scans are; auto: in memory while they fit, otherwise streamed from one file. */
  storage: v.optional(v.picklist(['auto', 'memory', 'disk']), 'auto'),
  /** Volumes: of the numbers in that file. */
  precision: v.optional(v.picklist(['float32', 'float16']), 'float16'),
});
export type PreparationSettings = v.InferOutput<typeof preparationSchema>;

/** Nothing but z-scores. */
export const usualPreparation: PreparationSettings = v.parse(preparationSchema, {
  standardise: true,
  targetSpacingMm: null,
});
