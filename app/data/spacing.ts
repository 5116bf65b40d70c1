/** A sensible edge of the voxels that scans are averaged to before training. */
import type { Study } from '#app/study/study.ts';
import { referenceScan } from './reference-scan.ts';

/** Grids of at most so many voxels along their longest edge are small enough as they are. */
const smallGrid = 40;
/** Wanted along the longest edge. */
const wantedVoxels = 36;

/**
 * @param shape voxels along each axis
 * @param spacingMm edges of a voxel
 * @returns edge in millimetres of cubic voxels that leave about 36 along the longest edge, a round number; null for a
 * grid that is small already
 */
export function proposeSpacing(
  shape: readonly [number, number, number],
  spacingMm: readonly [number, number, number],
): number | null {
  if (Math.max(...shape) <= smallGrid) return null;
  const longestMm = Math.max(...shape.map((voxels, axis) => voxels * (spacingMm[axis] ?? 1)));
  const exact = longestMm / wantedVoxels;
  const step = exact >= 2 ? 0.5 : exact >= 0.5 ? 0.1 : 0.01;
  const round = Number((Math.round(exact / step) * step).toFixed(2));
  return Math.max(round, Number(Math.min(...spacingMm).toPrecision(3)));
}

/** The spacing proposed for a study: that of the grid most of its scans share; null for tables and small grids. */
export function studySpacing({ kind, subjects }: Pick<Study, 'kind' | 'subjects'>): number | null {
  const scans = subjects.flatMap(({ scan, excluded }) => (scan === null || excluded !== null ? [] : [scan]));
  const reference = kind === 'volumes' ? referenceScan(scans) : null;
  return reference === null ? null : proposeSpacing(reference.shape, reference.spacingMm);
}
