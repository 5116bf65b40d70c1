/** Weights before training, by the rules of Keras. */
import type { SeededRandom } from '#app/run/random.ts';

/** Uniform within ±sqrt(6 / (rows + columns)) (Glorot & Bengio 2010). */
export function glorotUniform(rows: number, columns: number, random: SeededRandom): Float32Array {
  return uniform(rows * columns, Math.sqrt(6 / (rows + columns)), random);
}

/** Uniform within ±limit. */
export function uniform(size: number, limit: number, random: SeededRandom): Float32Array {
  return Float32Array.from({ length: size }, () => limit * (2 * random.next() - 1));
}

/** [rows x columns], rows <= columns, with orthonormal rows (Saxe et al. 2014), by Gram-Schmidt, twice for its rounding. */
export function orthogonalRows(rows: number, columns: number, random: SeededRandom): Float32Array {
  const basis: Float64Array[] = [];
  while (basis.length < rows) {
    const row = Float64Array.from({ length: columns }, () => random.normal());
    for (let pass = 0; pass < 2; pass++) {
      for (const other of basis) subtract(row, other, inner(row, other));
    }
    const norm = Math.sqrt(inner(row, row));
    basis.push(row.map((each) => each / norm));
  }
  const values = new Float32Array(rows * columns);
  basis.forEach((row, r) => values.set(row, r * columns));
  return values;
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function subtract(from: Float64Array, row: Float64Array, factor: number): void {
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - factor * (row[i] as number);
}
