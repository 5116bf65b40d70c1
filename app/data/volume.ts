/** Value types of scans. Axes i, j, k are the file's own until a volume is brought into RAS order. */
import type { Problem } from '#app/study/study.ts';

export type Triple = [number, number, number];

/** Something about a scan that a person should know; errors are thrown instead. */
export type ScanProblem = Pick<Problem, 'code' | 'severity' | 'field' | 'found' | 'expected' | 'message'>;

export interface ScanHeader {
  /** Voxels along i, j, k. */
  shape: Triple;
  /** Edge lengths of a voxel along i, j, k in millimetres. */
  spacingMm: Triple;
  /** Anatomical direction of increasing i, j, k: 'RAS', 'LPI', …; '???' where the header does not say. */
  orientation: string;
  /** As stored: 'uint8', 'int16', 'float32', … */
  dataType: string;
  /** 4 x 4, row by row: voxel indices (i, j, k, 1) to millimetres, RAS+. */
  affine: number[];
  problems: ScanProblem[];
}

export interface Volume extends ScanHeader {
  /** [i x j x k], i fastest, slope and intercept applied. */
  values: Float32Array;
}

/** A regular grid of voxels in space. */
export interface Grid {
  shape: Triple;
  affine: number[];
}

/** Voxels of a grid. */
export function voxelCount(shape: readonly [number, number, number]): number {
  return shape[0] * shape[1] * shape[2];
}
