/** Scans in NIfTI-1 and NIfTI-2: `.nii`, `.nii.gz`, `.hdr` with `.img`. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { voxelCount, type ScanHeader, type Volume } from '#app/data/volume.ts';
import { fileSize, readBytes, readWhole } from './read-file.ts';
import { inflate, inflateStart, isGzip } from './gzip.ts';
import { copyAgain, headerBytes, readNiftiHeader, type NiftiHeader } from './nifti-header.ts';
import { decodeValues, storedType } from './nifti-values.ts';
import { notNifti } from './not-nifti.ts';

/** Enough of a file for any header, even where gzip holds a name or a comment before it. */
const startBytes = 4096;
/** Bytes that a writer may leave behind the values. */
const likelySurplus = 65536;
/** Deflate cannot shrink anything further (zlib's documentation). */
const mostCompression = 1032;

/**
 * What a scan's header says, with cheap checks of the file's size; inflates no more than the header.
 * @throws SpectroscopeError (kind 'input') when the file cannot be a usable three-dimensional scan
 */
export async function readVolumeHeader(path: string): Promise<ScanHeader> {
  const files = filesOf(path);
  const header = await headerOf(files.header, await readBytes(files.header, 0, startBytes));
  if (header.inPair) await checkSize(files.image, header);
  else await checkSize(files.header, header);
  return publicHeader(header);
}

/**
 * A scan with its values: slope and intercept applied, in the file's own order (i fastest).
 * @throws SpectroscopeError (kind 'input'; 'cancelled' when the signal is aborted)
 */
export async function readVolume(path: string, signal?: AbortSignal): Promise<Volume> {
  return (await readAll(path, signal)).volume;
}

/** A whole scan read once and checked to its last byte: what an import keeps of it. */
export interface CheckedScan {
  header: ScanHeader;
  bytes: number;
  /** Hex SHA-256 of the file as it lies on disk. */
  sha256: string;
}

/**
 * Reads and decodes the whole file (gzip checksum, length, values that are not numbers, constant images).
 * @throws SpectroscopeError (kind 'input'; 'cancelled' when the signal is aborted)
 */
export async function checkVolume(path: string, signal?: AbortSignal): Promise<CheckedScan> {
  const { volume, file } = await readAll(path, signal);
  return { header: publicHeader(volume), bytes: file.length, sha256: sha256Of(file) };
}

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The scan in the content of a file that was read already; for `.hdr`/`.img` pairs the image is read from beside it. */
export async function decodeVolume(path: string, file: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Volume> {
  const files = filesOf(path);
  const isHeader = files.header === path;
  const header = await headerOf(files.header, isHeader ? file : await readBytes(files.header, 0, startBytes));
  const holdsValues = header.inPair ? files.image === path : isHeader;
  const [image, content] = holdsValues
    ? [path, file]
    : [header.inPair ? files.image : files.header, await readWhole(header.inPair ? files.image : files.header)];
  const values = decodeValues({
    content: await contentOf(image, header, content, signal),
    offset: header.offset,
    count: voxelCount(header.shape),
    type: storedType(header.typeCode) ?? unreachable(),
    littleEndian: header.littleEndian,
    slope: header.slope,
    intercept: header.intercept,
  });
  return { ...publicHeader(header), problems: [...header.problems, ...checkValues(basename(path), values)], values };
}

async function readAll(path: string, signal?: AbortSignal) {
  const file = await readWhole(path);
  return { file, volume: await decodeVolume(path, file, signal) };
}

function unreachable(): never {
  throw new Error('A header with an unknown data type was let through.');
}

/** Header and image of a pair may both be named; a single file is both. */
function filesOf(path: string): { header: string; image: string } {
  return {
    header: path.replace(/\.img(\.gz)?$/i, '.hdr$1'),
    image: path.replace(/\.hdr(\.gz)?$/i, '.img$1'),
  };
}

async function headerOf(path: string, file: Uint8Array): Promise<NiftiHeader> {
  const name = basename(path);
  let start = file.subarray(0, startBytes);
  if (isGzip(start)) {
    try {
      start = await inflateHeader(start);
    } catch (cause) {
      throw damaged(name, cause);
    }
  }
  return readNiftiHeader(name, start) ?? notNifti(name, start);
}

/** A few hundred compressed bytes hold the header of most files; inflating more of a map of zeros makes megabytes. */
async function inflateHeader(start: Uint8Array): Promise<Uint8Array> {
  const header = await inflateStart(start.subarray(0, 400));
  return header.length >= headerBytes[2] ? header : inflateStart(start);
}

function damaged(name: string, cause: unknown) {
  return inputError('gzip-damaged', `${name}: the compressed data are damaged (gzip checksum). ${copyAgain}`, {
    file: name,
    cause,
  });
}

function truncated(name: string, header: NiftiHeader, bytes: number) {
  const wanted = voxelCount(header.shape) * header.bytesPerVoxel;
  // Not rounded up: 100 % of a file that lacks something would be no explanation.
  const percent = Math.max(0, Math.floor((100 * (bytes - header.offset)) / wanted));
  const expected = formatBytes(wanted);
  return inputError(
    'nifti-truncated',
    `${name}: the file ends after ${percent} % of its data (expected ${expected}). ${copyAgain}`,
    { file: name, expected },
  );
}

function contentBytes(header: NiftiHeader): number {
  return header.offset + voxelCount(header.shape) * header.bytesPerVoxel;
}

/** Refuses what the file's size or its gzip trailer shows to be incomplete; inflates it only where they leave a doubt. */
async function checkSize(path: string, header: NiftiHeader): Promise<void> {
  const name = basename(path);
  const bytes = await fileSize(path);
  const wanted = contentBytes(header);
  if (!isGzip(await readBytes(path, 0, 2))) {
    if (bytes < wanted) throw truncated(name, header, bytes);
    return;
  }
  // The last four bytes are the content's length, if the file ends where it should and has one member.
  const trailer = await readBytes(path, bytes - 4, 4);
  const surplus = trailer.length === 4 ? trailer.readUInt32LE() - (wanted % 2 ** 32) : -1;
  if (surplus < 0 || surplus > likelySurplus) await contentOf(path, header, await readWhole(path));
}

/** @returns the inflated file, at least to the end of the values */
async function contentOf(
  path: string,
  header: NiftiHeader,
  file: Uint8Array<ArrayBuffer>,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const name = basename(path);
  const wanted = contentBytes(header);
  if (!isGzip(file)) {
    if (file.length < wanted) throw truncated(name, header, file.length);
    return file;
  }
  if (file.length * mostCompression < wanted) throw truncated(name, header, (await inflateStart(file)).length);
  const inflated = await inflate(file, wanted, signal);
  switch (inflated.state) {
    case 'whole':
      return inflated.content;
    case 'damaged':
      throw damaged(name, inflated.cause);
    case 'short':
      // All values are there, but the checksum that would vouch for them is not.
      if (inflated.bytes >= wanted) throw damaged(name, new Error('The gzip trailer is missing.'));
      throw truncated(name, header, inflated.bytes);
  }
}

function checkValues(name: string, values: Float32Array): Volume['problems'] {
  let minimum = Infinity;
  let maximum = -Infinity;
  let notNumbers = 0;
  // By index: an iterator over millions of voxels takes longer than inflating them.
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (value - value !== 0) notNumbers++;
    else {
      if (value < minimum) minimum = value;
      if (value > maximum) maximum = value;
    }
  }
  const problems: Volume['problems'] = [];
  if (notNumbers === values.length) {
    throw inputError('nifti-no-numbers', `${name}: no voxel holds a number. ${copyAgain}`, { file: name });
  }
  if (notNumbers > 0) {
    problems.push({
      code: 'nifti-not-numbers',
      severity: 'warning',
      field: null,
      message: `${name}: ${notNumbers} of ${values.length} voxels hold no number (NaN or infinite); they count as 0. Check how the scan was made.`,
    });
  }
  if (minimum === maximum) {
    problems.push({
      code: 'nifti-constant',
      severity: 'warning',
      field: null,
      message: `${name}: every voxel holds the same value (${minimum}). Check the scan or exclude the subject.`,
    });
  }
  return problems;
}

function publicHeader({ shape, spacingMm, orientation, dataType, affine, problems }: ScanHeader): ScanHeader {
  return { shape, spacingMm, orientation, dataType, affine, problems };
}
