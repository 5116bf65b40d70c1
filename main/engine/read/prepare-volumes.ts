/**
 * Scans of all subjects on one small grid: RAS order, averaged to cubic voxels, smoothed, masked, their intensities
 * normalised, cropped to where any scan has values.
 */
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { inputError, SpectroscopeError } from '#app/contract/errors.ts';
import { boxShape, widenBox, type Box } from '#app/data/bounding-box.ts';
import { unknownOrientation } from '#app/data/orientation.ts';
import { mostScansAtOnce } from '#app/data/preview.ts';
import { referenceScan } from '#app/data/reference-scan.ts';
import { voxelCount, type Grid, type Triple, type Volume } from '#app/data/volume.ts';
import { prepareOnGrid } from '#app/preparation/volumes/grid-steps.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import type { Scan, Subject } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { RowFile } from '../rows/row-file.ts';
import type { Call } from '../serve/handlers.ts';
import { inParallel } from './in-parallel.ts';
import { readMask } from './mask.ts';
import { bringOnto, targetOf, type Target } from './common-grid.ts';
import { decodeVolume, sha256Of } from './nifti.ts';
import { PreparedCache } from './prepared-cache.ts';
import { readWhole } from './read-file.ts';
import { diskSink, memorySink, storageFor, type SunkScans } from './scan-sink.ts';

export interface PreparedVolumes extends SunkScans {
  /** Grid of the cropped volumes, x, y, z. */
  shape: Triple;
  warnings: string[];
}

const title = t('Preparing scans');
/** Cropped no further: a network halves its grid several times. */
const smallestEdge = 8;

/**
 * @param root folder that the scans' paths start from
 * @param cache folder of prepared scans; null: nothing is kept, and all are in memory
 * @throws SpectroscopeError (kinds 'input', 'setting', 'cancelled')
 */
export async function prepareVolumes(
  subjects: readonly Subject[],
  root: string,
  settings: PreparationSettings,
  cache: string | null,
  call: Pick<Call, 'signal' | 'progress'>,
): Promise<PreparedVolumes> {
  const scans = subjects.map(({ id, scan }) => {
    if (scan === null)
      throw inputError('no-scan', sentence('{id}: has no scan. Exclude the subject or import its scan.', { id }));
    return { id, scan };
  });
  const target = await targetOf(root, referenceScan(scans.map(({ scan }) => scan)), settings);
  const { shape } = target.grid;
  const storage = storageFor(settings.storage, scans.length, shape, cache !== null);
  const file = storage === 'memory' || cache === null ? null : await rowFile(cache, root, scans, target.grid, settings);
  const watch = {
    signal: call.signal,
    progress: (done: number) => call.progress(t('Checking the prepared scans'), done, scans.length, ''),
  };
  const ready = await file?.open(watch);
  if (ready) {
    const { stored, warnings } = ready;
    return { shape: boxShape(stored.box), values: new Float32Array(), stored, warnings };
  }
  const bring = (volume: Volume): Float32Array => bringOnto(target, volume).values;
  const mask = settings.mask === null ? null : await readMask(root, settings.mask, bring, call.signal);
  // Scans that are left as they are would fill the disk and be read no faster.
  const store = cache === null || target.average === null || file !== null ? null : new PreparedCache(cache);
  const sink = file === null ? memorySink(scans.length, shape) : diskSink(file, await file.begin());
  const outcomes = { done: 0, changed: [] as string[], interpolated: [] as string[], unplaced: [] as string[] };
  let box: Box | null = null;
  call.progress(title, 0, scans.length, '');
  try {
    await inParallel(
      scans,
      Math.min(mostScansAtOnce, Math.max(2, availableParallelism())),
      { what: title, signal: call.signal },
      async ({ id, scan }, index) => {
        const prepared = await withSubject(id, () => prepareScan(root, scan, target, store, call.signal));
        const onGrid = prepareOnGrid(prepared.values, target.grid, settings, mask, box);
        box = onGrid.box;
        await sink.put(index, onGrid.values);
        if (prepared.changed) outcomes.changed.push(id);
        if (prepared.interpolated) outcomes.interpolated.push(id);
        if (scan.orientation === unknownOrientation) outcomes.unplaced.push(id);
        call.progress(title, ++outcomes.done, scans.length, id);
      },
    );
    await store?.trim();
    const kept = widenBox(requireBox(box), shape, smallestEdge);
    const warnings = warningsOf(outcomes, settings.interpolation);
    return { ...(await sink.finish(kept, warnings, watch)), shape: boxShape(kept), warnings };
  } catch (error) {
    await sink.discard();
    throw error;
  }
}

/** The file of these scans, as they are on disk now, prepared in this way. */
async function rowFile(
  cache: string,
  root: string,
  scans: readonly { scan: Scan }[],
  grid: Grid,
  { smoothMm, mask, crop, intensity, interpolation, precision }: PreparationSettings,
): Promise<RowFile> {
  const seen = async (path: string) => {
    const found = await stat(resolve(root, path)).catch(() => null);
    return [path, found?.size ?? null, found?.mtimeMs ?? null];
  };
  const files = await Promise.all(
    scans.map(async ({ scan: { path, sha256 } }) => [
      ...(await seen(path)),
      sha256,
      // The voxels of a pair lie beside its header.
      ...(/\.hdr$/i.test(path) ? await seen(path.replace(/\.hdr$/i, '.img')) : []),
    ]),
  );
  const steps = [grid.affine, smoothMm, mask === null ? null : await seen(mask), crop, intensity, interpolation];
  return new RowFile(
    join(cache, 'rows'),
    [resolve(root), files, steps],
    { precision, shape: grid.shape },
    scans.length,
  );
}

function requireBox(box: Box | null): Box {
  if (box !== null) return box;
  throw inputError(
    'scans-all-zero',
    sentence('Every voxel of every scan is zero: there is nothing to learn from. Check the scans.'),
  );
}

interface PreparedScan {
  /** x fastest. */
  values: Float32Array;
  changed: boolean;
  interpolated: boolean;
}

async function prepareScan(
  root: string,
  scan: Scan,
  target: Target,
  store: PreparedCache | null,
  signal: AbortSignal,
): Promise<PreparedScan> {
  const path = join(root, scan.path);
  const file = await readWhole(path);
  const sha256 = sha256Of(file);
  const changed = sha256 !== scan.sha256;
  // The hash of one file of a pair says nothing of the other.
  const cached = /\.(hdr|img)(\.gz)?$/i.test(path) ? null : store;
  const keys = { own: '', other: '' };
  if (cached !== null) {
    // Kept under another key when it had to be interpolated, so that a hit tells that too.
    const labels = target.interpolation === 'nearest' ? ['nearest'] : [];
    keys.own = cached.key([sha256, target.grid, 'own grid', ...labels]);
    keys.other = cached.key([sha256, target.grid, 'interpolated', ...labels]);
    const length = voxelCount(target.grid.shape);
    for (const [key, interpolated] of [
      [keys.own, false],
      [keys.other, true],
    ] as const) {
      const values = await cached.read(key, length);
      if (values !== null) return { values, changed, interpolated };
    }
  }
  const volume = await decodeVolume(path, file, signal);
  const { values, interpolated } = bringOnto(target, volume);
  await cached?.write(interpolated ? keys.other : keys.own, values);
  return { values, changed, interpolated };
}

/** A scan's error, with the subject it belongs to named first. */
async function withSubject<T>(id: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof SpectroscopeError) || error.kind !== 'input' || error.message.startsWith(id)) throw error;
    const details = { ...(error.file === undefined ? {} : { file: error.file }), cause: error };
    throw inputError(error.code, `${id}: ${error.message}`, details);
  }
}

function warningsOf(
  { changed, interpolated, unplaced }: Record<'changed' | 'interpolated' | 'unplaced', string[]>,
  interpolation: PreparationSettings['interpolation'],
): string[] {
  const warnings: string[] = [];
  if (interpolated.length > 0) {
    warnings.push(
      t(
        "{interpolated} on another grid than most: interpolated onto it ({interpolation}, by the header's millimetres).",
        { interpolated: named(interpolated), interpolation },
      ),
    );
  }
  if (unplaced.length > 0) {
    warnings.push(
      t("{unplaced} without a word on which side is left: taken in the file's own order.", {
        unplaced: named(unplaced),
      }),
    );
  }
  if (changed.length > 0)
    warnings.push(t('{changed} changed since the import: taken as found now.', { changed: named(changed) }));
  return warnings;
}

function named(ids: readonly string[]): string {
  const [first = ''] = ids;
  return ids.length === 1
    ? t('The scan of {first},', { first })
    : t('{ids} scans ({first} and others),', { ids: ids.length, first });
}
