/** Bringing a scan onto another grid through millimetres, by trilinear interpolation. */
import { invertAffine, largestDisplacement, multiplyAffines, spacingOf } from './affine.ts';
import { voxelCount, type Grid, type Triple } from './volume.ts';

/** Two grids are the same when no voxel lies further apart than this part of a voxel's shortest edge. */
const tolerance = 0.1;

export function sameGrid(a: Grid, b: Grid): boolean {
  return (
    a.shape.every((voxels, axis) => voxels === b.shape[axis]) &&
    largestDisplacement(a.affine, b.affine, a.shape) <= tolerance * Math.min(...spacingOf(a.affine))
  );
}

/**
 * @param values of the grid `from`, i fastest
 * @returns values at the centres of the voxels of `to`, x fastest; 0 outside `from` and where there is no number
 */
export function interpolate(values: Float32Array, from: Grid, to: Grid): Float32Array {
  const map = multiplyAffines(invertAffine(from.affine), to.affine);
  const m = (row: number, column: number): number => map[row * 4 + column] ?? 0;
  const [si, sj, sk] = [m(0, 0), m(1, 0), m(2, 0)];
  const [ni, nj, nk] = from.shape;
  const [nx, ny, nz] = to.shape;
  const result = new Float32Array(voxelCount(to.shape));
  let target = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let i = m(0, 1) * y + m(0, 2) * z + m(0, 3);
      let j = m(1, 1) * y + m(1, 2) * z + m(1, 3);
      let k = m(2, 1) * y + m(2, 2) * z + m(2, 3);
      for (let x = 0; x < nx; x++, target++, i += si, j += sj, k += sk) {
        if (i <= -1 || j <= -1 || k <= -1 || i >= ni || j >= nj || k >= nk) continue;
        const inside = i >= 0 && j >= 0 && k >= 0 && i < ni - 1 && j < nj - 1 && k < nk - 1;
        const value = inside ? amongEight(values, ni, nj, i, j, k) : NaN;
        // At the edges, and beside a voxel without a number, each neighbour is looked at by itself.
        result[target] = value - value === 0 ? value : amongPresent(values, from.shape, i, j, k);
      }
    }
  }
  return result;
}

/** Hot: all eight neighbours are inside. */
function amongEight(values: Float32Array, ni: number, nj: number, i: number, j: number, k: number): number {
  const [i0, j0, k0] = [Math.floor(i), Math.floor(j), Math.floor(k)];
  const [u, v, w] = [i - i0, j - j0, k - k0];
  const a = i0 + ni * (j0 + nj * k0);
  const b = a + ni;
  const c = a + ni * nj;
  const d = c + ni;
  const near =
    (1 - v) * ((1 - u) * (values[a] as number) + u * (values[a + 1] as number)) +
    v * ((1 - u) * (values[b] as number) + u * (values[b + 1] as number));
  const far =
    (1 - v) * ((1 - u) * (values[c] as number) + u * (values[c + 1] as number)) +
    v * ((1 - u) * (values[d] as number) + u * (values[d + 1] as number));
  return (1 - w) * near + w * far;
}

/** Neighbours outside and without a number count as 0. */
function amongPresent(values: Float32Array, [ni, nj, nk]: Triple, i: number, j: number, k: number): number {
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const ci = Math.floor(i) + (corner & 1);
    const cj = Math.floor(j) + ((corner >> 1) & 1);
    const ck = Math.floor(k) + (corner >> 2);
    if (ci < 0 || cj < 0 || ck < 0 || ci >= ni || cj >= nj || ck >= nk) continue;
    const value = values[ci + ni * (cj + nj * ck)] as number;
    if (value - value !== 0) continue;
    sum += value * (1 - Math.abs(i - ci)) * (1 - Math.abs(j - cj)) * (1 - Math.abs(k - ck));
  }
  return sum;
}
