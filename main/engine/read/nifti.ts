/** Scans in NIfTI-1 and NIfTI-2 (`.nii`, `.nii.gz`, `.hdr` with `.img`) and in FreeSurfer's MGH and MGZ. */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import type { ScanValues } from '#app/data/scan-statistics.ts';
import type { Thumbnail } from '#app/data/thumbnail.ts';
import { voxelCount, type ScanHeader, type Volume } from '#app/data/volume.ts';
import { told } from '#app/study/problem-words.ts';
import { sentence } from '#app/text/sentence.ts';
import { readEnds, readWhole, type FileEnds } from './read-file.ts';
import { isGzip } from './gzip.ts';
import { headerOf } from './header-of.ts';
import { checkSize } from './scan-content.ts';
import { filesOf, namedOtherwise, startBytes } from './scan-files.ts';
import { scanNumbers, type ScanNumbers, type Wanted } from './scan-numbers.ts';
import { copyAgain, type StoredHeader } from './stored-header.ts';

/**
 * What a scan's header says, with cheap checks of the file's size; inflates no more than the header.
 * @throws SpectroscopeError (kind 'input') when the file cannot be a usable three-dimensional scan
 */
export async function readVolumeHeader(path: string): Promise<ScanHeader> {
  const files = filesOf(path);
  const ends = await endsOf(files.header);
  const header = requireOneVolume(files.header, await headerOf(files.header, ends.start));
  const place = header.inPair ? files.image : files.header;
  await checkSize(place, header, place === files.header ? ends : await endsOf(place));
  return publicHeader(header);
}

/** As much as a header takes, and the length that gzip leaves at the end. */
function endsOf(path: string): Promise<FileEnds> {
  return readEnds(path, startBytes, 4);
}

/**
 * A scan with its values: slope and intercept applied, in the file's own order (i fastest).
 * @throws SpectroscopeError (kind 'input'; 'cancelled' when the signal is aborted)
 */
export async function readVolume(path: string, signal?: AbortSignal): Promise<Volume> {
  return await decodeVolume(path, await readWhole(path), signal);
}

/** A whole scan read once and checked to its last byte: what an import keeps of it. */
export interface CheckedScan extends ScanValues {
  header: ScanHeader;
  bytes: number;
  /** Hex SHA-256 of the file as it lies on disk. */
  sha256: string;
}

/**
 * Reads and decodes the whole file (gzip checksum, length, values that are not numbers, constant images).
 * @param file its content, where it was read already
 * @throws SpectroscopeError (kind 'input'; 'cancelled' when the signal is aborted)
 */
export async function checkVolume(
  path: string,
  signal?: AbortSignal,
  file?: Uint8Array<ArrayBuffer>,
): Promise<CheckedScan & { volume: Volume }> {
  const content = file ?? (await readWhole(path));
  const { volume, found } = await decodeChecked(path, content, signal);
  return { ...found, volume, header: publicHeader(volume), bytes: content.length, sha256: sha256Of(content) };
}

/**
 * The same, with a picture in place of the values: no memory is taken for them.
 * @throws SpectroscopeError (kind 'input'; 'cancelled' when the signal is aborted)
 */
export async function lookAtVolume(
  path: string,
  file: Uint8Array<ArrayBuffer>,
  signal?: AbortSignal,
): Promise<Omit<CheckedScan, 'bytes' | 'sha256'> & { thumbnail: Thumbnail }> {
  const { header, numbers } = await lookInto(path, file, { values: false, thumbnail: true }, signal);
  if (numbers.thumbnail === null) throw new Error('The picture that was asked for is not there.');
  return { ...numbers.found, header, thumbnail: numbers.thumbnail };
}

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** The scan in the content of a file that was read already; for `.hdr`/`.img` pairs the image is read from beside it. */
export async function decodeVolume(path: string, file: Uint8Array<ArrayBuffer>, signal?: AbortSignal): Promise<Volume> {
  return (await decodeChecked(path, file, signal)).volume;
}

async function decodeChecked(
  path: string,
  file: Uint8Array<ArrayBuffer>,
  signal?: AbortSignal,
): Promise<{ volume: Volume; found: ScanValues }> {
  const { header, numbers } = await lookInto(path, file, { values: true, thumbnail: false }, signal);
  if (numbers.values === null) throw new Error('The values that were asked for are not there.');
  return { volume: { ...header, values: numbers.values }, found: numbers.found };
}

/** @returns the header with the problems of the values too */
async function lookInto(
  path: string,
  file: Uint8Array<ArrayBuffer>,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<{ header: ScanHeader; numbers: ScanNumbers }> {
  const files = filesOf(path);
  const isHeader = files.header === path;
  const header = requireOneVolume(files.header, await headerOf(files.header, isHeader ? file : undefined));
  const place = header.inPair ? files.image : files.header;
  const content = place === path ? file : await readWhole(place);
  const numbers = await scanNumbers({ path: place, header, file: content }, wanted, signal);
  const problems = [
    ...header.problems,
    ...namedOtherwise(path, header.format, isGzip(file)),
    ...checkValues(basename(path), header, voxelCount(header.shape), numbers.found),
  ];
  return { header: { ...publicHeader(header), problems }, numbers };
}

/** @throws SpectroscopeError (kind 'input') for a series of volumes, with what to do with it */
function requireOneVolume(path: string, header: StoredHeader): StoredHeader {
  const { format, volumes } = header;
  if (volumes === 1) return header;
  const file = basename(path);
  const [what, one, field] =
    format === 'mgh' ? ['frames', sentence('one frame'), 'nframes'] : ['volumes', sentence('one volume'), 'dim'];
  throw inputError(
    `${format}-time-series`,
    sentence(
      '{file}: is 4-D, {volumes} {what}; {one} per subject is needed. Import it with a label atlas to learn from the series of its regions, or make {one} of it (its mean, or a statistical map).',
      { file, volumes, what, one },
    ),
    { file, field, found: `${volumes} ${what}`, expected: sentence('{one}, or an atlas', { one }) },
  );
}

function checkValues(
  name: string,
  { format }: StoredHeader,
  voxels: number,
  { statistics, notNumbers }: ScanValues,
): Volume['problems'] {
  const problems: Volume['problems'] = [];
  if (notNumbers === voxels) {
    throw inputError(
      `${format}-no-numbers`,
      sentence('{name}: no voxel holds a number. {copyAgain}', { name, copyAgain }),
      {
        file: name,
        found: sentence('NaN or infinite everywhere'),
        expected: sentence('numbers'),
      },
    );
  }
  if (notNumbers > 0) {
    problems.push({
      code: `${format}-not-numbers`,
      severity: 'warning',
      field: null,
      ...told({
        found: sentence('{notNumbers} of {voxels} voxels NaN or infinite', { notNumbers, voxels }),
        expected: sentence('a number in every voxel'),
        message: sentence(
          '{name}: {notNumbers} of {voxels} voxels hold no number (NaN or infinite); they count as 0. Check how the scan was made.',
          { name, notNumbers, voxels },
        ),
      }),
    });
  }
  const { minimum, maximum } = statistics;
  if (minimum === maximum) {
    problems.push({
      code: `${format}-constant`,
      severity: 'warning',
      field: null,
      ...told({
        found: sentence('{minimum} in every voxel', { minimum }),
        expected: sentence('values that differ'),
        message: sentence(
          '{name}: every voxel holds the same value ({minimum}). Check the scan or exclude the subject.',
          {
            name,
            minimum,
          },
        ),
      }),
    });
  }
  return problems;
}

function publicHeader({ shape, spacingMm, orientation, dataType, affine, problems }: ScanHeader): ScanHeader {
  return { shape, spacingMm, orientation, dataType, affine, problems };
}
