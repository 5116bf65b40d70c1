/** How series of numbers over time become what a network is fed. */
import * as v from 'valibot';

const positive = v.pipe(v.number(), v.gtValue(0));
const positiveInteger = v.pipe(v.number(), v.integer(), v.minValue(1));

/** What is done to each subject's series by itself, in this order; nothing is fitted over subjects. */
export const seriesPreparationSchema = v.object({
  /** Seconds between time points; a band needs it. null: not known. */
  repetitionTimeS: v.nullable(positive),
  /** Columns of a table beside each subject's series that are regressed out; null: none. */
  confounds: v.nullable(
    v.object({
      /** Pattern of the files' names or paths, with * and ?. */
      files: v.string(),
      /** Names, or patterns of them. */
      columns: v.array(v.string()),
      /** Time points at which a column is larger take no part (framewise displacement, in millimetres); null: all do. */
      scrub: v.optional(v.nullable(v.object({ column: v.string(), above: positive })), null),
    }),
  ),
  /** The mean, or a straight line, is taken off each channel. */
  detrend: v.picklist(['none', 'mean', 'linear']),
  /** Butterworth, of order 5 forward and backward (without a shift of phase); null leaves a side open. */
  bandPassHz: v.nullable(v.object({ low: v.nullable(positive), high: v.nullable(positive) })),
  /** z-score of each channel of each subject by itself, over time. */
  standardise: v.boolean(),
  /** Each subject's correlations between channels in place of the series. */
  connectivity: v.picklist(['none', 'pearson', 'partial']),
  /** Inverse hyperbolic tangent of the correlations. */
  fisherZ: v.boolean(),
  /** Pieces of each series as rows of their own, which never part in a fold, in time points; null: the whole. */
  windows: v.nullable(v.object({ length: positiveInteger, step: positiveInteger })),
  /** Of series of different lengths: the longer lose their end, or the shorter are padded with nothing. */
  lengths: v.picklist(['crop', 'pad']),
});
export type SeriesPreparation = v.InferOutput<typeof seriesPreparationSchema>;
