/** Pictures of scans as they cross a process. */
import * as v from 'valibot';

const planeSchema = v.object({
  width: v.number(),
  height: v.number(),
  /** Values scaled to 0..255 with the scan's display window [height x width], first row on top. */
  pixels: v.instance(Uint8Array),
  /** Millimetres per pixel across and down. */
  spacingMm: v.tuple([v.number(), v.number()]),
  /** Anatomical letters at the edges, '?' where the header does not say. */
  left: v.string(),
  right: v.string(),
  top: v.string(),
  bottom: v.string(),
});

export const planesSchema = v.object({
  subject: v.string(),
  shape: v.tuple([v.number(), v.number(), v.number()]),
  spacingMm: v.tuple([v.number(), v.number(), v.number()]),
  orientation: v.string(),
  /** In the RAS-ordered voxel grid. */
  voxel: v.tuple([v.number(), v.number(), v.number()]),
  value: v.number(),
  minimum: v.number(),
  maximum: v.number(),
  /** Position of the voxel in scanner or template millimetres (RAS+). */
  positionMm: v.tuple([v.number(), v.number(), v.number()]),
  sagittal: planeSchema,
  coronal: planeSchema,
  axial: planeSchema,
});
export type Planes = v.InferOutput<typeof planesSchema>;

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
