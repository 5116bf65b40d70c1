/** Bringing a label image onto another grid through millimetres: each voxel takes the value of the one it lies in. */
import { invertAffine, multiplyAffines } from '#app/data/affine.ts';
import { voxelCount, type Grid } from '#app/data/volume.ts';

/**
 * @param values of the grid `from`, i fastest
 * @returns values at the centres of the voxels of `to`, x fastest; 0 outside `from` and where there is no number
 */
export function nearestNeighbour(values: Float32Array, from: Grid, to: Grid): Float32Array {
  const map = multiplyAffines(invertAffine(from.affine), to.affine);
  const m = (row: number, column: number): number => map[row * 4 + column] ?? 0;
  const [ni, nj, nk] = from.shape;
  const [nx, ny, nz] = to.shape;
  const result = new Float32Array(voxelCount(to.shape));
  let target = 0;
  for (let z = 0; z < nz; z++) {
    for (let y = 0; y < ny; y++) {
      for (let x = 0; x < nx; x++, target++) {
        const i = Math.floor(m(0, 0) * x + m(0, 1) * y + m(0, 2) * z + m(0, 3) + 0.5);
        const j = Math.floor(m(1, 0) * x + m(1, 1) * y + m(1, 2) * z + m(1, 3) + 0.5);
        const k = Math.floor(m(2, 0) * x + m(2, 1) * y + m(2, 2) * z + m(2, 3) + 0.5);
        if (i < 0 || j < 0 || k < 0 || i >= ni || j >= nj || k >= nk) continue;
        const value = values[i + ni * (j + nj * k)] as number;
        if (value - value === 0) result[target] = value;
      }
    }
  }
  return result;
}
