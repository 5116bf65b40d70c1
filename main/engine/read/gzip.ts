/** Inflating gzip with its checksums, of one member or several, into memory of a known size. */
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { cancelled } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';

/** Small enough to stay in a core's cache on its way into the content. */
const chunkSize = 1 << 18;
/** Holds the header of most files. */
const startPiece = 1 << 11;

export function isGzip(start: Uint8Array): boolean {
  return start[0] === 0x1f && start[1] === 0x8b;
}

/**
 * What the first bytes of a gzip file inflate to: as much as there is.
 * @throws Error of zlib when they are damaged
 */
export function inflateStart(start: Uint8Array): Buffer {
  // At once and in small pieces: for so little, a stream and a thread take longer than the work.
  return gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH, chunkSize: startPiece });
}

export type Inflated =
  | { state: 'whole'; content: Uint8Array<ArrayBuffer> }
  /** The file ends too early: `bytes` of the content are there. */
  | { state: 'short'; bytes: number }
  | { state: 'damaged'; cause: unknown };

/**
 * How long the content is, counted piece by piece up to `most` bytes; of a file that ends too early, what is there.
 * @throws Error of zlib when the data are damaged; SpectroscopeError (kind 'cancelled') when the signal is aborted
 */
export async function inflatedLength(compressed: Uint8Array, most: number, signal?: AbortSignal): Promise<number> {
  const stream = createGunzip({ chunkSize, finishFlush: constants.Z_SYNC_FLUSH });
  stream.end(compressed);
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (signal?.aborted) throw cancelled(t('Reading scans'));
    length += chunk.length;
    if (length >= most) break;
  }
  return length;
}

/**
 * Inflates to the end of the file (so that checksums are verified) and keeps the first `bytes` of the content.
 * @throws SpectroscopeError (kind 'cancelled') when the signal is aborted
 */
export async function inflate(compressed: Uint8Array, bytes: number, signal?: AbortSignal): Promise<Inflated> {
  const content = new Uint8Array(bytes);
  let length = 0;
  const stream = createGunzip({ chunkSize });
  stream.end(compressed);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (signal?.aborted) throw cancelled(t('Reading scans'));
      if (length < bytes) content.set(chunk.subarray(0, bytes - length), length);
      length += chunk.length;
    }
  } catch (error) {
    if (!isZlibError(error)) throw error;
    if (error.code !== 'Z_BUF_ERROR') return { state: 'damaged', cause: error };
    // zlib drops what it held at the unexpected end: the length that a person is told is counted once more.
    return { state: 'short', bytes: await inflatedLength(compressed, bytes, signal) };
  }
  return length < bytes ? { state: 'short', bytes: length } : { state: 'whole', content };
}

function isZlibError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}
