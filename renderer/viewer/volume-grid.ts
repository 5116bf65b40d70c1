/** Voxels, fractions and millimetres of a volume in RAS order, and the values there. */
import { applyAffine, invertAffine } from '#app/data/affine.ts';
import type { Triple } from './tile-geometry.ts';

export interface ShownGrid {
  shape: Readonly<Triple>;
  /** 4 x 4, row by row. */
  affine: readonly number[];
}

/** The voxel that a place in millimetres is nearest to, which may lie outside of the grid. */
export function nearestVoxel({ affine }: ShownGrid, mm: Readonly<Triple>): Triple {
  const [x, y, z] = applyAffine(invertAffine(affine), mm);
  return [Math.round(x), Math.round(y), Math.round(z)];
}

export function isInside({ shape }: ShownGrid, voxel: Readonly<Triple>): boolean {
  return voxel.every((each, axis) => each >= 0 && each < (shape[axis] ?? 0));
}

export function broughtInside({ shape }: ShownGrid, voxel: Readonly<Triple>): Triple {
  const along = (axis: 0 | 1 | 2): number => Math.min(shape[axis] - 1, Math.max(0, voxel[axis]));
  return [along(0), along(1), along(2)];
}

export function millimetresOf({ affine }: ShownGrid, voxel: Readonly<Triple>): Triple {
  return applyAffine(affine, voxel);
}

/** Of the middle of a voxel, as tile-geometry counts. */
export function fractionOf({ shape }: ShownGrid, voxel: Readonly<Triple>): Triple {
  const along = (axis: 0 | 1 | 2): number => (voxel[axis] + 0.5) / shape[axis];
  return [along(0), along(1), along(2)];
}

export function voxelOfFraction(grid: ShownGrid, place: Readonly<Triple>): Triple {
  const along = (axis: 0 | 1 | 2): number => Math.floor(place[axis] * grid.shape[axis]);
  return broughtInside(grid, [along(0), along(1), along(2)]);
}

/** Place of a voxel among the values of one volume; -1 outside of the grid. */
export function voxelIndex(grid: ShownGrid, [x, y, z]: Readonly<Triple>): number {
  return isInside(grid, [x, y, z]) ? x + grid.shape[0] * (y + grid.shape[1] * z) : -1;
}

/**
 * The values of one voxel over the volumes of a series.
 * @param values [frames x z x y x x]
 */
export function courseAt(
  grid: ShownGrid,
  values: ArrayLike<number>,
  frames: number,
  voxel: Readonly<Triple>,
): Float64Array {
  const index = voxelIndex(grid, voxel);
  const count = grid.shape[0] * grid.shape[1] * grid.shape[2];
  return Float64Array.from({ length: frames }, (_, frame) =>
    index < 0 ? NaN : (values[frame * count + index] ?? NaN),
  );
}
