/** What the review of a saved session asks beside its columns: remarks, single subjects, ROC curves, permutation bands. */
import * as v from 'valibot';
import { quantitySchema, scaleSchema } from './session.ts';

const step = v.pipe(v.number(), v.integer(), v.minValue(0));
const float32 = v.instance(Float32Array);

/** A remark on steps of a run. */
export const annotationSchema = v.object({
  annotation: v.number(),
  /** ISO 8601. */
  created: v.string(),
  run: v.number(),
  /** First and last step. */
  first: v.number(),
  last: v.number(),
  text: v.string(),
});
export type Annotation = v.InferOutput<typeof annotationSchema>;

export const longestRemark = 2000;

export const annotateInput = v.object({
  session: v.string(),
  /** One that there is, to be changed; null: a new one. */
  annotation: v.nullable(v.number()),
  run: v.number(),
  first: step,
  last: step,
  text: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(longestRemark)),
});

export const subjectNormsInput = v.object({
  session: v.string(),
  run: v.number(),
  /** First and last step, included. */
  from: step,
  to: step,
});

export const subjectNormsAnswer = v.object({
  /** Layers that have norms of single samples. */
  layers: v.array(v.string()),
  /** Group and class as names; '' where there is none. */
  subjects: v.array(v.object({ id: v.string(), group: v.string(), target: v.string() })),
  /**
   * Mean over the steps of N |G_i|, the norm of the gradient of the subject's own loss, N samples being in the batch
   * [layers x subjects]; NaN for one that was not in a batch.
   */
  means: float32,
  /** Batches that the mean is of [layers x subjects]. */
  counts: v.instance(Int32Array),
  /** Steps that were looked at, of those that were captured in the range. */
  steps: v.number(),
  captured: v.number(),
});
export type SubjectNorms = v.InferOutput<typeof subjectNormsAnswer>;

export const rocAnswer = v.object({
  /** Of two classes the second against the first; of more, each against all others. Empty for other tasks. */
  curves: v.array(
    v.object({
      kind: v.picklist(['run', 'pooled', 'group']),
      name: v.string(),
      positive: v.string(),
      /** Predictions of the class and of the others. */
      positives: v.number(),
      negatives: v.number(),
      auc: v.number(),
      /** From (0, 0) to (1, 1), one point for each threshold that changes anything. */
      falsePositive: float32,
      truePositive: float32,
    }),
  ),
});
export type RocCurves = v.InferOutput<typeof rocAnswer>;

export const permutationBandInput = v.object({
  session: v.string(),
  run: v.number(),
  step,
  layer: v.number(),
  quantity: quantitySchema,
  scale: scaleSchema,
  permutations: v.pipe(v.number(), v.integer(), v.minValue(19), v.maxValue(2000)),
});

/** null: the step kept no Grams that give the spectra of this quantity. */
export const permutationBandAnswer = v.nullable(
  v.object({
    groups: v.array(v.string()),
    /** Singular values of a group. */
    values: v.number(),
    /** 2.5th and 97.5th percentile of each singular value over the permutations [groups x values]; NaN where there is none. */
    low: float32,
    high: float32,
    permutations: v.number(),
    /** Among whom labels were exchanged: all samples of the batch, or those of a class. */
    within: v.picklist(['all', 'class']),
  }),
);
export type PermutationBand = NonNullable<v.InferOutput<typeof permutationBandAnswer>>;
