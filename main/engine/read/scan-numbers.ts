/**
 * The values of a scan, what they are like, and its picture, from the file's content: by the binding, which inflates, decodes
 * and counts in one go and needs no memory for values that nobody asked for, or in TypeScript. Both give the same numbers.
 */
import { determinant } from '#app/data/affine.ts';
import { scanValues, shares, type ScanValues } from '#app/data/scan-statistics.ts';
import { stampGridOf, thumbnailOf, type Stamp, type StampGrid, type Thumbnail } from '#app/data/thumbnail.ts';
import { voxelCount, type Triple } from '#app/data/volume.ts';
import { cancelled } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { isGzip } from './gzip.ts';
import { scanBinding, type NativeLook } from './native-scans.ts';
import { contentOf, trailerLength } from './scan-content.ts';
import { contentBytes, type StoredHeader } from './stored-header.ts';
import { decodeValues, storedType } from './stored-values.ts';

/** What is asked for beside what the values are like. */
export interface Wanted {
  values: boolean;
  thumbnail: boolean;
}

export interface ScanNumbers {
  found: ScanValues;
  /** [i x j x k], i fastest, slope and intercept applied; null: not asked for. */
  values: Float32Array | null;
  thumbnail: Thumbnail | null;
}

/** A file with the header that says what is in it. */
export interface ScanFile {
  /** Of the file that holds the values. */
  path: string;
  header: StoredHeader;
  file: Uint8Array<ArrayBuffer>;
}

/** @throws SpectroscopeError (kind 'input' for a damaged file; 'cancelled' when the signal is aborted) */
export async function scanNumbers(scan: ScanFile, wanted: Wanted, signal?: AbortSignal): Promise<ScanNumbers> {
  return (await nativeNumbers(scan, wanted, signal)) ?? (await portableNumbers(scan, wanted, signal));
}

/**
 * @returns null where there is no binding, or something is wrong with the file, which zlib finds words for
 * @throws SpectroscopeError (kind 'cancelled')
 */
export async function nativeNumbers(
  { header, file }: ScanFile,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<ScanNumbers | null> {
  const binding = scanBinding();
  const length = isGzip(file) ? trailerLength(file, contentBytes(header)) : 0;
  if (binding === null || length === null || (length === 0 && file.length < contentBytes(header))) return null;
  if (signal?.aborted) throw cancelled(t('Reading scans'));
  const { shape, offset, typeCode, slope, intercept } = header;
  const values = wanted.values ? new Float32Array(voxelCount(shape)) : null;
  const grid = wanted.thumbnail ? stampGridOf(header) : null;
  const littleEndian = header.littleEndian ? 1 : 0;
  const stored = { contentBytes: length, offset, typeCode, littleEndian, slope, intercept, shape, shares };
  const look = await binding.lookAtScan(file, { ...stored, stamps: grid === null ? null : stampsOf(grid) }, values);
  if (signal?.aborted) throw cancelled(t('Reading scans'));
  if (look === null) return null;
  return { found: foundOf(look, header), values, thumbnail: grid === null ? null : cut(look.pixels, grid.pixels) };
}

/** @throws SpectroscopeError as `scanNumbers` */
export async function portableNumbers(
  { path, header, file }: ScanFile,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<ScanNumbers> {
  const { shape, offset, typeCode, littleEndian, slope, intercept } = header;
  const type = storedType(typeCode);
  if (type === null) throw new Error('A header with an unknown data type was let through.');
  const content = await contentOf(path, header, file, signal);
  const values = decodeValues({ content, offset, count: voxelCount(shape), type, littleEndian, slope, intercept });
  const found = scanValues(values, shape, voxelMm3(header));
  return {
    found,
    values: wanted.values ? values : null,
    thumbnail: wanted.thumbnail ? thumbnailOf({ ...header, values }, found.centre, found.window) : null,
  };
}

function voxelMm3({ affine }: StoredHeader): number {
  return Math.abs(determinant(affine));
}

function foundOf(look: NativeLook, header: StoredHeader): ScanValues {
  const { notNumbers, zeros, minimum, maximum, mean, standardDeviation, percentiles, centre, black, white } = look;
  const count = voxelCount(header.shape);
  return {
    notNumbers,
    centre,
    window: { minimum: black, maximum: white },
    statistics: {
      ...{ minimum, maximum, mean, standardDeviation },
      zeros: zeros / count,
      notNumbers: notNumbers / count,
      percentiles,
      foregroundMl: (look.foregroundVoxels * voxelMm3(header)) / 1000,
    },
  };
}

function stampsOf({ order, origin, step, shape, pixels }: StampGrid) {
  const [x, y, z] = order.flipped;
  const flipped: Triple = [Number(x), Number(y), Number(z)];
  return { origin, step, shape, axes: order.axes, flipped, pixels };
}

function cut(drawn: Uint8Array<ArrayBuffer>, [x, y, z]: Triple): Thumbnail {
  let from = 0;
  const stamp = (width: number, height: number): Stamp => ({
    width,
    height,
    pixels: drawn.slice(from, (from += width * height)),
  });
  return { sagittal: stamp(y, z), coronal: stamp(x, z), axial: stamp(x, y) };
}
