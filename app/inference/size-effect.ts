/**
 * What the sizes of two groups in a batch, and their mixes of strata, do to a statistic, whoever is in them. A labelling
 * that is drawn for a whole training has more of a group (or of a class in it) in one batch and fewer in the next, where
 * training kept the shares; a rank grows with the samples that it is of, gradients of one class are alike.
 */
import { LeastSquares } from '#app/statistics/least-squares.ts';

/** Takes off what the makeup of a labelling's groups in a batch does: a regression over the labellings, with its squares. */
export class MakeupAdjustment {
  private readonly regressors: readonly Float64Array[];
  private readonly whole: LeastSquares;

  /**
   * @param makeups of each labelling, the observed one first: ln of the ratio of the groups' sizes, differences of their
   *   shares of strata; not finite where a group is not in the batch
   */
  constructor(makeups: readonly Float64Array[]) {
    const deviations = makeups.map((makeup) => {
      const observed = makeup[0] ?? 0;
      return makeup.map((value) => (Number.isFinite(value) ? value - observed : 0));
    });
    const squares = deviations.map((each) => each.map((value) => value * value));
    this.regressors = [...deviations, ...squares];
    const labellings = makeups[0]?.length ?? 0;
    this.whole = new LeastSquares([new Float64Array(labellings).fill(1), ...this.regressors]);
  }

  /**
   * Replaces each value by what it would be for the observed sizes and mixes.
   *
   * @param values of each labelling, the observed one first; NaN where a group is not in the batch
   * @returns false, and leaves the values, where the observed labelling has none; a labelling without a value gets what
   *   its peers have on average
   */
  adjust(values: Float64Array): boolean {
    if (!Number.isFinite(values[0])) return false;
    if (!allFinite(values)) {
      this.adjustPresent(values);
      return true;
    }
    const [, ...coefficients] = this.whole.solve(values);
    coefficients.forEach((coefficient, r) => subtract(values, coefficient, this.regressors[r]));
    return true;
  }

  private adjustPresent(values: Float64Array): void {
    const isThere = values.map((value) => (Number.isFinite(value) ? 1 : 0));
    const present = values.map((value) => (Number.isFinite(value) ? value : 0));
    const columns = this.regressors.map((each) => each.map((value, i) => value * (isThere[i] as number)));
    const [constant = 0, ...coefficients] = new LeastSquares([isThere, ...columns]).solve(present);
    coefficients.forEach((coefficient, r) => subtract(present, coefficient, columns[r]));
    values.set(present.map((value, i) => (isThere[i] === 1 ? value : constant)));
  }
}

function allFinite(values: Float64Array): boolean {
  // Nothing times zero is zero, unless it is none or infinite.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * (values[i] as number);
  return sum === 0;
}

/** values -= coefficient x regressor, which is 0 for the observed labelling. */
function subtract(values: Float64Array, coefficient: number, regressor: Float64Array | undefined): void {
  if (regressor === undefined || coefficient === 0) return;
  for (let i = 1; i < values.length; i++) values[i] = (values[i] as number) - coefficient * (regressor[i] as number);
}
