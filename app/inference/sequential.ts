/**
 * Looking at a permutation test several times while data come in. The labels of all looks are the same, so what the looks
 * find under permuted labels is known, with all that ties them together: of all labellings, the true one among them, at
 * most the share that may be spent by a look crosses the band at it or before it. Under no difference the true labelling is
 * as likely as any other to be among those, whatever the sizes, the layers and the steps are.
 */
import { normalTwoSided } from '#app/statistics/distributions.ts';
import type { TestCourse } from './permutation-test.ts';

/**
 * How much of the level may be spent by then: 2 - 2 Phi(z / sqrt(t)), z the two-sided quantile of the level (Lan and DeMets
 * 1983, the spending function of O'Brien and Fleming's boundaries). Little early, when there is little to go by.
 *
 * @param level between 0 and 1
 * @param fraction of the planned steps, 0 to 1
 */
export function spentBy(level: number, fraction: number): number {
  if (fraction <= 0) return 0;
  if (fraction >= 1) return level;
  return normalTwoSided(normalQuantile(level) / Math.sqrt(fraction));
}

/** z with P(|Z| >= z) = `tail`, by bisection. */
function normalQuantile(tail: number): number {
  let [low, high] = [0, 40];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (normalTwoSided(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

export class SequentialBand {
  private readonly level: number;
  private readonly crossed: Uint8Array;

  /** @param labellings the true one among them, the first */
  constructor(labellings: number, level: number) {
    this.level = level;
    this.crossed = new Uint8Array(labellings);
  }

  /**
   * @param extremes of each labelling, its largest value over all tests at this look
   * @param fraction of the planned steps, growing from look to look
   * @returns what a value must be above to be out of the band; Infinity where nothing may be spent yet
   */
  look(extremes: Float64Array, fraction: number): number {
    const { crossed } = this;
    const before = crossed.reduce((sum, each) => sum + each, 0);
    // What is spent is a share of labellings: rounding must not take one away.
    const allowed = Math.floor(spentBy(this.level, fraction) * crossed.length + 1e-9) - before;
    if (allowed <= 0) return Infinity;
    const left = extremes.filter((_, labelling) => crossed[labelling] === 0).sort((a, b) => b - a);
    const band = left[allowed] ?? -Infinity;
    extremes.forEach((value, labelling) => {
      if (value > band) crossed[labelling] = 1;
    });
    return band;
  }
}

/**
 * How far each labelling is from the mean of all, in their standard deviations, as the mean over all steps of a course; of
 * a test with one side only what is above counts.
 *
 * @returns null where labellings do not differ, or no step has a value
 */
export function windowScores(
  { labellings, blocks, sums, sides }: TestCourse,
  leastDeviation = 1e-5,
): Float64Array | null {
  const means = new Float64Array(labellings);
  let steps = 0;
  blocks.forEach((block, at) => {
    if (block.steps === 0) return;
    steps += block.steps;
    for (let i = 0; i < labellings; i++) {
      means[i] = (means[i] as number) + (sums[at * labellings + i] as number);
    }
  });
  if (steps === 0) return null;
  const mean = means.reduce((sum, value) => sum + value, 0) / labellings;
  const deviation = Math.sqrt(means.reduce((sum, value) => sum + (value - mean) ** 2, 0) / labellings);
  if (!(deviation > leastDeviation * steps)) return null;
  return means.map((value) => {
    const score = (value - mean) / deviation;
    return sides === 'two' ? Math.abs(score) : score;
  });
}
