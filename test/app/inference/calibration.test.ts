import { describe, expect, it } from 'vitest';
import { plantedLabels, rateOf, rateOfAny, ratesOfTests } from '#app/inference/calibration.ts';
import type { TestRow } from '#app/inference/test-options.ts';
import { SeededRandom } from '#app/run/random.ts';
import { binomialInterval } from '#app/statistics/binomial.ts';

function row(change: Partial<TestRow>): TestRow {
  return {
    layer: 'dense_1',
    quantity: 'gradient',
    summary: 'energy',
    groups: ['a', 'b'],
    window: { first: 0, last: 9 },
    observed: 0,
    expected: 0,
    effect: 0,
    unit: '',
    interval: [0, 0],
    p: 1,
    pCorrected: 1,
    method: 'permutation',
    n: 20,
    ...change,
  };
}

describe('the interval of a share', () => {
  // scipy.stats.binomtest(k, n).proportion_ci(method='exact')
  it.each([
    [1, 3, 0.008403759, 0.905700676],
    [0, 10, 0, 0.308497102],
    [10, 10, 0.691502898, 1],
    [5, 100, 0.01643188, 0.11283493],
  ])('of %i of %i is that of Clopper and Pearson', (hits, trials, low, high) => {
    const [from, to] = binomialInterval(hits, trials);
    expect(from).toBeCloseTo(low, 6);
    expect(to).toBeCloseTo(high, 6);
  });
});

describe('planted labels', () => {
  const classes = Array.from({ length: 40 }, (_, i) => (i < 15 ? 0 : 1));

  it('without an effect are two groups of equal size', () => {
    const labels = plantedLabels(classes, 0, new SeededRandom(1));
    expect(labels.filter((label) => label === 0)).toHaveLength(20);
  });

  it('with a full effect are the classes', () => {
    expect(plantedLabels(classes, 1, new SeededRandom(1))).toEqual(classes);
  });
});

it('counts a test once a training, and any of them by the corrected p', () => {
  const runs = [
    [row({ p: 0.01, pCorrected: 0.2 }), row({ p: 0.04, pCorrected: 0.2 })],
    [row({ p: 0.5 }), row({ p: 0.01, pCorrected: 0.03, layer: 'dense_2' })],
  ];
  expect(ratesOfTests(runs, 0.05).map(({ layer, rate }) => [layer, rate.hits])).toEqual([
    ['dense_1', 1],
    ['dense_2', 1],
  ]);
  expect(rateOfAny(runs, 'permutation', 0.05)).toEqual(rateOf(1, 2));
});
