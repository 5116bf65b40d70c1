/** The header of a scan of any format that is read, of one volume or several. */
import { basename } from 'node:path';
import { inflateStart, isGzip } from './gzip.ts';
import { readMghHeader } from './mgh-header.ts';
import { headerBytes, readNiftiHeader } from './nifti-header.ts';
import { notNifti } from './not-nifti.ts';
import { readBytes } from './read-file.ts';
import { damaged } from './scan-content.ts';
import { startBytes } from './scan-files.ts';
import type { StoredHeader } from './stored-header.ts';

/**
 * Inflates no more than the header.
 * @param path of the file that holds the header
 * @param file its content, where it was read already
 * @throws SpectroscopeError (kind 'input') when the file cannot be a usable scan
 */
export async function headerOf(path: string, file?: Uint8Array): Promise<StoredHeader> {
  const name = basename(path);
  let start = file?.subarray(0, startBytes) ?? (await readBytes(path, 0, startBytes));
  if (isGzip(start)) {
    try {
      start = inflateHeader(start);
    } catch (cause) {
      throw damaged(name, cause);
    }
  }
  return readNiftiHeader(name, start) ?? readMghHeader(name, start) ?? notNifti(name, start);
}

/** A few hundred compressed bytes hold the header of most files; inflating more of a map of zeros makes megabytes. */
function inflateHeader(start: Uint8Array): Uint8Array {
  const header = inflateStart(start.subarray(0, 400));
  return header.length >= headerBytes[2] ? header : inflateStart(start);
}
