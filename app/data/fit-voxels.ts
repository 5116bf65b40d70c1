/** Fewer, larger voxels where a scan has more than a window can hold. */
import { multiplyAffines, spacingOf } from './affine.ts';
import { averageAxis, boxAverage, type BoxAverage } from './box-average.ts';
import type { AxisOrder } from './orientation.ts';
import { voxelCount, type Grid, type Triple } from './volume.ts';

/** Edge of the largest 3-D texture that graphics cards of today take. */
const mostAlongEdge = 2048;
const asItIs: AxisOrder = { axes: [0, 1, 2], flipped: [false, false, false] };

/**
 * How many old voxels go into a new one along each axis so that `frames` volumes have at most `mostVoxels` voxels in all:
 * the axis with the smallest voxels is halved first. [1, 1, 1]: they fit as they are.
 */
export function fittingFactors(grid: Grid, frames: number, mostVoxels: number): Triple {
  const factors: Triple = [1, 1, 1];
  const spacing = spacingOf(grid.affine);
  const shape = (): Triple => reducedShape(grid.shape, factors);
  for (const axis of [0, 1, 2] as const) factors[axis] = Math.ceil(grid.shape[axis] / mostAlongEdge);
  while (voxelCount(shape()) * frames > mostVoxels) {
    const axes = ([0, 1, 2] as const).filter((axis) => shape()[axis] > 1);
    if (axes.length === 0) break;
    const finest = axes.reduce((a, b) => (spacing[b] * factors[b] < spacing[a] * factors[a] ? b : a));
    factors[finest] += 1;
  }
  return factors;
}

export function reducedShape(shape: readonly [number, number, number], factors: Triple): Triple {
  const along = (axis: 0 | 1 | 2): number => averageAxis(shape[axis], 1, factors[axis]).to;
  return [along(0), along(1), along(2)];
}

/** The averaging by these factors; the new voxels lie centred over the old grid. */
export function planReduction(grid: Grid, factors: Triple): BoxAverage {
  const [x, y, z] = [0, 1, 2].map((axis) => averageAxis(grid.shape[axis] ?? 1, 1, factors[axis] ?? 1));
  if (x === undefined || y === undefined || z === undefined) throw new RangeError('A grid has three axes.');
  const centre = ({ start, factor }: { start: number; factor: number }): number => start + factor / 2 - 0.5;
  const toOld = [x.factor, 0, 0, centre(x), 0, y.factor, 0, centre(y), 0, 0, z.factor, centre(z), 0, 0, 0, 1];
  return {
    axes: [x, y, z],
    grid: { shape: [x.to, y.to, z.to], affine: multiplyAffines(grid.affine, toOld) },
  };
}

/** Mean of the old voxels in each new one. */
export function reduceByMean(values: Float32Array, shape: Triple, plan: BoxAverage): Float32Array {
  return boxAverage(values, shape, asItIs, plan);
}

/** The old voxel in the middle of each new one: labels have no mean. */
export function reduceByPick(values: Float32Array, shape: Triple, { axes, grid }: BoxAverage): Float32Array {
  const picked = new Float32Array(voxelCount(grid.shape));
  const middle = (axis: 0 | 1 | 2, n: number): number =>
    Math.min(shape[axis] - 1, Math.max(0, Math.floor(axes[axis].start + axes[axis].factor * (n + 0.5))));
  let target = 0;
  for (let z = 0; z < grid.shape[2]; z++) {
    for (let y = 0; y < grid.shape[1]; y++) {
      const row = shape[0] * (middle(1, y) + shape[1] * middle(2, z));
      for (let x = 0; x < grid.shape[0]; x++) picked[target++] = values[row + middle(0, x)] as number;
    }
  }
  return picked;
}
