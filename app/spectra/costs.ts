/** Estimated floating-point operations, by which the capture plan chooses. */

/** Symmetric product of a matrix with itself: order x order entries, half of them, each a sum over `length`. */
export function gramOperations(length: number, order: number): number {
  return length * order * (order + 1);
}

/** Reduction to tridiagonal form, then eigenvalues without vectors (Golub & Van Loan, 8.3). */
export function eigenvalueOperations(order: number): number {
  return (4 / 3) * order ** 3 + 30 * order ** 2;
}

/** Groups of equal size and all samples. */
export function setsOperations(groups: number, ofShare: (share: number) => number): number {
  return groups * ofShare(1 / Math.max(1, groups)) + ofShare(1);
}
