import { describe, expect, it } from 'vitest';
import { gradientNorms, gradientProducts, groupProducts, unpacked } from '#app/spectra/regroup.ts';

// Upper triangles over three samples: 11 12 13 22 23 33.
const activations = [1, 2, 3, 4, 5, 6];
const adjoints = [2, 2, 0, 1, -1, 0.5];

describe('regrouping', () => {
  it('takes the products of gradients entry by entry where a sample has one row, and as they were kept elsewhere', () => {
    const [a, d] = [activations, adjoints];
    expect(Array.from(gradientProducts(Float64Array.from([...a, ...d]), 3))).toEqual([2, 4, 0, 4, -5, 3]);
    const kept = [9, 8, 7, 6, 5, 4];
    expect(Array.from(gradientProducts(Float64Array.from([...a, ...d, ...kept]), 3))).toEqual(kept);
  });

  it('sums products over the members of two groups', () => {
    const products = Float64Array.from([2, 4, 0, 4, -5, 3]);
    // Groups {1, 3} and {2}.
    expect(Array.from(groupProducts(products, [0, 1, 0], 2))).toEqual([2 + 0 + 0 + 3, 4 - 5, 4]);
    expect(Array.from(groupProducts(products, [0, -1, 0], 2))).toEqual([5, Number.NaN, Number.NaN]);
  });

  it('takes norms from the diagonal', () => {
    expect(Array.from(gradientNorms(Float64Array.from([4, 1, 1, 9, 1, 0]), 3))).toEqual([2, 3, 0]);
  });

  it('puts a packed matrix in another order', () => {
    expect(Array.from(unpacked(Float64Array.from(activations), 3, [2, 0]))).toEqual([6, 3, 3, 1]);
  });
});
