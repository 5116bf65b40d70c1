/** Where a scan is opened: in the middle of what there is to see, which is seldom the middle of the grid. */
import { displayWindow } from './display-window.ts';
import { voxelCount, type Triple } from './volume.ts';

interface Values {
  shape: readonly [number, number, number];
  /** x fastest; what is no number is background. */
  values: Float32Array;
}

/**
 * The voxel of the largest connected part (over faces) that lies nearest to its centre of mass. What counts is what is
 * not 0 where at least half of the grid is 0 (a lesion map, a masked brain), and otherwise what is brighter than the
 * middle of the display window (a head in air that is never quite black). Where nothing counts: the middle of the grid.
 */
export function startVoxel({ shape, values }: Values): Triple {
  const largest = largestPart(foreground(values), shape);
  if (largest.length === 0) return [Math.floor(shape[0] / 2), Math.floor(shape[1] / 2), Math.floor(shape[2] / 2)];
  const centre: Triple = [0, 0, 0];
  for (const index of largest) {
    const voxel = voxelOf(index, shape);
    for (const axis of [0, 1, 2] as const) centre[axis] += voxel[axis] / largest.length;
  }
  let nearest: Triple = centre;
  let least = Infinity;
  for (const index of largest) {
    const voxel = voxelOf(index, shape);
    const distance = (voxel[0] - centre[0]) ** 2 + (voxel[1] - centre[1]) ** 2 + (voxel[2] - centre[2]) ** 2;
    if (distance < least) [nearest, least] = [voxel, distance];
  }
  return nearest;
}

function voxelOf(index: number, shape: readonly [number, number, number]): Triple {
  const row = Math.floor(index / shape[0]);
  return [index % shape[0], row % shape[1], Math.floor(row / shape[1])];
}

/** 1 where a voxel counts. */
function foreground(values: Float32Array): Uint8Array {
  let filled = 0;
  for (let index = 0; index < values.length; index++) if (values[index] !== 0) filled++;
  const mask = new Uint8Array(values.length);
  const sparse = 2 * filled <= values.length;
  const { minimum, maximum } = displayWindow(values);
  const middle = (minimum + maximum) / 2;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] as number;
    if (sparse ? value !== 0 && Number.isFinite(value) : value > middle) mask[index] = 1;
  }
  return mask;
}

/** Indices of the voxels of the largest part that hangs together by faces. The mask is used up. */
function largestPart(mask: Uint8Array, shape: readonly [number, number, number]): Int32Array {
  const [nx, ny] = shape;
  const plane = nx * ny;
  const queue = new Int32Array(voxelCount(shape));
  let largest = new Int32Array(0);
  for (let seed = 0; seed < mask.length; seed++) {
    if (mask[seed] === 0) continue;
    let [head, tail] = [0, 0];
    const take = (index: number): void => {
      if (mask[index] !== 1) return;
      mask[index] = 0;
      queue[tail++] = index;
    };
    take(seed);
    while (head < tail) {
      const index = queue[head++] as number;
      const x = index % nx;
      const y = Math.floor(index / nx) % ny;
      if (x > 0) take(index - 1);
      if (x < nx - 1) take(index + 1);
      if (y > 0) take(index - nx);
      if (y < ny - 1) take(index + nx);
      if (index >= plane) take(index - plane);
      if (index + plane < mask.length) take(index + plane);
    }
    if (tail > largest.length) largest = queue.slice(0, tail);
  }
  return largest;
}
