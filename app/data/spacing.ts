/** A sensible edge of the voxels that scans are averaged to before training. */

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
