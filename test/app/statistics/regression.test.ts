import { expect, test } from 'vitest';
import { regressionScores } from '#app/statistics/regression.ts';

test('correlation, absolute error and explained variance of a hand-computed example', () => {
  // Errors 1, 0, -1, 2: residual 6, total 20, absolute 4.
  const { r, mae, r2 } = regressionScores([2, 3, 4, 9], [1, 3, 5, 7]);
  expect(mae).toBe(1);
  expect(r2).toBeCloseTo(1 - 6 / 20, 12);
  // Means 4.5 and 4: sum of products 7.5 + 1.5 - 0.5 + 13.5 = 22, spread 6.25 + 2.25 + 0.25 + 20.25 = 29.
  expect(r).toBeCloseTo(22 / Math.sqrt(29 * 20), 12);
});

test('what cannot be told is none', () => {
  expect(regressionScores([], [])).toEqual({ r: null, mae: null, r2: null });
  expect(regressionScores([1, 2], [3, 3])).toEqual({ r: null, mae: 1.5, r2: null });
});
