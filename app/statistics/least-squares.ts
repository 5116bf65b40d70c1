/** Least squares of many outcomes on one set of regressors. */

/** A regressor whose part that the earlier ones do not explain is smaller than this part of it says nothing new. */
const tolerance = 1e-8;

export class LeastSquares {
  /** Indices of regressors that are combinations of those before them: their coefficients are 0. */
  readonly collinear: readonly number[];
  readonly regressors: number;
  readonly kept: { at: number; direction: Float64Array; upper: number[] }[] = [];

  /** @param columns regressors, each [samples] */
  constructor(columns: readonly Float64Array[]) {
    this.regressors = columns.length;
    const collinear: number[] = [];
    columns.forEach((column, at) => {
      const direction = column.slice();
      const upper = new Array<number>(this.kept.length).fill(0);
      // Gram-Schmidt, twice: once leaves rounding that matters when regressors nearly coincide.
      for (let pass = 0; pass < 2; pass++) {
        this.kept.forEach(({ direction: earlier }, k) => {
          const along = dot(earlier, direction);
          upper[k] = (upper[k] as number) + along;
          for (let i = 0; i < direction.length; i++)
            direction[i] = (direction[i] as number) - along * (earlier[i] as number);
        });
      }
      const length = Math.sqrt(dot(direction, direction));
      if (!(length > tolerance * Math.sqrt(dot(column, column)))) {
        collinear.push(at);
        return;
      }
      for (let i = 0; i < direction.length; i++) direction[i] = (direction[i] as number) / length;
      this.kept.push({ at, direction, upper: [...upper, length] });
    });
    this.collinear = collinear;
  }

  /** @returns coefficient of each regressor; the residual is as short as can be */
  solve(outcome: Float64Array): number[] {
    const along = this.kept.map(({ direction }) => dot(direction, outcome));
    const coefficients = new Array<number>(this.regressors).fill(0);
    for (let k = this.kept.length - 1; k >= 0; k--) {
      let value = along[k] as number;
      for (let later = k + 1; later < this.kept.length; later++) {
        const { at, upper } = this.kept[later] as (typeof this.kept)[number];
        value -= (upper[k] as number) * (coefficients[at] as number);
      }
      const { at, upper } = this.kept[k] as (typeof this.kept)[number];
      coefficients[at] = value / (upper[k] as number);
    }
    return coefficients;
  }
}

/** Outcomes that come sample by sample, so that they need not be in memory together: [outcomes] sums a regressor. */
export class StreamedLeastSquares {
  private readonly kept: LeastSquares['kept'];
  private readonly along: Float64Array[];
  private readonly regressors: number;

  /** @param outcomes numbers of a sample */
  constructor(solver: LeastSquares, outcomes: number) {
    this.kept = solver.kept;
    this.along = solver.kept.map(() => new Float64Array(outcomes));
    this.regressors = solver.regressors;
  }

  /** @param values of a sample: its outcomes, and what else there may be after them */
  add(sample: number, values: Float32Array): void {
    this.kept.forEach(({ direction }, k) => {
      const along = this.along[k] as Float64Array;
      const part = direction[sample] as number;
      if (part === 0) return;
      for (let i = 0; i < along.length; i++) along[i] = (along[i] as number) + part * (values[i] as number);
    });
  }

  /**
   * Once, after every sample was added.
   *
   * @returns of each regressor its coefficient for each outcome, none for one that is collinear
   */
  solve(): Float64Array[] {
    const coefficients = new Array<Float64Array>(this.regressors).fill(new Float64Array());
    // Back substitution as above, in place of the sums.
    for (let k = this.kept.length - 1; k >= 0; k--) {
      const { at, upper } = this.kept[k] as (typeof this.kept)[number];
      const along = this.along[k] as Float64Array;
      for (let later = k + 1; later < this.kept.length; later++) {
        const part = this.kept[later]?.upper[k] as number;
        const known = this.along[later] as Float64Array;
        for (let i = 0; i < along.length; i++) along[i] = (along[i] as number) - part * (known[i] as number);
      }
      const length = upper[k] as number;
      for (let i = 0; i < along.length; i++) along[i] = (along[i] as number) / length;
      coefficients[at] = along;
    }
    return coefficients;
  }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
