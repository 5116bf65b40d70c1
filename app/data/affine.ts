/** Affine maps between voxel indices and millimetres: 4 x 4 matrices, row by row, last row 0 0 0 1. */
import type { Triple } from './volume.ts';

/** Element of a matrix; its absence is a fault. */
function at(affine: readonly number[], row: number, column: number): number {
  const value = affine[row * 4 + column];
  if (value === undefined) throw new RangeError(`An affine has 16 elements, not ${affine.length}.`);
  return value;
}

/** The point (x, y, z) that voxel (i, j, k) is mapped to. */
export function applyAffine(affine: readonly number[], point: readonly [number, number, number]): Triple {
  const row = (r: number): number =>
    at(affine, r, 0) * point[0] + at(affine, r, 1) * point[1] + at(affine, r, 2) * point[2] + at(affine, r, 3);
  return [row(0), row(1), row(2)];
}

/** a after b: the matrix product a b. */
export function multiplyAffines(a: readonly number[], b: readonly number[]): number[] {
  const product: number[] = [];
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      let sum = 0;
      for (let k = 0; k < 4; k++) sum += at(a, row, k) * at(b, k, column);
      product.push(sum);
    }
  }
  return product;
}

/** Determinant of the 3 x 3 part: the signed volume of a voxel; negative for a left-handed grid. */
export function determinant(affine: readonly number[]): number {
  return (
    at(affine, 0, 0) * (at(affine, 1, 1) * at(affine, 2, 2) - at(affine, 1, 2) * at(affine, 2, 1)) -
    at(affine, 0, 1) * (at(affine, 1, 0) * at(affine, 2, 2) - at(affine, 1, 2) * at(affine, 2, 0)) +
    at(affine, 0, 2) * (at(affine, 1, 0) * at(affine, 2, 1) - at(affine, 1, 1) * at(affine, 2, 0))
  );
}

/** @throws RangeError when the matrix has no inverse */
export function invertAffine(affine: readonly number[]): number[] {
  const scale = determinant(affine);
  if (!Number.isFinite(scale) || scale === 0) throw new RangeError('An affine without volume has no inverse.');
  const linear: number[][] = [];
  for (let row = 0; row < 3; row++) {
    const [r1, r2] = [(row + 1) % 3, (row + 2) % 3];
    linear.push(
      [0, 1, 2].map((column) => {
        const [c1, c2] = [(column + 1) % 3, (column + 2) % 3];
        // Cyclic minors carry their sign; the adjugate is their transpose.
        return (at(affine, c1, r1) * at(affine, c2, r2) - at(affine, c1, r2) * at(affine, c2, r1)) / scale;
      }),
    );
  }
  const inverse: number[] = [];
  for (const [a = 0, b = 0, c = 0] of linear) {
    inverse.push(a, b, c, -(a * at(affine, 0, 3) + b * at(affine, 1, 3) + c * at(affine, 2, 3)));
  }
  return [...inverse, 0, 0, 0, 1];
}

/** Edge lengths of a voxel: norms of the matrix's columns. */
export function spacingOf(affine: readonly number[]): Triple {
  const norm = (column: number): number =>
    Math.hypot(at(affine, 0, column), at(affine, 1, column), at(affine, 2, column));
  return [norm(0), norm(1), norm(2)];
}

/** Edges of voxels in any unit of length: outside of these a header is damaged. */
const [leastEdge, mostEdge] = [1e-6, 1e6];

/** True when every element is finite and the voxels have edges that can be meant, and a volume that is not lost in rounding. */
export function isUsableAffine(affine: readonly number[]): boolean {
  if (affine.length !== 16 || !affine.every(Number.isFinite)) return false;
  const [x, y, z] = spacingOf(affine);
  if (![x, y, z].every(isUsableEdge)) return false;
  return Math.abs(determinant(affine)) > 1e-4 * x * y * z;
}

export function isUsableEdge(length: number): boolean {
  return length >= leastEdge && length <= mostEdge;
}

/** Voxels scaled by `spacingMm`, the first at the origin: what is left when a header places nothing. */
export function scalingAffine(spacingMm: readonly [number, number, number]): number[] {
  return [spacingMm[0], 0, 0, 0, 0, spacingMm[1], 0, 0, 0, 0, spacingMm[2], 0, 0, 0, 0, 1];
}

/** Millimetres of an affine multiplied by a factor (header in metres or microns). */
export function scaleMillimetres(affine: readonly number[], factor: number): number[] {
  return affine.map((element, index) => (index < 12 ? element * factor : element));
}

/** How far apart, at most, two affines place the same voxel of a grid, in millimetres (it is at a corner). */
export function largestDisplacement(
  a: readonly number[],
  b: readonly number[],
  shape: readonly [number, number, number],
): number {
  let largest = 0;
  for (let corner = 0; corner < 8; corner++) {
    const voxel: Triple = [corner & 1 ? shape[0] - 1 : 0, corner & 2 ? shape[1] - 1 : 0, corner & 4 ? shape[2] - 1 : 0];
    const [p, q] = [applyAffine(a, voxel), applyAffine(b, voxel)];
    largest = Math.max(largest, Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]));
  }
  return largest;
}

/** The three rows of an affine, for a person to compare: '[-2 0 0 90; 0 2 0 -126; 0 0 2 -72]'. */
export function affineText(affine: readonly number[]): string {
  const rows = [0, 4, 8].map((start) =>
    affine
      .slice(start, start + 4)
      .map((element) => String(Number(element.toPrecision(4)) + 0))
      .join(' '),
  );
  return `[${rows.join('; ')}]`;
}
