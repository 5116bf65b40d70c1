/** How far the gradients of two groups point the same way. */
import { pairIndex } from './layout.ts';

/**
 * Cosines between group gradients, <G_g, G_h> / (|G_g| |G_h|), Frobenius.
 *
 * @param products inner products as stored in a row (layout.ts): packed upper triangle with diagonal
 * @returns [groups x groups], symmetric; NaN where a group was absent or its gradient is zero
 */
export function gradientCosines(products: ArrayLike<number>, groups: number): Float32Array {
  const product = (g: number, h: number): number => products[pairIndex(groups, g, h)] ?? Number.NaN;
  const cosines = new Float32Array(groups * groups);
  for (let g = 0; g < groups; g++) {
    for (let h = 0; h < groups; h++) {
      const norms = Math.sqrt(product(g, g)) * Math.sqrt(product(h, h));
      const cosine = norms > 0 ? product(g, h) / norms : Number.NaN;
      cosines[g * groups + h] = Math.max(-1, Math.min(1, cosine));
    }
  }
  return cosines;
}
