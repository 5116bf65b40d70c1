import { describe, expect, it } from 'vitest';
import { gradientCosines } from '#app/spectra/alignment.ts';
import { pairIndex } from '#app/spectra/layout.ts';
import { SeededRandom } from '#app/run/random.ts';

/** Packed inner products of vectors. */
function products(vectors: readonly (readonly number[])[]): Float64Array {
  const packed = new Float64Array((vectors.length * (vectors.length + 1)) / 2);
  vectors.forEach((x, g) => {
    vectors.forEach((y, h) => {
      packed[pairIndex(vectors.length, g, h)] = x.reduce((sum, value, i) => sum + value * (y[i] ?? Number.NaN), 0);
    });
  });
  return packed;
}

describe('alignment of group gradients', () => {
  it('is 1 for the same direction, -1 for the opposite, 0 for a right angle', () => {
    const cosines = gradientCosines(
      products([
        [1, 0],
        [-3, 0],
        [0, 2],
      ]),
      3,
    );
    expect(Array.from(cosines, (value) => Math.round(value * 1e6) / 1e6 + 0)).toEqual([1, -1, 0, -1, 1, 0, 0, 0, 1]);
  });

  it('is symmetric, within -1 and 1, and blind to scale', () => {
    const random = new SeededRandom(5);
    for (let i = 0; i < 50; i++) {
      const groups = 1 + random.integer(6);
      const vectors = Array.from({ length: groups }, () => Array.from({ length: 4 }, () => random.normal()));
      const cosines = gradientCosines(products(vectors), groups);
      const scaled = gradientCosines(products(vectors.map((v, g) => v.map((x) => x * 10 ** (g - 3)))), groups);
      for (let g = 0; g < groups; g++) {
        expect(cosines[g * groups + g]).toBeCloseTo(1, 6);
        for (let h = 0; h < groups; h++) {
          const cosine = cosines[g * groups + h] ?? Number.NaN;
          expect(Math.abs(cosine)).toBeLessThanOrEqual(1);
          expect(cosines[h * groups + g]).toBe(cosine);
          expect(scaled[g * groups + h]).toBeCloseTo(cosine, 5);
        }
      }
    }
  });

  it('is absent where a group is, or where it has no gradient', () => {
    const cosines = gradientCosines(
      products([
        [1, 2],
        [Number.NaN, Number.NaN],
        [0, 0],
      ]),
      3,
    );
    expect(cosines[0]).toBeCloseTo(1, 6);
    expect(Array.from(cosines.subarray(1)).every(Number.isNaN)).toBe(true);
  });
});
