/** A volume as the bytes of a NIfTI-1 file (`.nii`, little-endian), for a viewer that takes nothing else. */
import { spacingOf } from './affine.ts';
import { voxelCount, type Triple } from './volume.ts';

export interface NiftiContent {
  /** Voxels along x, y, z. */
  shape: Triple;
  /** Volumes, one after the other. */
  frames: number;
  /** Seconds from one volume to the next; 0: not known. */
  frameSeconds: number;
  /** 4 x 4, row by row; becomes the sform. */
  affine: readonly number[];
}

/** Codes of the header's `datatype`, by the array that holds the values. */
const typeCodes = { float32: 16, uint16: 512 } as const;
/** Header and the four bytes that say that no extension follows. */
const headerBytes = 352;
/** Of the header's `intent_code`: the values are labels. */
const labelIntent = 1002;
const scannerSpace = 1;
const magic = 'n+1';
/** Millimetres and seconds, of `xyzt_units`. */
const units = 2 + 8;

/**
 * @param values [frames x z x y x x], x fastest: float32, or uint16 for labels
 * @throws RangeError when they are not as many as the shape says
 */
export function niftiBytes(content: NiftiContent, values: Float32Array | Uint16Array): Uint8Array<ArrayBuffer> {
  const { shape, frames } = content;
  if (values.length !== voxelCount(shape) * frames) throw new RangeError('A volume has other values than its shape.');
  const bytes = new Uint8Array(headerBytes + values.byteLength);
  writeHeader(new DataView(bytes.buffer), content, values);
  // Every machine that the app runs on stores numbers in this order.
  const target =
    values instanceof Float32Array
      ? new Float32Array(bytes.buffer, headerBytes)
      : new Uint16Array(bytes.buffer, headerBytes);
  target.set(values);
  return bytes;
}

/** Offsets are those of `nifti1.h`. */
function writeHeader(
  view: DataView,
  { shape, frames, frameSeconds, affine }: NiftiContent,
  values: Float32Array | Uint16Array,
): void {
  view.setInt32(0, 348, true);
  [frames > 1 ? 4 : 3, ...shape, frames, 1, 1, 1].forEach((size, at) => view.setInt16(40 + 2 * at, size, true));
  const labels = values instanceof Uint16Array;
  view.setInt16(68, labels ? labelIntent : 0, true);
  view.setInt16(70, labels ? typeCodes.uint16 : typeCodes.float32, true);
  view.setInt16(72, 8 * values.BYTES_PER_ELEMENT, true);
  [1, ...spacingOf(affine), frameSeconds, 0, 0, 0].forEach((edge, at) => view.setFloat32(76 + 4 * at, edge, true));
  view.setFloat32(108, headerBytes, true);
  view.setFloat32(112, 1, true);
  view.setUint8(123, units);
  view.setInt16(254, scannerSpace, true);
  affine.slice(0, 12).forEach((element, at) => view.setFloat32(280 + 4 * at, element, true));
  for (let at = 0; at < magic.length; at++) view.setUint8(344 + at, magic.charCodeAt(at));
}
