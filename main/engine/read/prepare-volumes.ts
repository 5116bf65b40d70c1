/**
 * Scans of all subjects on one small grid: RAS order, averaged to cubic voxels, smoothed, masked, their intensities
 * normalised, cropped to where any scan has values.
 */
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { inputError, settingError, SpectroscopeError } from '#app/contract/errors.ts';
import { formatBytes } from '#app/data/bytes.ts';
import { boxAverage, planBoxAverage, type BoxAverage } from '#app/data/box-average.ts';
import { boxShape, copyBox, widenBox, type Box } from '#app/data/bounding-box.ts';
import {
  axisOrderOf,
  axisOrderOfLetters,
  reorderGrid,
  reorderValues,
  unknownOrientation,
} from '#app/data/orientation.ts';
import { mostScansAtOnce } from '#app/data/preview.ts';
import { referenceScan } from '#app/data/reference-scan.ts';
import { interpolate, sameGrid } from '#app/data/trilinear.ts';
import { voxelCount, type Grid, type ScanHeader, type Triple, type Volume } from '#app/data/volume.ts';
import { nearestNeighbour } from '#app/preparation/volumes/nearest.ts';
import { prepareOnGrid } from '#app/preparation/volumes/grid-steps.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import type { Scan, Subject } from '#app/study/study.ts';
import type { Call } from '../serve/handlers.ts';
import { inParallel } from './in-parallel.ts';
import { readMask } from './mask.ts';
import { decodeVolume, readVolumeHeader, sha256Of } from './nifti.ts';
import { PreparedCache } from './prepared-cache.ts';
import { readWhole } from './read-file.ts';

export interface PreparedVolumes {
  /** Grid of the cropped volumes, x, y, z. */
  shape: Triple;
  /** [subjects, x, y, z], z fastest. */
  values: Float32Array;
  warnings: string[];
}

interface Target {
  /** In RAS order, as fine as the scans. */
  reference: Grid;
  /** null: left as fine as it is. */
  average: BoxAverage | null;
  interpolation: PreparationSettings['interpolation'];
  /** What the volumes come out on. */
  grid: Grid;
}

const title = 'Preparing scans';
/** Cropped no further: a network halves its grid several times. */
const smallestEdge = 8;

/**
 * @param root folder that the scans' paths start from
 * @param cache folder of prepared scans; null: nothing is kept
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
    if (scan === null) throw inputError('no-scan', `${id}: has no scan. Exclude the subject or import its scan.`);
    return { id, scan };
  });
  const target = await targetOf(root, referenceScan(scans.map(({ scan }) => scan)), settings);
  checkMemory(scans.length, target.grid);
  const bring = (volume: Volume): Float32Array => bringOnto(target, volume).values;
  const mask = settings.mask === null ? null : await readMask(root, settings.mask, bring, call.signal);
  // Scans that are left as they are would fill the disk and be read no faster.
  const store = cache === null || target.average === null ? null : new PreparedCache(cache);
  const outcomes = { done: 0, changed: [] as string[], interpolated: [] as string[], unplaced: [] as string[] };
  let box: Box | null = null;
  call.progress(title, 0, scans.length, '');
  const volumes = await inParallel(
    scans,
    Math.min(mostScansAtOnce, Math.max(2, availableParallelism())),
    { what: title, signal: call.signal },
    async ({ id, scan }) => {
      const prepared = await withSubject(id, () => prepareScan(root, scan, target, store, call.signal));
      const ready = prepareOnGrid(prepared.values, target.grid, settings, mask, box);
      box = ready.box;
      if (prepared.changed) outcomes.changed.push(id);
      if (prepared.interpolated) outcomes.interpolated.push(id);
      if (scan.orientation === unknownOrientation) outcomes.unplaced.push(id);
      call.progress(title, ++outcomes.done, scans.length, id);
      return ready.values;
    },
  );
  await store?.trim();
  return { ...crop(volumes, target.grid.shape, box), warnings: warningsOf(outcomes, settings.interpolation) };
}

async function targetOf(
  root: string,
  scan: Scan | null,
  { targetSpacingMm, interpolation }: PreparationSettings,
): Promise<Target> {
  if (scan === null) throw inputError('no-scans', 'No subject that takes part has a scan. Import scans first.');
  const header = await readVolumeHeader(join(root, scan.path));
  const reference = reorderGrid(header, orderOf(header));
  if (targetSpacingMm === null) return { reference, average: null, interpolation, grid: reference };
  const average = planBoxAverage(reference, targetSpacingMm);
  return { reference, average, interpolation, grid: average.grid };
}

function orderOf({ affine, orientation }: ScanHeader) {
  return orientation === unknownOrientation ? axisOrderOfLetters(orientation) : axisOrderOf(affine);
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

function bringOnto(target: Target, volume: Volume): { values: Float32Array; interpolated: boolean } {
  const { reference, average, interpolation, grid } = target;
  const order = orderOf(volume);
  const interpolated = !sameGrid(reference, reorderGrid(volume, order));
  if (interpolation === 'nearest' && (interpolated || average !== null)) {
    return { values: nearestNeighbour(volume.values, volume, grid), interpolated };
  }
  if (!interpolated) {
    const { values, shape } = volume;
    if (average !== null) return { values: boxAverage(values, shape, order, average), interpolated };
    return { values: reorderValues(values, shape, order).map(numberOrZero), interpolated };
  }
  const values = interpolate(volume.values, volume, reference);
  if (average === null) return { values, interpolated };
  return { values: boxAverage(values, reference.shape, axisOrderOfLetters('RAS'), average), interpolated };
}

function numberOrZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}

function crop(volumes: readonly Float32Array[], shape: Triple, box: Box | null): Omit<PreparedVolumes, 'warnings'> {
  if (box === null) {
    throw inputError(
      'scans-all-zero',
      'Every voxel of every scan is zero: there is nothing to learn from. Check the scans.',
    );
  }
  const kept = widenBox(box, shape, smallestEdge);
  const cropped = boxShape(kept);
  const voxels = voxelCount(cropped);
  const values = new Float32Array(volumes.length * voxels);
  volumes.forEach((volume, subject) => copyBox(volume, shape, kept, values, subject * voxels));
  return { shape: cropped, values };
}

function checkMemory(scans: number, { shape }: Grid): void {
  const wanted = 2 * scans * voxelCount(shape) * 4;
  const available = totalmem();
  if (wanted <= 0.8 * available) return;
  throw settingError(
    'scans-too-large',
    `${scans} scans of ${shape.join(' x ')} voxels take ${formatBytes(wanted)} of memory, and this computer has ${formatBytes(available)}. Choose a larger target spacing.`,
    { field: 'preparation.targetSpacingMm' },
  );
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
      `${named(interpolated)} on another grid than most: interpolated onto it (${interpolation}, by the header's millimetres).`,
    );
  }
  if (unplaced.length > 0) {
    warnings.push(`${named(unplaced)} without a word on which side is left: taken in the file's own order.`);
  }
  if (changed.length > 0) warnings.push(`${named(changed)} changed since the import: taken as found now.`);
  return warnings;
}

function named(ids: readonly string[]): string {
  const [first = ''] = ids;
  return ids.length === 1 ? `The scan of ${first},` : `${ids.length} scans (${first} and others),`;
}
