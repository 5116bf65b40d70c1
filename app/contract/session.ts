/**
 * What a window (or the command line) sees of a session. Live and saved are read in the same way: a query for
 * a range of steps in so many columns. Typed arrays are flat, C order, first axis slowest.
 */
import * as v from 'valibot';
import { configurationSchema, quantities } from '#app/run/configuration.ts';
import { sentenceSchema } from '#app/text/sentence.ts';

export const quantitySchema = v.picklist(quantities);
/** raw, or size-normalised as METHOD in docs/method.md: s(A)/sqrt(R), s(D) N/sqrt(R), s(G) N/n. */
export const scaleSchema = v.picklist(['raw', 'normalised']);
export type Scale = v.InferOutput<typeof scaleSchema>;

export const summaryNames = [
  'effective-rank',
  'stable-rank',
  'participation-ratio',
  'numerical-rank',
  'values-for-90-percent',
  'energy',
  'nuclear-norm',
  'largest',
] as const;
export type SummaryName = (typeof summaryNames)[number];

const runStatus = v.picklist(['waiting', 'running', 'paused', 'finished', 'stopped', 'interrupted', 'failed']);
export type RunStatus = v.InferOutput<typeof runStatus>;

export const metricsSchema = v.object({
  loss: v.nullable(v.number()),
  accuracy: v.nullable(v.number()),
  /** Area under the ROC curve; mean of one-versus-rest for more than two classes; null where a class is absent. */
  auc: v.nullable(v.number()),
  /** Of a regression alone: Pearson's correlation, mean absolute error in the target's units, explained variance. */
  r: v.optional(v.nullable(v.number())),
  mae: v.optional(v.nullable(v.number())),
  r2: v.optional(v.nullable(v.number())),
});
export type Metrics = v.InferOutput<typeof metricsSchema>;

export const sessionLayerSchema = v.object({
  index: v.number(),
  name: v.string(),
  kind: v.string(),
  inputShape: v.array(v.number()),
  outputShape: v.array(v.number()),
  parameters: v.number(),
  quantities: v.array(
    v.object({
      quantity: quantitySchema,
      /** What rows and columns are: 'rows sample, columns feature'. */
      view: v.string(),
      /** Rows that one sample brings; absent in older files, where the layer's shapes tell. */
      rowsPerSample: v.optional(v.number()),
      /** Singular values stored per set and step (absent ones are NaN). */
      values: v.number(),
      /** Values at or below this fraction of the largest are not resolved. */
      relativeFloor: v.number(),
      /** Which exact side the capture plan chose. */
      side: v.picklist(['sample', 'feature']),
      /** A theoretical bound on the rank, in English, or ''. */
      bound: v.string(),
      /** The same as it was made; absent where there is none and in older files. */
      boundSaid: v.optional(sentenceSchema),
    }),
  ),
});
export type SessionLayer = v.InferOutput<typeof sessionLayerSchema>;

export const sessionRunSchema = v.object({
  index: v.number(),
  /** 1-based. */
  fold: v.number(),
  /** 1-based: all folds are run so many times, each time with another split. */
  repeat: v.optional(v.number()),
  seed: v.number(),
  /** The epoch with the lowest validation loss, from 0, when the run has ended. */
  bestEpoch: v.optional(v.nullable(v.number())),
  status: runStatus,
  /** Steps stored. */
  steps: v.number(),
  epochs: v.number(),
  stepsPerEpoch: v.number(),
  trainingSubjects: v.number(),
  validationSubjects: v.number(),
  /** Subjects of each group in the training part, in group order. */
  trainingGroups: v.array(v.number()),
  metrics: v.object({ training: metricsSchema, validation: metricsSchema }),
});
export type SessionRun = v.InferOutput<typeof sessionRunSchema>;

export const sessionSummarySchema = v.object({
  /** Opaque: the file's name in the library, or a token of a file opened from elsewhere. */
  session: v.string(),
  title: v.string(),
  /** ISO 8601. */
  created: v.string(),
  bytes: v.number(),
  study: v.string(),
  model: v.string(),
  groups: v.array(v.string()),
  target: v.string(),
  status: runStatus,
  runs: v.number(),
  /** Mean over the folds that have one. */
  validation: metricsSchema,
  /** Why the file cannot be opened, or null. */
  damaged: v.nullable(v.string()),
});
export type SessionSummary = v.InferOutput<typeof sessionSummarySchema>;

export const sessionViewSchema = v.object({
  ...sessionSummarySchema.entries,
  notes: v.string(),
  studyId: v.string(),
  /** In stored order; the set 'all' follows the groups in every array of sets. */
  studyGroups: v.array(v.object({ name: v.string(), colour: v.number(), subjects: v.number() })),
  classes: v.array(v.string()),
  targetIsGroups: v.boolean(),
  configuration: configurationSchema,
  /** Versions, device and why it was chosen, operating system: name -> value, in English. */
  provenance: v.record(v.string(), v.string()),
  /** Of those that are sentences, what they are made of. */
  provenanceSaid: v.optional(v.record(v.string(), sentenceSchema)),
  inputShape: v.array(v.number()),
  layers: v.array(sessionLayerSchema),
  sessionRuns: v.array(sessionRunSchema),
  /** Layer-steps whose spectra are stored. */
  captured: v.number(),
  live: v.boolean(),
});
export type SessionView = v.InferOutput<typeof sessionViewSchema>;

const float32 = v.instance(Float32Array);
const int32 = v.instance(Int32Array);

/** A range of steps, first and last included, to be drawn in at most `columns` columns. */
export const rangeSchema = v.object({
  session: v.string(),
  run: v.number(),
  from: v.number(),
  to: v.number(),
  columns: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096)),
});
export type Range = v.InferOutput<typeof rangeSchema>;

const columnsSchema = {
  /** First and last step of each column [columns]. */
  first: int32,
  last: int32,
};

export const scalarColumnsSchema = v.object({
  ...columnsSchema,
  /** 'loss', 'accuracy', 'step-time-ms', … */
  names: v.array(v.string()),
  /** [columns x names] */
  minimum: float32,
  mean: float32,
  maximum: float32,
});
export type ScalarColumns = v.InferOutput<typeof scalarColumnsSchema>;

export const spectrumColumnsSchema = v.object({
  ...columnsSchema,
  /** Groups, then 'all'. */
  sets: v.array(v.string()),
  /** Which singular values: 0-based, ascending. */
  indices: v.array(v.number()),
  /** [columns x sets x indices]; NaN where there is none. */
  minimum: float32,
  mean: float32,
  maximum: float32,
  /** Values at or below are not resolved [columns x sets]. */
  floor: float32,
});
export type SpectrumColumns = v.InferOutput<typeof spectrumColumnsSchema>;

export const summaryColumnsSchema = v.object({
  ...columnsSchema,
  layers: v.array(v.string()),
  sets: v.array(v.string()),
  /** [columns x layers x sets]; NaN where there is none. */
  minimum: float32,
  mean: float32,
  maximum: float32,
});
export type SummaryColumns = v.InferOutput<typeof summaryColumnsSchema>;

export const stepDetailSchema = v.object({
  step: v.number(),
  epoch: v.number(),
  sets: v.array(v.string()),
  /** Samples of each set in this batch. */
  samples: v.array(v.number()),
  scalars: v.record(v.string(), v.number()),
  /** One per quantity asked for. */
  spectra: v.array(
    v.object({
      quantity: quantitySchema,
      /** [sets][values], below-floor values left out. */
      values: v.array(float32),
      floor: v.array(v.number()),
      /** [sets] of summary name -> value */
      summaries: v.array(v.record(v.string(), v.number())),
    }),
  ),
  /** Cosines between group gradients [groups x groups]; NaN where a group was absent. */
  alignment: float32,
});
export type StepDetail = v.InferOutput<typeof stepDetailSchema>;

export const epochRowSchema = v.object({
  run: v.number(),
  epoch: v.number(),
  /** Last step of the epoch. */
  step: v.number(),
  training: metricsSchema,
  validation: metricsSchema,
});
export type EpochRow = v.InferOutput<typeof epochRowSchema>;

/** A value with the ends of its 95 % interval: percentiles of 1,000 resamples of the subjects. */
const estimateSchema = v.object({
  value: v.nullable(v.number()),
  low: v.nullable(v.number()),
  high: v.nullable(v.number()),
});

const metricsPartSchema = v.object({
  /** One run, all runs together, or one group of all runs. */
  kind: v.picklist(['run', 'pooled', 'group']),
  name: v.string(),
  subjects: v.number(),
  /**
   * By name. Classes: 'accuracy', 'balancedAccuracy', 'auc', 'sensitivity', 'specificity', 'brier', 'calibrationError';
   * regression: 'r', 'mae', 'r2'; all: 'loss', unweighted, of the network's own scale.
   */
  scores: v.record(v.string(), estimateSchema),
  /** Subjects by true (row) and predicted class (column); empty without classes. */
  confusion: v.array(v.array(v.number())),
  /** Calibration by confidence; empty without classes. */
  reliability: v.array(
    v.object({
      from: v.number(),
      to: v.number(),
      subjects: v.number(),
      confidence: v.nullable(v.number()),
      accuracy: v.nullable(v.number()),
    }),
  ),
});
export type MetricsPart = v.InferOutput<typeof metricsPartSchema>;

export const sessionMetricsSchema = v.object({
  task: v.picklist(['classification', 'regression', 'reconstruction']),
  classes: v.array(v.string()),
  /** Runs in order, then all together, then groups; parts without a validated subject are left out. */
  parts: v.array(metricsPartSchema),
});
export type SessionMetrics = v.InferOutput<typeof sessionMetricsSchema>;
