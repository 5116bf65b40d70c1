/** Numbers of a scan as bytes of a row, and back. */
import { boxShape, type Box } from '#app/data/bounding-box.ts';
import type { Triple } from '#app/data/volume.ts';
import type { Precision, RowLayout } from './stored-rows.ts';

/** Largest number that float16 holds, with room for rounding. */
const largestHalf = 65_000;

/** @param values on the grid, x fastest @returns the row z fastest, and the power of two that it was divided by */
export function encodeRow(
  values: Float32Array,
  { precision, shape }: RowLayout,
): { bytes: Uint8Array; exponent: number } {
  const exponent = precision === 'float16' ? exponentOf(values) : 0;
  const row = precision === 'float16' ? new Float16Array(values.length) : new Float32Array(values.length);
  const [nx, ny, nz] = shape;
  const factor = 2 ** -exponent;
  let index = 0;
  for (let x = 0; x < nx; x++) {
    for (let y = 0; y < ny; y++) {
      for (let z = 0; z < nz; z++) row[index++] = (values[x + nx * (y + ny * z)] as number) * factor;
    }
  }
  return { bytes: new Uint8Array(row.buffer), exponent };
}

function exponentOf(values: Float32Array): number {
  let largest = 0;
  for (const value of values) {
    if (value > largest) largest = value;
    else if (-value > largest) largest = -value;
  }
  return largest <= largestHalf ? 0 : Math.ceil(Math.log2(largest / largestHalf));
}

/**
 * @param planes those of a row that its box lies in
 * @param target filled from `offset` on with the box, [x, y, z], z fastest
 */
export function decodeBox(
  planes: Uint8Array<ArrayBuffer>,
  { precision, shape, box, exponent }: { precision: Precision; shape: Triple; box: Box; exponent: number },
  target: Float32Array,
  offset: number,
): void {
  const numbers =
    precision === 'float16'
      ? new Float16Array(planes.buffer, planes.byteOffset, planes.byteLength / 2)
      : new Float32Array(planes.buffer, planes.byteOffset, planes.byteLength / 4);
  const [, ny, nz] = shape;
  const [bx, by, bz] = boxShape(box);
  if (by === ny && bz === nz) target.set(numbers, offset);
  else {
    let index = offset;
    for (let x = 0; x < bx; x++) {
      for (let y = box.from[1]; y <= box.to[1]; y++, index += bz) {
        const first = (x * ny + y) * nz + box.from[2];
        target.set(numbers.subarray(first, first + bz), index);
      }
    }
  }
  if (exponent === 0) return;
  const factor = 2 ** exponent;
  for (let i = offset; i < offset + bx * by * bz; i++) target[i] = (target[i] as number) * factor;
}
