/** Which way the axes of a grid run through the body, and how to bring a grid into RAS order without interpolation. */
import { multiplyAffines, spacingOf } from './affine.ts';
import { voxelCount, type Grid, type Triple } from './volume.ts';

/** What a header that places nothing is given. */
export const unknownOrientation = '???';

const positive = ['R', 'A', 'S'] as const;
const negative = ['L', 'P', 'I'] as const;

export interface AxisOrder {
  /** For each of right, anterior, superior: the axis (0, 1, 2) of the file that runs along it. */
  axes: Triple;
  /** For each of right, anterior, superior: whether that axis runs the other way (to left, posterior, inferior). */
  flipped: [boolean, boolean, boolean];
}

/**
 * The axes of a grid matched to right, anterior, superior so that together they are closest: of the six ways, the one
 * with the largest sum of direction cosines (the same as nibabel's for every grid rotated by less than 45 degrees).
 */
export function axisOrderOf(affine: readonly number[]): AxisOrder {
  const spacing = spacingOf(affine);
  const cosine = (world: number, axis: number): number => (affine[world * 4 + axis] ?? 0) / (spacing[axis] || 1);
  const orders: Triple[] = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ];
  let axes: Triple = [0, 1, 2];
  let best = -1;
  for (const order of orders) {
    const sum = order.reduce((total, axis, world) => total + Math.abs(cosine(world, axis)), 0);
    if (sum > best + 1e-9) [axes, best] = [order, sum];
  }
  return { axes, flipped: [cosine(0, axes[0]) < 0, cosine(1, axes[1]) < 0, cosine(2, axes[2]) < 0] };
}

/** Letters of the directions in which i, j, k increase: 'RAS', 'LPI', 'PSR', … */
export function orientationOf(affine: readonly number[]): string {
  const { axes, flipped } = axisOrderOf(affine);
  const letters = ['?', '?', '?'];
  axes.forEach((axis, world) => {
    letters[axis] = (flipped[world] ? negative[world] : positive[world]) ?? '?';
  });
  return letters.join('');
}

/** The order that three letters stand for; '???' (not known) leaves the axes as they are. */
export function axisOrderOfLetters(letters: string): AxisOrder {
  const axes: Triple = [0, 1, 2];
  const flipped: [boolean, boolean, boolean] = [false, false, false];
  for (let world = 0; world < 3; world++) {
    const axis = Math.max(letters.indexOf(positive[world] ?? ''), letters.indexOf(negative[world] ?? ''));
    if (axis === -1) continue;
    axes[world] = axis;
    flipped[world] = letters[axis] === negative[world];
  }
  return { axes, flipped };
}

/** Three numbers that belong to i, j, k, in RAS order. */
export function reorderTriple(triple: readonly [number, number, number], order: AxisOrder): Triple {
  return [triple[order.axes[0]] ?? 0, triple[order.axes[1]] ?? 0, triple[order.axes[2]] ?? 0];
}

/** The grid in RAS order: the same voxels at the same places. */
export function reorderGrid(grid: Grid, order: AxisOrder): Grid {
  const shape = reorderTriple(grid.shape, order);
  // New voxel indices to the old ones; a flipped axis counts from its other end.
  const toOld = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];
  order.axes.forEach((axis, world) => {
    toOld[axis * 4 + world] = order.flipped[world] ? -1 : 1;
    toOld[axis * 4 + 3] = order.flipped[world] ? (shape[world] ?? 1) - 1 : 0;
  });
  return { shape, affine: multiplyAffines(grid.affine, toOld) };
}

/** Where RAS-ordered voxels lie in the file's order: index = origin + x step[0] + y step[1] + z step[2]. */
export function rasStrides(
  shape: readonly [number, number, number],
  order: AxisOrder,
): { origin: number; step: Triple } {
  const strides: Triple = [1, shape[0], shape[0] * shape[1]];
  const step: Triple = [0, 0, 0];
  let origin = 0;
  order.axes.forEach((axis, world) => {
    const stride = strides[axis] ?? 0;
    step[world] = order.flipped[world] ? -stride : stride;
    if (order.flipped[world]) origin += stride * ((shape[axis] ?? 1) - 1);
  });
  return { origin, step };
}

/** Voxels in RAS order, x fastest. Returns the given array when it is in that order already. */
export function reorderValues(
  values: Float32Array,
  shape: readonly [number, number, number],
  order: AxisOrder,
): Float32Array {
  const { origin, step } = rasStrides(shape, order);
  if (origin === 0 && step[0] === 1 && step[1] === shape[0]) return values;
  const [nx, ny, nz] = reorderTriple(shape, order);
  const reordered = new Float32Array(voxelCount(shape));
  let target = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let source = origin + y * step[1] + z * step[2];
      for (let x = 0; x < nx; x++, source += step[0]) reordered[target++] = values[source] ?? 0;
    }
  }
  return reordered;
}
