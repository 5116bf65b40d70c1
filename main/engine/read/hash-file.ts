/** The SHA-256 of a file of any size, in pieces. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

const pieceBytes = 1 << 20;

/**
 * @returns hex
 * @throws Error of the file system; AbortError when the signal is aborted
 */
export async function hashFile(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: pieceBytes }), hash, { signal });
  return hash.digest('hex');
}
