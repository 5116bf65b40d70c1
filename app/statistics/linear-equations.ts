/** Pivots below this part of the largest entry mean that the equations do not determine an answer. */
const singular = 1e-12;

/**
 * Gaussian elimination with partial pivoting.
 * @param matrix [n x n]
 * @param right [n]
 * @returns x with matrix x = right, or null where the matrix is singular
 */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | null {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const n = rows.length;
  const largest = Math.max(...rows.flatMap((row) => row.slice(0, n).map(Math.abs)), 0);
  for (let k = 0; k < n; k++) {
    const size = (i: number) => Math.abs(rows[i]?.[k] ?? 0);
    const pivot = [...rows.keys()].slice(k).reduce((best, i) => (size(i) > size(best) ? i : best), k);
    if (size(pivot) <= largest * singular) return null;
    const top = rows[pivot] as number[];
    rows[pivot] = rows[k] as number[];
    rows[k] = top;
    for (let i = k + 1; i < n; i++) {
      const row = rows[i] as number[];
      const factor = (row[k] as number) / (top[k] as number);
      for (let j = k; j <= n; j++) row[j] = (row[j] as number) - factor * (top[j] as number);
    }
  }
  const answer = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    const row = rows[k] as number[];
    let rest = row[n] as number;
    for (let j = k + 1; j < n; j++) rest -= (row[j] as number) * (answer[j] as number);
    answer[k] = rest / (row[k] as number);
  }
  return answer;
}
