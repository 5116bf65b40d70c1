/** The grid that all scans of a study are brought onto, and how. */
import { join } from 'node:path';
import { inputError } from '#app/contract/errors.ts';
import { boxAverage, planBoxAverage, type BoxAverage } from '#app/data/box-average.ts';
import {
  axisOrderOf,
  axisOrderOfLetters,
  reorderGrid,
  reorderValues,
  unknownOrientation,
} from '#app/data/orientation.ts';
import { interpolate, sameGrid } from '#app/data/trilinear.ts';
import type { Grid, ScanHeader, Volume } from '#app/data/volume.ts';
import { nearestNeighbour } from '#app/preparation/volumes/nearest.ts';
import type { PreparationSettings } from '#app/run/preparation.ts';
import type { Scan } from '#app/study/study.ts';
import { sentence } from '#app/text/sentence.ts';
import { readVolumeHeader } from './nifti.ts';

export interface Target {
  /** In RAS order, as fine as the scans. */
  reference: Grid;
  /** null: left as fine as it is. */
  average: BoxAverage | null;
  interpolation: PreparationSettings['interpolation'];
  /** What the volumes come out on. */
  grid: Grid;
}

/**
 * @param scan on the grid that most scans share
 * @throws SpectroscopeError (input) 'no-scans' when there is none, and those of its header
 */
export async function targetOf(
  root: string,
  scan: Scan | null,
  { targetSpacingMm, interpolation }: PreparationSettings,
): Promise<Target> {
  if (scan === null)
    throw inputError('no-scans', sentence('No subject that takes part has a scan. Import scans first.'));
  const header = await readVolumeHeader(join(root, scan.path));
  const reference = reorderGrid(header, orderOf(header));
  if (targetSpacingMm === null) return { reference, average: null, interpolation, grid: reference };
  const average = planBoxAverage(reference, targetSpacingMm);
  return { reference, average, interpolation, grid: average.grid };
}

function orderOf({ affine, orientation }: ScanHeader) {
  return orientation === unknownOrientation ? axisOrderOfLetters(orientation) : axisOrderOf(affine);
}

/** @returns on the target's grid, x fastest, in an array of its own; `interpolated`: the scan was on another grid than most */
export function bringOnto(target: Target, volume: Volume): { values: Float32Array; interpolated: boolean } {
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
