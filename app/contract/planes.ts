/** Three planes through a scan, as a window draws them. */
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
