/**
 * What the sizes of two groups in a batch, and their mixes of strata, do to a statistic, whoever is in them. A labelling
 * that is drawn for a whole training has more of a group (or of a class in it) in one batch and fewer in the next, where
 * training kept the shares; a rank grows with the samples that it is of, gradients of one class are alike.
 */
import { LeastSquares } from '#app/preparation/least-squares.ts';

/**
 * What a labelling's groups are made of in a batch, as regressors with their squares.
 *
 * @param makeups of each labelling, the observed one first: ln of the ratio of the groups' sizes, differences of their
 *   shares of strata; not finite where a group is not in the batch
 * @returns deviations from the observed labelling, one array a regressor; a constant comes first
 */
export function makeupRegressors(makeups: readonly Float64Array[]): Float64Array[] {
  const labellings = makeups[0]?.length ?? 0;
  const deviations = makeups.map((makeup) => {
    const observed = makeup[0] ?? 0;
    return makeup.map((value) => (Number.isFinite(value) ? value - observed : 0));
  });
  const squares = deviations.map((each) => each.map((value) => value * value));
  return [new Float64Array(labellings).fill(1), ...deviations, ...squares];
}

/**
 * Replaces each value by what it would be for the observed sizes and mixes: the regression over the labellings is taken off.
 *
 * @param values of each labelling, the observed one first; NaN where a group is not in the batch
 * @returns false, and leaves the values, where the observed labelling has none; a labelling without a value gets what its
 *   peers have on average
 */
export function atObservedMakeup(values: Float64Array, regressors: readonly Float64Array[]): boolean {
  if (!Number.isFinite(values[0])) return false;
  const isThere = values.map((value) => (Number.isFinite(value) ? 1 : 0));
  const whole = isThere.every((each) => each === 1);
  const columns = whole ? regressors : regressors.map((each) => each.map((value, i) => value * (isThere[i] as number)));
  const coefficients = new LeastSquares(columns).solve(
    whole ? values : values.map((value, i) => (isThere[i] === 1 ? value : 0)),
  );
  const constant = coefficients[0] ?? 0;
  for (let i = 1; i < values.length; i++) {
    if (isThere[i] === 0) values[i] = constant;
    for (let r = 1; isThere[i] === 1 && r < regressors.length; r++) {
      values[i] = (values[i] as number) - (coefficients[r] ?? 0) * (regressors[r]?.[i] as number);
    }
  }
  return true;
}
