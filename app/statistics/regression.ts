/** How well numbers are predicted. */

export interface RegressionScores {
  /** Pearson's correlation; null for fewer than two values, or where either side is constant. */
  r: number | null;
  /** Mean absolute error, in the units of the targets. */
  mae: number | null;
  /** 1 - residual / total sum of squares about the mean of these targets; null where they are constant. */
  r2: number | null;
}

/** @returns all null for no values */
export function regressionScores(predicted: ArrayLike<number>, targets: readonly number[]): RegressionScores {
  const count = targets.length;
  if (count === 0) return { r: null, mae: null, r2: null };
  const meanOf = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, each) => sum + each, 0) / count;
  const [meanPredicted, meanTarget] = [meanOf(predicted), meanOf(targets)];
  let [absolute, residual, total, spread, shared] = [0, 0, 0, 0, 0];
  targets.forEach((target, i) => {
    const value = predicted[i] as number;
    absolute += Math.abs(value - target);
    residual += (value - target) ** 2;
    total += (target - meanTarget) ** 2;
    spread += (value - meanPredicted) ** 2;
    shared += (value - meanPredicted) * (target - meanTarget);
  });
  return {
    r: total > 0 && spread > 0 ? shared / Math.sqrt(total * spread) : null,
    mae: absolute / count,
    r2: total > 0 ? 1 - residual / total : null,
  };
}
