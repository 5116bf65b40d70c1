/** A scan of one volume or a series of them, for the eye: NIfTI with a fourth dimension, MGH with several frames. */
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { voxelCount, type ScanHeader } from '#app/data/volume.ts';
import { inflateStart, isGzip } from './gzip.ts';
import { readMghHeader } from './mgh-header.ts';
import { identifyNifti, readNiftiHeader } from './nifti-header.ts';
import { notNifti } from './not-nifti.ts';
import { readBytes, readWhole } from './read-file.ts';
import { contentOf, damaged } from './scan-content.ts';
import { filesOf, startBytes } from './scan-files.ts';
import { checkVoxelCount, type StoredHeader } from './stored-header.ts';
import { decodeValues, storedType } from './stored-values.ts';

export interface ScanFrames extends ScanHeader {
  frames: number;
  /** Seconds from one volume to the next; 0: the header does not say. */
  frameSeconds: number;
  /** One volume [i x j x k], i fastest, slope and intercept applied. @param at from 0 */
  frame: (at: number) => Float32Array;
}

/** What NIfTI-1 can count. */
const mostFrames = 32767;

/** @throws SpectroscopeError (kind 'input'; 'cancelled' when the signal is aborted) */
export async function readFrames(path: string, signal?: AbortSignal): Promise<ScanFrames> {
  const files = filesOf(path);
  const { header, frames, frameSeconds } = await headerOf(files.header);
  const place = header.inPair ? files.image : files.header;
  const name = basename(path);
  const [ni, nj, nk] = header.shape;
  const stacked: StoredHeader = { ...header, shape: [ni, nj, nk * frames] };
  checkVoxelCount(name, header.format, stacked.shape, 'dim');
  if (frames > mostFrames) {
    throw inputError('scan-too-long', `${name}: holds ${frames} volumes; at most ${mostFrames} can be shown.`, {
      file: name,
      found: `${frames} volumes`,
      expected: `at most ${mostFrames}`,
    });
  }
  const content = await contentOf(place, stacked, await readWhole(place), signal);
  const count = voxelCount(header.shape);
  const type = storedType(header.typeCode);
  if (type === null) throw new Error('A header with an unknown data type was let through.');
  const { shape, spacingMm, orientation, dataType, affine, problems, offset, bytesPerVoxel } = header;
  const frame = (at: number): Float32Array =>
    decodeValues({ ...header, content, count, type, offset: offset + at * count * bytesPerVoxel });
  return { shape, spacingMm, orientation, dataType, affine, problems, frames, frameSeconds, frame };
}

interface FramesHeader {
  /** Of one volume. */
  header: StoredHeader;
  frames: number;
  frameSeconds: number;
}

async function headerOf(path: string): Promise<FramesHeader> {
  const name = basename(path);
  let start: Uint8Array = await readBytes(path, 0, startBytes);
  if (isGzip(start)) {
    try {
      start = await inflateStart(start);
    } catch (cause) {
      throw damaged(name, cause);
    }
  }
  // The readers of headers refuse a series: they are given the header of its first volume.
  const first = new Uint8Array(start);
  const view = new DataView(first.buffer);
  const kind = identifyNifti(first);
  if (kind !== null) {
    const { frames, frameSeconds } = kind.version === 1 ? one1(view, kind.littleEndian) : one2(view, kind.littleEndian);
    const header = readNiftiHeader(name, first);
    if (header !== null) return { header, frames, frameSeconds };
  }
  const frames = first.length >= 20 ? view.getInt32(16) : 1;
  if (frames > 1) view.setInt32(16, 1);
  const header = readMghHeader(name, first) ?? notNifti(name, start);
  // MGH keeps the repetition time, in milliseconds, behind the values.
  return { header, frames: Math.max(1, frames), frameSeconds: 0 };
}

/** Leaves one volume in a NIfTI-1 header. */
function one1(view: DataView, littleEndian: boolean): { frames: number; frameSeconds: number } {
  const frames = view.getInt16(40, littleEndian) >= 4 ? view.getInt16(48, littleEndian) : 1;
  if (frames > 1) view.setInt16(48, 1, littleEndian);
  return { frames: Math.max(1, frames), frameSeconds: seconds(view.getFloat32(92, littleEndian), view.getUint8(123)) };
}

/** The same in a NIfTI-2 header. */
function one2(view: DataView, littleEndian: boolean): { frames: number; frameSeconds: number } {
  const dimensions = Number(view.getBigInt64(16, littleEndian));
  const frames = dimensions >= 4 ? Number(view.getBigInt64(48, littleEndian)) : 1;
  if (frames > 1) view.setBigInt64(48, 1n, littleEndian);
  const step = view.getFloat64(136, littleEndian);
  return { frames: Math.max(1, frames), frameSeconds: seconds(step, view.getInt32(500, littleEndian)) };
}

/** By `xyzt_units`: seconds, milliseconds or microseconds; where it does not say, a step under 100 is in seconds. */
function seconds(step: number, units: number): number {
  if (!Number.isFinite(step) || step <= 0) return 0;
  switch (units & 0x38) {
    case 8:
      return step;
    case 16:
      return step / 1e3;
    case 24:
      return step / 1e6;
    default:
      return step < 100 ? step : step / 1e3;
  }
}
