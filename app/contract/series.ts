/** Series and matrices: how they are looked for, and one subject's as a window draws it. */
import * as v from 'valibot';
import { seriesPreparationSchema } from '#app/run/series-preparation.ts';
import { confoundsSchema, orientations } from '#app/study/study.ts';
import { fileReferenceSchema } from './file-reference.ts';

export const seriesRequestSchema = v.object({
  /** Pattern of names or paths, with * and ?; null: looked for. */
  files: v.nullable(v.string()),
  /** null: found from the files. */
  orientation: v.nullable(v.picklist(orientations)),
  /** null: matrices where they are square and symmetric. */
  kind: v.nullable(v.picklist(['series', 'matrices'])),
});

/** What makes series of regions of 4-D scans. */
export const atlasRequestSchema = v.object({
  /** Image of labels. */
  labels: fileReferenceSchema,
  /** Table of the names of the labels. */
  names: v.nullable(fileReferenceSchema),
  /** Only its voxels count. */
  mask: v.nullable(fileReferenceSchema),
  /** Tables of confounds by a pattern of their names, and their columns (none: the usual ones); null: looked for. */
  confounds: v.nullable(confoundsSchema),
});

const subjectSeriesSchema = v.object({
  subject: v.string(),
  kind: v.picklist(['series', 'matrices']),
  /** Names of the included channels. */
  channels: v.array(v.string()),
  /** Time points; of a matrix its rows, which are the channels again. */
  times: v.number(),
  /** [times x channels], NaN where a value is missing. */
  values: v.instance(Float32Array),
});
export type SubjectSeriesView = v.InferOutput<typeof subjectSeriesSchema>;

/** One subject's series after each step of a preparation, the series as it is in its file first. */
const seriesStepsInput = v.object({ subject: v.string(), preparation: seriesPreparationSchema });
const seriesStepsSchema = v.object({
  steps: v.array(v.object({ step: v.string(), words: v.string(), series: subjectSeriesSchema })),
});
export type SeriesSteps = v.InferOutput<typeof seriesStepsSchema>;

export const seriesOperations = {
  /** A subject's series or matrix, as it is in its file. */
  'series.read': { input: v.object({ subject: v.string() }), answer: subjectSeriesSchema },
  /** What each step of a preparation leaves of a subject's series. */
  'series.steps': { input: seriesStepsInput, answer: seriesStepsSchema },
} as const;
