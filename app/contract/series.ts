/** Series and matrices: how they are looked for, and one subject's as a window draws it. */
import * as v from 'valibot';
import { orientations } from '#app/study/study.ts';

export const seriesRequestSchema = v.object({
  /** Pattern of names or paths, with * and ?; null: looked for. */
  files: v.nullable(v.string()),
  /** null: found from the files. */
  orientation: v.nullable(v.picklist(orientations)),
  /** null: matrices where they are square and symmetric. */
  kind: v.nullable(v.picklist(['series', 'matrices'])),
});

export const subjectSeriesSchema = v.object({
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
