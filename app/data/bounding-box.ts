/** The smallest box that holds every voxel of any scan that is not zero. */
import type { Triple } from './volume.ts';

export interface Box {
  /** First voxel along x, y, z. */
  from: Triple;
  /** Last voxel, included. */
  to: Triple;
}

/**
 * Widens a box until it holds every voxel of a scan that is not zero.
 * @param box null: nothing was found yet
 * @param threshold voxels up to it are background; null: those that are zero
 */
export function extendBox(
  box: Box | null,
  values: Float32Array,
  shape: readonly [number, number, number],
  threshold: number | null = null,
): Box | null {
  const [nx, ny, nz] = shape;
  const from: Triple = box === null ? [nx, ny, nz] : [...box.from];
  const to: Triple = box === null ? [-1, -1, -1] : [...box.to];
  let index = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++) {
        const value = values[index++] as number;
        if (threshold === null ? value === 0 : value <= threshold) continue;
        if (x < from[0]) from[0] = x;
        if (x > to[0]) to[0] = x;
        if (y < from[1]) from[1] = y;
        if (y > to[1]) to[1] = y;
        if (z < from[2]) from[2] = z;
        if (z > to[2]) to[2] = z;
      }
    }
  }
  return to[0] < 0 ? null : { from, to };
}

/** Widens a box about its middle to at least `smallest` voxels along each edge, as far as the grid goes. */
export function widenBox(box: Box, shape: readonly [number, number, number], smallest: number): Box {
  const from: Triple = [...box.from];
  const to: Triple = [...box.to];
  for (const axis of [0, 1, 2] as const) {
    const wanted = Math.min(smallest, shape[axis]);
    const missing = wanted - (to[axis] - from[axis] + 1);
    if (missing <= 0) continue;
    from[axis] = Math.min(shape[axis] - wanted, Math.max(0, from[axis] - Math.floor(missing / 2)));
    to[axis] = from[axis] + wanted - 1;
  }
  return { from, to };
}

export function boxShape({ from, to }: Box): Triple {
  return [to[0] - from[0] + 1, to[1] - from[1] + 1, to[2] - from[2] + 1];
}

/**
 * Copies the box of a scan (x fastest) to where a network wants it: [x, y, z], z fastest.
 * @param target filled from `offset` on
 */
export function copyBox(
  values: Float32Array,
  shape: readonly [number, number, number],
  { from, to }: Box,
  target: Float32Array,
  offset: number,
): void {
  const [nx, ny] = shape;
  let index = offset;
  for (let x = from[0]; x <= to[0]; x++) {
    for (let y = from[1]; y <= to[1]; y++) {
      for (let z = from[2]; z <= to[2]; z++) target[index++] = values[x + nx * (y + ny * z)] ?? 0;
    }
  }
}
