/** Whole volumes as a viewer draws them. */
import * as v from 'valibot';
import { preparationSchema } from '#app/run/preparation.ts';
import { fileReferenceSchema } from './file-reference.ts';

const triple = v.tuple([v.number(), v.number(), v.number()]);

/** Which volume: a subject's, as it is or as a preparation leaves it before anything is cut off, or a file's. */
const volumeSourceSchema = v.variant('kind', [
  v.object({ kind: v.literal('subject'), subject: v.string(), prepared: v.nullable(preparationSchema) }),
  v.object({ kind: v.literal('file'), file: fileReferenceSchema }),
]);
export type VolumeSource = v.InferOutput<typeof volumeSourceSchema>;

/** The viewer holds no more than this of one volume or series: 256 MB. */
export const mostVoxelsShown = 2 ** 26;

export const volumeRequestSchema = v.object({
  source: volumeSourceSchema,
  /** More, over all volumes of a series, are averaged to larger voxels. */
  mostVoxels: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(mostVoxelsShown)),
});

const volumeEntries = {
  /** Of the subject or the file. */
  name: v.string(),
  /** A NIfTI file, in RAS order: float32, or uint16 for labels. */
  bytes: v.instance(Uint8Array),
  shape: triple,
  spacingMm: triple,
  /** 4 x 4, row by row: voxels of `bytes` to millimetres (RAS+). */
  affine: v.pipe(v.array(v.number()), v.length(16)),
  /** Of the file: 'LAS', '???' where its header does not say. */
  orientation: v.string(),
  /** What was done to make it fit, as a sentence; '' for nothing. */
  note: v.string(),
  /** Least and largest value. */
  least: v.number(),
  most: v.number(),
};

export const shownVolumeSchema = v.object({
  ...volumeEntries,
  /** Volumes of a series; 1: a single one. */
  frames: v.number(),
  /** Seconds from one to the next; 0: not known. */
  frameSeconds: v.number(),
  /** Values to show black and white. */
  minimum: v.number(),
  maximum: v.number(),
  /** Where to open it, in millimetres. */
  startMm: triple,
});
export type ShownVolume = v.InferOutput<typeof shownVolumeSchema>;

/** An image that a person chose, or the atlas that the open study's series were made with. */
export const overlayRequestSchema = v.variant('kind', [
  v.object({
    kind: v.literal('file'),
    file: fileReferenceSchema,
    /** A table of labels and their names, or null. */
    names: v.nullable(fileReferenceSchema),
  }),
  v.object({ kind: v.literal('study-atlas') }),
]);

export const overlaySchema = v.object({
  ...volumeEntries,
  /** Few whole numbers are labels; one beside 0 is a mask; anything else is values, of a statistical map say. */
  kind: v.picklist(['mask', 'labels', 'values']),
  /** Of a mask or labels: what voxels of 1, 2, … stand for. */
  labels: v.array(v.object({ value: v.number(), name: v.string() })),
});
export type Overlay = v.InferOutput<typeof overlaySchema>;
