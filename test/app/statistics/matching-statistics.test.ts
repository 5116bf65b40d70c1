/** Standardised differences, the propensity model and what permutation resolves. Reference values of NumPy and SciPy 1.17.1. */
import { describe, expect, it } from 'vitest';
import { LeastSquares } from '#app/statistics/least-squares.ts';
import { logisticLogits } from '#app/statistics/logistic-regression.ts';
import { relabellingsLog10, sizeToReach, smallestP, smallestStratifiedP } from '#app/statistics/permutations.ts';
import { categoryDifference, numberDifference } from '#app/statistics/standardised-difference.ts';

describe('a standardised difference', () => {
  it('of numbers is in mean standard deviations', () => {
    expect(numberDifference([21, 34, 45, 28, 61, 39, 52.5], [33, 47, 58, 71, 66, 49])).toBeCloseTo(
      -1.0015169225883964,
      12,
    );
    expect(numberDifference([1, 1], [2, 2])).toBe(-Infinity);
    expect(numberDifference([2, 2], [2, 2])).toBe(0);
    expect(numberDifference([2], [2, 3])).toBeNull();
  });

  it('of categories is a distance of the proportions', () => {
    expect(categoryDifference([20, 30], [25, 15])).toBeCloseTo(-0.4619943021054108, 12);
    expect(categoryDifference([12, 22, 7, 0], [18, 10, 9, 0])).toBeCloseTo(0.5670436038948775, 12);
    expect(categoryDifference([5, 0], [0, 5])).toBe(Infinity);
    expect(categoryDifference([5, 5, 0, 0], [0, 0, 5, 5])).toBe(Infinity);
    expect(categoryDifference([0, 0], [5, 1])).toBeNull();
  });
});

describe('the propensity model', () => {
  const rows = [
    [21, 0],
    [34, 1],
    [45, 1],
    [28, 0],
    [61, 1],
    [39, 0],
    [52, 0],
    [33, 1],
    [47, 1],
    [30, 0],
  ];
  const isMember = [false, false, true, false, true, true, false, false, true, true];

  it('has the log odds of the maximum likelihood', () => {
    const reference = [
      -1.727934719774317, -0.4478234402320407, 0.6229971268160401, -1.046503449834629, 2.1805543152496116,
    ];
    logisticLogits(rows, isMember)
      .slice(0, 5)
      .forEach((logit, i) => expect(logit).toBeCloseTo(reference[i]!, 6));
  });

  it('stays finite where a covariate tells the groups apart, and without any', () => {
    const logits = logisticLogits([[1], [2], [3], [4]], [false, false, true, true]);
    expect(logits.every(Number.isFinite)).toBe(true);
    expect(logits[0]!).toBeLessThan(logits[3]!);
    expect(logisticLogits([[1], [1], [1], [1]], [false, true, true, true])[0]).toBeCloseTo(Math.log(3), 8);
  });

  it('solves equations, and says where it cannot', () => {
    const columns = (...numbers: number[][]): Float64Array[] => numbers.map((each) => Float64Array.from(each));
    const equations = new LeastSquares(columns([0, 1], [2, 1]));
    expect(equations.collinear).toEqual([]);
    expect(equations.solve(Float64Array.of(4, 5))).toEqual([3, 2]);
    expect(new LeastSquares(columns([1, 2], [2, 4])).collinear).toEqual([1]);
  });
});

describe('permutation', () => {
  it('has one over the number of relabellings as its smallest p', () => {
    expect(10 ** relabellingsLog10([4, 5])).toBeCloseTo(126, 8);
    expect(10 ** relabellingsLog10([2, 2, 2])).toBeCloseTo(90, 8);
    expect(smallestP([4, 5])).toBeCloseTo(1 / 126, 12);
    expect(smallestP([4, 4])).toBeCloseTo(2 / 70, 12);
    expect(smallestP([1, 1])).toBeCloseTo(1, 12);
  });

  it('within strata has the product of their relabellings, as few as they are', () => {
    expect(smallestStratifiedP([[4, 5]])).toBeCloseTo(1 / 126, 12);
    expect(
      smallestStratifiedP([
        [2, 1],
        [1, 3],
      ]),
    ).toBeCloseTo(1 / 12, 12);
    expect(
      smallestStratifiedP([
        [2, 2],
        [1, 1],
      ]),
    ).toBeCloseTo(2 / 12, 12);
    expect(
      smallestStratifiedP([
        [3, 0],
        [0, 4],
      ]),
    ).toBeCloseTo(1, 12);
  });

  it('needs four in each of two groups for 0.05, seven for 0.001', () => {
    expect(sizeToReach(0.05)).toBe(4);
    expect(sizeToReach(0.001)).toBe(7);
  });
});
