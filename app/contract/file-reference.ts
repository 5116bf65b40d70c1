/** How a request names a file: the window by a token that the shell gave it, the command line and the engine by its path. */
import * as v from 'valibot';

export const fileReferenceSchema = v.union([
  v.strictObject({ token: v.string() }),
  v.strictObject({ path: v.string() }),
]);
export type FileReference = v.InferOutput<typeof fileReferenceSchema>;
