import { describe, expect, test } from 'vitest';
import { startVoxel } from '#app/data/start-voxel.ts';
import type { Triple } from '#app/data/volume.ts';

const shape: Triple = [20, 10, 8];

function filled(value: (x: number, y: number, z: number) => number): Float32Array {
  return Float32Array.from({ length: 20 * 10 * 8 }, (_, at) => {
    const row = Math.floor(at / 20);
    return value(at % 20, row % 10, Math.floor(row / 10));
  });
}

const within = (value: number, low: number, high: number): boolean => value >= low && value <= high;

describe('a scan is opened', () => {
  test('in the middle of its largest lesion, not between two of them', () => {
    const values = filled((x, y, z) =>
      (within(x, 14, 18) && within(y, 2, 6) && within(z, 3, 5)) || (x === 1 && y === 8) ? 1 : 0,
    );
    expect(startVoxel({ shape, values })).toEqual([16, 4, 4]);
  });

  test('on a voxel of the lesion where its centre of mass is beside it', () => {
    // A ring about (10, 5): its centre is hollow.
    const ring = filled((x, y, z) => (z === 2 && Math.max(Math.abs(x - 10), Math.abs(y - 5)) === 3 ? 2 : 0));
    const [x, y, z] = startVoxel({ shape, values: ring });
    expect(ring[x + 20 * (y + 10 * z)]).toBe(2);
  });

  test('in the head where the air around it is not quite black', () => {
    const head = filled((x, y, z) => ((x - 13) ** 2 + (y - 5) ** 2 + (z - 4) ** 2 <= 9 ? 100 : 1 + ((x + y) % 3)));
    expect(startVoxel({ shape, values: head })).toEqual([13, 5, 4]);
  });

  test('at a negative value where that is all there is', () => {
    const values = filled((x, y, z) => (x === 3 && y === 3 && z === 3 ? -4 : 0));
    expect(startVoxel({ shape, values })).toEqual([3, 3, 3]);
  });

  test('in the middle of the grid where there is nothing to see', () => {
    expect(startVoxel({ shape, values: filled(() => 0) })).toEqual([10, 5, 4]);
    expect(startVoxel({ shape, values: filled(() => NaN) })).toEqual([10, 5, 4]);
  });
});
