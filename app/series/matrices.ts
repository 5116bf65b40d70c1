/** Square matrices of connections: whether they are symmetric. */

/**
 * @param values [size x size]
 * @returns the largest difference of an entry from its mirror image, as a part of the largest absolute entry; NaN counts
 *   as equal to NaN. 0 for a matrix of zeros.
 */
export function asymmetry(values: ArrayLike<number>, size: number): number {
  let [largest, difference] = [0, 0];
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < row; column++) {
      const [a, b] = [values[row * size + column] as number, values[column * size + row] as number];
      if (Number.isFinite(a)) largest = Math.max(largest, Math.abs(a));
      if (Number.isFinite(b)) largest = Math.max(largest, Math.abs(b));
      if (Number.isNaN(a) && Number.isNaN(b)) continue;
      const between = Math.abs(a - b);
      difference = Number.isNaN(between) ? Infinity : Math.max(difference, between);
    }
  }
  if (difference === 0) return 0;
  return largest === 0 ? Infinity : difference / largest;
}

/**
 * @param values [size x size]
 * @returns whether the diagonal is one value, as of connections that have a direction (streamlines from region to region): in a
 *   series as many times as regions would never be alike there
 */
export function hasEvenDiagonal(values: ArrayLike<number>, size: number): boolean {
  if (size < 4) return false;
  for (let at = 1; at < size; at++) if (!Object.is(values[at * size + at], values[0])) return false;
  return true;
}

/** Rounding in text with a few digits. */
export const symmetricWithin = 1e-3;
