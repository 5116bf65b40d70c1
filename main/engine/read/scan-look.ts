/** One look at a scan: its header, its values and its picture, from one reading of the file, or from the cache. */
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import type { Thumbnail } from '#app/data/thumbnail.ts';
import type { ScanHeader } from '#app/data/volume.ts';
import type { ScanStatistics } from '#app/study/study.ts';
import { withContent } from './file-rooms.ts';
import { lookAtVolume, readVolumeHeader, sha256Of } from './nifti.ts';
import type { LookCache, LookResult } from './look-cache.ts';
import { readBytes, readWhole } from './read-file.ts';
import { filesOf, startBytes } from './scan-files.ts';

/** They are inflated in Node's pool of threads, one for each core; more at once would only take memory. */
export const scansAtOnce = Math.max(4, Math.min(16, availableParallelism()));

export interface ScanLook {
  header: ScanHeader;
  bytes: number;
  /** Hex SHA-256 of the file as it lies on disk. */
  sha256: string;
  /** null: only the header was read. */
  statistics: ScanStatistics | null;
}

/**
 * Every byte is read and hashed, so that a changed file is seen; it is inflated and checked unless its content is known.
 * @throws SpectroscopeError (kind 'input'; 'cancelled' when the signal is aborted)
 */
export async function lookAtScan(path: string, cache: LookCache | null, signal?: AbortSignal): Promise<ScanLook> {
  return await withContent(path, async (file) => {
    const sha256 = sha256Of(file);
    const key = await keyOf(path, sha256);
    let result = cache?.result(key) ?? null;
    if (result === null) {
      result = await look(path, file, sha256, cache, signal);
      cache?.keepResult(key, result);
    }
    if ('refused' in result) {
      const { code, message, said = {}, ...details } = result.refused;
      throw inputError(code, message, { file: basename(path), said, ...present(details) });
    }
    return { header: result.header, bytes: file.length, sha256, statistics: result.statistics };
  });
}

/** The header alone, with the hash of the file: for scans that are known to be whole. */
export async function lookAtHeader(path: string): Promise<ScanLook> {
  const [header, file] = await Promise.all([readVolumeHeader(path), readWhole(path)]);
  return { header, bytes: file.length, sha256: sha256Of(file), statistics: null };
}

/** @returns the picture of a scan, made if it is not there */
export async function thumbnailOfScan(
  path: string,
  sha256: string,
  cache: LookCache | null,
  signal?: AbortSignal,
): Promise<Thumbnail> {
  const known = cache?.thumbnail(sha256) ?? null;
  if (known !== null) return known;
  const { thumbnail } = await lookAtVolume(path, await readWhole(path), signal);
  cache?.keepThumbnail(sha256, thumbnail);
  return thumbnail;
}

/** By content and name: the problems of a scan speak of its name, and a pair's header is a file of its own. */
async function keyOf(path: string, sha256: string): Promise<string> {
  const { header } = filesOf(path);
  const beside = header === path ? '' : sha256Of(await readBytes(header, 0, startBytes).catch(() => Buffer.alloc(0)));
  return `${sha256} ${beside} ${basename(path)}`;
}

async function look(
  path: string,
  file: Uint8Array<ArrayBuffer>,
  sha256: string,
  cache: LookCache | null,
  signal?: AbortSignal,
): Promise<LookResult> {
  try {
    const { header, statistics, thumbnail } = await lookAtVolume(path, file, signal);
    cache?.keepThumbnail(sha256, thumbnail);
    return { header, statistics };
  } catch (error) {
    // What lies beside the file (a missing image) is not of its content: it is looked for again.
    if (!(error instanceof SpectroscopeError) || error.kind !== 'input' || error.code.startsWith('file-')) throw error;
    const { code, message, field, found, expected, said } = error;
    return { refused: { code, message, said, ...present({ field, found, expected }) } };
  }
}

function present<T extends Record<string, string | undefined>>(details: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string;
  };
}
