/** The probability of one of two groups from covariates: the propensity score of Rosenbaum and Rubin (1983). */
import { LeastSquares } from './least-squares.ts';

const mostIterations = 50;
const converged = 1e-10;
/** Penalty on squared coefficients of standardised covariates: it only matters where groups part completely. */
const ridge = 1e-4;

/**
 * Maximum likelihood by Newton's method, with an intercept.
 * @param rows covariates of each subject [n x k], without missing values
 * @param isMember whether each subject is in the group
 * @returns the log odds of each subject
 */
export function logisticLogits(rows: readonly (readonly number[])[], isMember: readonly boolean[]): number[] {
  const design = withIntercept(standardised(rows));
  const width = design[0]?.length ?? 0;
  let weights = new Array<number>(width).fill(0);
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const step = newtonStep(design, isMember, weights);
    if (step === null) break;
    weights = weights.map((weight, k) => weight + (step[k] ?? 0));
    if (Math.max(...step.map(Math.abs)) < converged) break;
  }
  return design.map((row) => dot(row, weights));
}

function newtonStep(
  design: readonly (readonly number[])[],
  isMember: readonly boolean[],
  weights: readonly number[],
): number[] | null {
  const gradient = Float64Array.from(weights, (weight, k) => (k === 0 ? 0 : -ridge * weight));
  const curvature = weights.map((_, k) => Float64Array.from(weights, (__, l) => (k === l && k > 0 ? ridge : 0)));
  for (const [i, row] of design.entries()) {
    const p = 1 / (1 + Math.exp(-dot(row, weights)));
    const error = (isMember[i] === true ? 1 : 0) - p;
    const spread = p * (1 - p);
    for (let k = 0; k < row.length; k++) {
      const value = row[k] as number;
      gradient[k] = (gradient[k] as number) + error * value;
      const line = curvature[k] as Float64Array;
      for (let l = 0; l < row.length; l++) line[l] = (line[l] as number) + spread * value * (row[l] as number);
    }
  }
  const equations = new LeastSquares(curvature);
  return equations.collinear.length > 0 ? null : equations.solve(gradient);
}

/** Mean 0 and standard deviation 1 in each column; a constant column becomes 0. */
function standardised(rows: readonly (readonly number[])[]): number[][] {
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, k) => {
    const values = rows.map((row) => row[k] ?? 0);
    const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length);
    return values.map((value) => (spread > 0 ? (value - centre) / spread : 0));
  });
  return rows.map((_, i) => columns.map((column) => column[i] ?? 0));
}

function withIntercept(rows: readonly (readonly number[])[]): number[][] {
  return rows.map((row) => [1, ...row]);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let k = 0; k < a.length; k++) total += (a[k] as number) * (b[k] as number);
  return total;
}
