/** Mean time series of the regions of an atlas in a 4-D scan: computed once, kept by the content of all that it depends on. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { inputError, cancelled } from '#app/contract/errors.ts';
import { labelMeans } from '#app/series/label-voxels.ts';
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { hashFile } from '../hash-file.ts';
import { PreparedCache } from '../prepared-cache.ts';
import { fileSize } from '../read-file.ts';
import { onGrid, type ReadAtlas } from './atlas.ts';
import { readSeriesHeader, valuesFile, volumesOf } from './volumes-of.ts';
import type { StoredHeader } from '../stored-header.ts';

/** Changes whenever the same scan and atlas would give other numbers. */
const version = 1;

export interface RegionSeries {
  header: StoredHeader;
  bytes: number;
  /** Hex SHA-256 of the file that was named. */
  sha256: string;
  times: number;
  /** [times x labels], NaN where a region has no voxel with a number. */
  values: Float32Array;
  /** Voxels of each label in the scan's grid (in the mask, where there is one). */
  counts: Uint32Array;
}

/**
 * The image of the atlas is brought onto the scan's own grid (nearest neighbour, by both affines), and the voxels of each label
 * are averaged in each volume. The scan is read volume by volume.
 *
 * @param cache folder of what can be made again (made if absent); null: nothing is kept
 * @throws SpectroscopeError (kind 'input': the scan is damaged, or no region lies in it; 'cancelled')
 */
export async function regionSeries(
  path: string,
  atlas: ReadAtlas,
  cache: string | null,
  signal: AbortSignal,
): Promise<RegionSeries> {
  const header = await readSeriesHeader(path);
  const voxels = onGrid(atlas, header);
  if (voxels.places.length === 0) throw outside(path, atlas);
  const [bytes, sha256] = await Promise.all([fileSize(path), contentHash(path, signal)]);
  const found = { header, bytes, sha256, times: header.volumes, counts: voxels.counts };
  // The hash of one file of a pair says nothing of the other.
  const store = cache === null || valuesFile(path, header) !== path ? null : new PreparedCache(cache);
  const key = store?.key(['regions', version, sha256, atlas.image.sha256, atlas.mask?.sha256 ?? null]) ?? '';
  const length = header.volumes * voxels.labels;
  const kept = await store?.read(key, length);
  if (kept) return { ...found, values: kept };
  const values = new Float32Array(length);
  let time = 0;
  for await (const volume of volumesOf(path, header, signal))
    labelMeans(volume, voxels, values, voxels.labels * time++);
  await store?.write(key, values);
  return { ...found, values };
}

function outside(path: string, { image, mask }: ReadAtlas) {
  const file = basename(path);
  const values = { file, atlas: basename(image.path) };
  return inputError(
    'atlas-outside',
    mask === null
      ? sentence(
          "{file}: no region of {atlas} lies in this scan. Scan and atlas must be in the same space (MNI, for example): take the scans in the atlas's space, or an atlas in the scan's.",
          values,
        )
      : sentence(
          "{file}: no region of {atlas} within {mask} lies in this scan. Scan, mask and atlas must be in the same space (MNI, for example): take the scans in the atlas's space, or an atlas in the scan's.",
          { ...values, mask: basename(mask.path) },
        ),
    {
      file,
      field: 'atlas',
      found: sentence('no voxel with a label'),
      expected: sentence('an atlas in the space of the scan'),
    },
  );
}

const hashes = new Map<string, string>();
const mostHashes = 10_000;

/** A file of the same size that was not written to since is not read again only to be known. */
async function contentHash(path: string, signal: AbortSignal): Promise<string> {
  const { size, mtimeMs } = await stat(path);
  const key = `${path}\n${size}\n${mtimeMs}`;
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const sha256 = await hashFile(path, signal).catch((error: unknown) => {
    throw signal.aborted ? cancelled(t('Reading scans')) : error;
  });
  if (hashes.size >= mostHashes) hashes.clear();
  hashes.set(key, sha256);
  return sha256;
}
