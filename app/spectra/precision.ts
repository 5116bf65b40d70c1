/**
 * Down to which fraction of the largest singular value a spectrum is resolved. A singular value is the square root of
 * an eigenvalue of a Gram matrix, and rounding moves an eigenvalue by about the unit roundoff times the largest one.
 */

/** From a Gram matrix accumulated in float64: sqrt(2^-52). */
export const float64GramFloor = 2 ** -26;

/**
 * From a gradient that was summed in float32, by TensorFlow or from the patches of a convolution, before its Gram matrix was
 * formed in float64: the spacing of float32 near 1, below which its singular values are rounding of that sum.
 */
export const float32ProductFloor = 2 ** -23;

/**
 * The value at or below which singular values of a set are not resolved.
 *
 * @param values singular values of one set, NaN where it has fewer
 * @param relativeFloor fraction of the largest, from the capture plan
 * @returns NaN for an absent set
 */
export function absoluteFloor(values: ArrayLike<number>, relativeFloor: number): number {
  let largest = Number.NaN;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (!(value <= largest) && !Number.isNaN(value)) largest = value;
  }
  return largest * relativeFloor;
}
