/** One subject's series or matrix, as a window draws it. */
import * as v from 'valibot';

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
