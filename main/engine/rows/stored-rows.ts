/** Prepared scans in one file, for cohorts that are larger than memory. */
import { boxShape, type Box } from '#app/data/bounding-box.ts';
import { voxelCount, type Triple } from '#app/data/volume.ts';

export const precisions = ['float32', 'float16'] as const;
export type Precision = (typeof precisions)[number];

/** How rows lie in a file: one after another, each the whole grid [x, y, z], z fastest, in the machine's byte order. */
export interface RowLayout {
  precision: Precision;
  /** Voxels of the grid. */
  shape: Triple;
}

export interface StoredRows extends RowLayout {
  /** Absolute. */
  path: string;
  /** What a network is fed of the grid. */
  box: Box;
  /** Of each row: the power of two that its numbers were divided by, so that they fit float16. */
  exponents: readonly number[];
  /** Of each row: hex SHA-256 of its bytes. */
  hashes: readonly string[];
  /** Of the box of each row: mean, and sum of squares about it. */
  moments: readonly Moments[];
}

export interface Moments {
  mean: number;
  squares: number;
}

export function bytesOfRow({ precision, shape }: RowLayout): number {
  return voxelCount(shape) * (precision === 'float16' ? 2 : 4);
}

/** Numbers of a row that a network is fed. */
export function widthOf({ box }: Pick<StoredRows, 'box'>): number {
  return voxelCount(boxShape(box));
}

/** The planes of a row that its box lies in: where they begin in the row, and how many bytes they have. */
export function planesOfBox({ precision, shape, box }: Omit<StoredRows, 'path' | 'exponents' | 'hashes' | 'moments'>): {
  first: number;
  bytes: number;
} {
  const plane = shape[1] * shape[2] * (precision === 'float16' ? 2 : 4);
  return { first: box.from[0] * plane, bytes: (box.to[0] - box.from[0] + 1) * plane };
}

/** Mean and population deviation over all numbers of some rows, from their moments (Chan, Golub and LeVeque 1983). */
export function pooledMoments(rows: readonly Moments[], width: number): { mean: number; deviation: number } {
  let [mean, squares, count] = [0, 0, 0];
  for (const row of rows) {
    const delta = row.mean - mean;
    const total = count + width;
    mean += (delta * width) / total;
    squares += row.squares + (delta ** 2 * count * width) / total;
    count = total;
  }
  const variance = count === 0 ? 0 : squares / count;
  // As of values in memory: rounding leaves constant large numbers with a tiny variance.
  return { mean, deviation: variance > (Math.abs(mean) * 1e-6) ** 2 ? Math.sqrt(variance) : 0 };
}
