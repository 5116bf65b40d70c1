/** Averaging of a grid to larger voxels: every voxel counts by the part of it that lies in the new one. */
import { multiplyAffines, spacingOf } from './affine.ts';
import { rasStrides, reorderTriple, type AxisOrder } from './orientation.ts';
import { voxelCount, type Grid, type Triple } from './volume.ts';

/** How one axis is averaged. */
export interface AxisAverage {
  /** Old voxels. */
  from: number;
  /** New voxels. */
  to: number;
  /** Edge of a new voxel in old ones. */
  factor: number;
  /** Where the first new voxel starts, in old voxels from the edge of the first; negative: before it. */
  start: number;
}

/** A rest of at most a quarter of a new voxel is not given a voxel of its own (an eighth at either end). */
const negligibleRest = 0.25;

/** The new voxels lie centred over the old grid. */
export function averageAxis(voxels: number, spacingMm: number, targetSpacingMm: number): AxisAverage {
  const factor = targetSpacingMm / spacingMm;
  const to = Math.max(1, Math.ceil(voxels / factor - negligibleRest));
  return { from: voxels, to, factor, start: (voxels - to * factor) / 2 };
}

export interface BoxAverage {
  axes: readonly [AxisAverage, AxisAverage, AxisAverage];
  /** The new grid, in RAS order. */
  grid: Grid;
}

/** @param grid in RAS order */
export function planBoxAverage(grid: Grid, targetSpacingMm: number): BoxAverage {
  const spacing = spacingOf(grid.affine);
  const [x, y, z] = [0, 1, 2].map((axis) => averageAxis(grid.shape[axis] ?? 1, spacing[axis] ?? 1, targetSpacingMm));
  if (x === undefined || y === undefined || z === undefined) throw new RangeError('A grid has three axes.');
  // Centre of new voxel n: old index start + factor (n + 1/2) - 1/2.
  const centre = ({ start, factor }: AxisAverage): number => start + factor / 2 - 0.5;
  const toOld = [x.factor, 0, 0, centre(x), 0, y.factor, 0, centre(y), 0, 0, z.factor, centre(z), 0, 0, 0, 1];
  return {
    axes: [x, y, z],
    grid: { shape: [x.to, y.to, z.to], affine: multiplyAffines(grid.affine, toOld) },
  };
}

interface Weights {
  /** First old voxel that each new one covers. */
  first: Int32Array;
  /** Offsets into `weights` [to + 1]. */
  offset: Int32Array;
  /** Parts of the covered old voxels; they sum to 1 for each new one. */
  weights: Float64Array;
}

function weightsOf({ from, to, factor, start }: AxisAverage): Weights {
  const first = new Int32Array(to);
  const offset = new Int32Array(to + 1);
  const weights: number[] = [];
  for (let n = 0; n < to; n++) {
    const low = Math.max(0, start + n * factor);
    const high = Math.min(from, start + (n + 1) * factor);
    const firstVoxel = Math.min(from - 1, Math.floor(low + 1e-9));
    const end = Math.max(firstVoxel + 1, Math.ceil(high - 1e-9));
    first[n] = firstVoxel;
    for (let voxel = firstVoxel; voxel < end; voxel++) {
      weights.push((Math.min(high, voxel + 1) - Math.max(low, voxel)) / (high - low));
    }
    offset[n + 1] = weights.length;
  }
  return { first, offset, weights: Float64Array.from(weights) };
}

/**
 * Mean over each new voxel; what is no number counts as 0.
 * @param values in the file's order, i fastest
 * @param shape of the file
 * @param order brings the file's axes into RAS order
 * @returns values of `average.grid`, x fastest
 */
export function boxAverage(
  values: Float32Array,
  shape: readonly [number, number, number],
  order: AxisOrder,
  { axes, grid }: BoxAverage,
): Float32Array {
  const [x, y, z] = [weightsOf(axes[0]), weightsOf(axes[1]), weightsOf(axes[2])];
  const [nx, ny, nz] = grid.shape;
  const { origin, step } = rasStrides(shape, order);
  const [, oldY, oldZ] = reorderTriple(shape, order);
  const rows = new Float64Array(nx * oldY);
  const plane = new Float64Array(nx * ny);
  const sums = new Float64Array(voxelCount(grid.shape));
  // A plane of the old grid may lie in two new ones: the first and the last that cover it.
  const coverage = planesCovering(z, nz, oldZ);
  for (let k = 0; k < oldZ; k++) {
    const covering = coverage[k] ?? [];
    if (covering.length === 0) continue;
    for (let j = 0; j < oldY; j++) averageRow(values, origin + j * step[1] + k * step[2], step[0], x, rows, j * nx);
    averageColumns(rows, nx, y, plane);
    for (const { index, weight } of covering) {
      const base = index * plane.length;
      for (let p = 0; p < plane.length; p++) sums[base + p] = (sums[base + p] ?? 0) + weight * (plane[p] ?? 0);
    }
  }
  return Float32Array.from(sums);
}

function planesCovering(z: Weights, nz: number, oldZ: number): { index: number; weight: number }[][] {
  const coverage: { index: number; weight: number }[][] = Array.from({ length: oldZ }, () => []);
  for (let index = 0; index < nz; index++) {
    const [from, to] = [z.offset[index] ?? 0, z.offset[index + 1] ?? 0];
    for (let w = from; w < to; w++) {
      const weight = z.weights[w] ?? 0;
      if (weight > 0) coverage[(z.first[index] ?? 0) + w - from]?.push({ index, weight });
    }
  }
  return coverage;
}

/** Hot: one pass over every voxel of a scan. */
function averageRow(
  values: Float32Array,
  from: number,
  step: number,
  x: Weights,
  rows: Float64Array,
  to: number,
): void {
  const { first, offset, weights } = x;
  for (let n = 0; n < first.length; n++) {
    let source = from + (first[n] as number) * step;
    let sum = 0;
    const end = offset[n + 1] as number;
    for (let w = offset[n] as number; w < end; w++, source += step) {
      const value = values[source] as number;
      if (value - value === 0) sum += (weights[w] as number) * value;
    }
    rows[to + n] = sum;
  }
}

function averageColumns(rows: Float64Array, nx: number, y: Weights, plane: Float64Array): void {
  plane.fill(0);
  for (let n = 0; n < y.first.length; n++) {
    const [from, to] = [y.offset[n] as number, y.offset[n + 1] as number];
    for (let w = from; w < to; w++) {
      const weight = y.weights[w] as number;
      const row = ((y.first[n] as number) + w - from) * nx;
      for (let p = 0; p < nx; p++)
        plane[n * nx + p] = (plane[n * nx + p] as number) + weight * (rows[row + p] as number);
    }
  }
}

/** The shape that scans come out with, from what a study knows of them. */
export function averagedShape(
  shape: readonly [number, number, number],
  spacingMm: readonly [number, number, number],
  order: AxisOrder,
  targetSpacingMm: number | null,
): Triple {
  const ras = reorderTriple(shape, order);
  if (targetSpacingMm === null) return ras;
  const spacing = reorderTriple(spacingMm, order);
  const along = (axis: 0 | 1 | 2): number => averageAxis(ras[axis], spacing[axis], targetSpacingMm).to;
  return [along(0), along(1), along(2)];
}
