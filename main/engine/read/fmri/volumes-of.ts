/** The volumes of a 4-D scan one after another, so that memory does not grow with their number. */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { cancelled } from '#app/contract/errors.ts';
import { voxelCount } from '#app/data/volume.ts';
import { t } from '#app/text/text.ts';
import { isGzip } from '../gzip.ts';
import { headerOf } from '../header-of.ts';
import { fileSize, readBytes } from '../read-file.ts';
import { damaged, mostCompression, truncated } from '../scan-content.ts';
import { filesOf } from '../scan-files.ts';
import { contentBytes, volumeBytes, type StoredHeader } from '../stored-header.ts';
import { decodeValues, storedType } from '../stored-values.ts';

const pieceBytes = 1 << 20;
/** Small enough to stay in a core's cache on its way into the volume. */
const inflatedBytes = 1 << 18;

/**
 * What the header of a scan of any number of volumes says.
 * @throws SpectroscopeError (kind 'input') when it cannot be one, or the file is too short for what the header claims
 */
export async function readSeriesHeader(path: string): Promise<StoredHeader> {
  const header = await headerOf(filesOf(path).header);
  const place = valuesFile(path, header);
  const bytes = await fileSize(place);
  // Before memory for it is taken: a header can claim anything.
  const most = isGzip(await readBytes(place, 0, 2)) ? bytes * mostCompression : bytes;
  if (most < contentBytes(header)) throw truncated(basename(place), header, most === bytes ? bytes : 0);
  return header;
}

/** The file that holds the values: of a pair the image. */
export function valuesFile(path: string, { inPair }: StoredHeader): string {
  const { header, image } = filesOf(path);
  return inPair ? image : header;
}

/**
 * Slope and intercept applied, i fastest. Each volume is valid until the next is asked for. The file is read to its end, so
 * that gzip's checksum is verified.
 *
 * @throws SpectroscopeError (kind 'input') when the file is damaged or ends too early; 'cancelled'
 */
export async function* volumesOf(
  path: string,
  header: StoredHeader,
  signal: AbortSignal,
): AsyncGenerator<Float32Array> {
  const place = valuesFile(path, header);
  const name = basename(place);
  const type = storedType(header.typeCode);
  if (type === null) throw new Error('A header with an unknown data type was let through.');
  const buffer = new Uint8Array(volumeBytes(header));
  const end = contentBytes(header);
  let read = 0;
  try {
    for await (const piece of await openContent(place)) {
      if (signal.aborted) throw cancelled(t('Reading scans'));
      let from = Math.max(0, header.offset - read);
      while (from < piece.length && read + from < end) {
        const filled = (read + from - header.offset) % buffer.length;
        const part = piece.subarray(from, from + Math.min(buffer.length - filled, end - read - from));
        buffer.set(part, filled);
        from += part.length;
        if (filled + part.length < buffer.length) continue;
        const { littleEndian, slope, intercept, shape } = header;
        const stored = { content: buffer, offset: 0, count: voxelCount(shape), type, littleEndian, slope, intercept };
        yield decodeValues(stored);
      }
      read += piece.length;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    if (error.code !== 'Z_BUF_ERROR' || read >= end) throw damaged(name, error);
    throw truncated(name, header, read);
  }
  if (read < end) throw truncated(name, header, read);
}

async function openContent(place: string): Promise<AsyncIterable<Buffer>> {
  const isZipped = isGzip(await readBytes(place, 0, 2));
  const file = createReadStream(place, { highWaterMark: pieceBytes });
  // What goes wrong is thrown where the pieces are taken.
  return isZipped ? pipeline(file, createGunzip({ chunkSize: inflatedBytes }), () => undefined) : file;
}

function isZlibError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
