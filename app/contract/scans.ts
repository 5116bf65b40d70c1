/** Thumbnails of scans as they cross a process. */
import * as v from 'valibot';

const stampSchema = v.object({
  width: v.number(),
  height: v.number(),
  /** [height x width], 0 black to 255 white, first row on top. */
  pixels: v.instance(Uint8Array),
});

export const scanThumbnailSchema = v.object({
  subject: v.string(),
  /** Planes through the middle of what is not background, neurological convention; null: the scan cannot be read. */
  thumbnail: v.nullable(v.object({ sagittal: stampSchema, coronal: stampSchema, axial: stampSchema })),
  problem: v.nullable(v.string()),
  /** Whether the header says which side is left. */
  sided: v.boolean(),
});
export type ScanThumbnail = v.InferOutput<typeof scanThumbnailSchema>;

export const scanOutlierSchema = v.object({
  subject: v.string(),
  /** Largest robust z of the scan's mean, standard deviation and foreground volume; 0 where it is not known. */
  outlierness: v.number(),
  /** Which measure that is, with its value and the cohort's, or why the scan could not be looked at; '' for neither. */
  reason: v.string(),
});
export type ScanOutlier = v.InferOutput<typeof scanOutlierSchema>;
