/** The values of a scan as bytes: inflated where they are compressed, and refused where some are missing. */
import { basename } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { sentence } from '#app/text/sentence.ts';
import { inflate, inflatedLength, isGzip } from './gzip.ts';
import { readWhole, type FileEnds } from './read-file.ts';
import { contentBytes, copyAgain, volumeBytes, type StoredHeader } from './stored-header.ts';

/** Bytes that a writer may leave behind the values. */
const likelySurplus = 65536;
/** Deflate cannot shrink anything further (zlib's documentation). */
export const mostCompression = 1032;

export function damaged(name: string, cause: unknown) {
  return inputError(
    'gzip-damaged',
    sentence('{name}: the compressed data are damaged (gzip checksum). {copyAgain}', { name, copyAgain }),
    {
      file: name,
      found: cause instanceof Error ? cause.message : String(cause),
      expected: sentence('gzip data with the checksum that they end with'),
      cause,
    },
  );
}

/** @param bytes of the content that are there, from its first byte */
export function truncated(name: string, header: StoredHeader, bytes: number) {
  const wanted = header.volumes * volumeBytes(header);
  const there = Math.max(0, bytes - header.offset);
  // Not rounded up: 100 % of a file that lacks something would be no explanation.
  const percent = Math.floor((100 * there) / wanted);
  return inputError(
    `${header.format}-truncated`,
    sentence('{name}: the file ends after {percent} % of its data (expected {wanted}). {copyAgain}', {
      name,
      percent,
      wanted: formatBytes(wanted),
      copyAgain,
    }),
    { file: name, found: formatBytes(there), expected: formatBytes(wanted) },
  );
}

/** Refuses what the file's size or its gzip trailer shows to be incomplete; inflates it only where they leave a doubt. */
export async function checkSize(path: string, header: StoredHeader, { bytes, start, end }: FileEnds): Promise<void> {
  const wanted = contentBytes(header);
  if (!isGzip(start)) {
    if (bytes < wanted) throw truncated(basename(path), header, bytes);
    return;
  }
  if (!agrees(end, wanted)) await contentOf(path, header, await readWhole(path));
}

/** The last four bytes are the content's length, if the file ends where it should and has one member. */
function agrees(trailer: Buffer, wanted: number): boolean {
  const surplus = trailer.length === 4 ? trailer.readUInt32LE() - (wanted % 2 ** 32) : -1;
  return surplus >= 0 && surplus <= likelySurplus;
}

/**
 * How long a gzip file's end says that its content is.
 * @returns null where that is not what is wanted, or more than the file can hold: then it has to be counted
 */
export function trailerLength(file: Uint8Array<ArrayBuffer>, wanted: number): number | null {
  const trailer = Buffer.from(file.buffer, file.byteOffset + Math.max(0, file.length - 4), Math.min(4, file.length));
  if (file.length * mostCompression < wanted || !agrees(trailer, wanted)) return null;
  return wanted + trailer.readUInt32LE() - (wanted % 2 ** 32);
}

/** @returns the inflated file, at least to the end of the values */
export async function contentOf(
  path: string,
  header: StoredHeader,
  file: Uint8Array<ArrayBuffer>,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const name = basename(path);
  const wanted = contentBytes(header);
  if (!isGzip(file)) {
    if (file.length < wanted) throw truncated(name, header, file.length);
    return file;
  }
  if (trailerLength(file, wanted) === null) {
    // Before memory for it is taken, what is there is counted: a header can claim anything.
    const there = await lengthOf(name, file, wanted, signal);
    if (there < wanted) throw truncated(name, header, there);
  }
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

async function lengthOf(name: string, file: Uint8Array, wanted: number, signal?: AbortSignal): Promise<number> {
  try {
    return await inflatedLength(file, wanted, signal);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && String(cause.code).startsWith('Z_')) throw damaged(name, cause);
    throw cause;
  }
}
