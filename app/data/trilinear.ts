/** Bringing a scan onto another grid through millimetres, by trilinear interpolation. */
import { invertAffine, largestDisplacement, multiplyAffines, spacingOf } from './affine.ts';
import { voxelCount, type Grid } from './volume.ts';

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
  const value = (i: number, j: number, k: number): number => {
    if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) return 0;
    const found = values[i + ni * (j + nj * k)] as number;
    return found - found === 0 ? found : 0;
  };
  let target = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      let i = m(0, 1) * y + m(0, 2) * z + m(0, 3);
      let j = m(1, 1) * y + m(1, 2) * z + m(1, 3);
      let k = m(2, 1) * y + m(2, 2) * z + m(2, 3);
      for (let x = 0; x < nx; x++, target++, i += si, j += sj, k += sk) {
        if (i <= -1 || j <= -1 || k <= -1 || i >= ni || j >= nj || k >= nk) continue;
        const [i0, j0, k0] = [Math.floor(i), Math.floor(j), Math.floor(k)];
        const [u, v, w] = [i - i0, j - j0, k - k0];
        const along = (jj: number, kk: number): number =>
          (1 - u) * value(i0, jj, kk) + (u === 0 ? 0 : u * value(i0 + 1, jj, kk));
        const near = (1 - v) * along(j0, k0) + (v === 0 ? 0 : v * along(j0 + 1, k0));
        const far = w === 0 ? 0 : (1 - v) * along(j0, k0 + 1) + (v === 0 ? 0 : v * along(j0 + 1, k0 + 1));
        result[target] = (1 - w) * near + w * far;
      }
    }
  }
  return result;
}
