/** Reference values of SciPy 1.17.1: ttest_ind(equal_var=False), f_oneway, mannwhitneyu, kruskal, chi2_contingency, fisher_exact. */
import { describe, expect, it } from 'vitest';
import { testCounts } from '#app/statistics/contingency.ts';
import { testNumbers } from '#app/statistics/group-tests.ts';

const a = [21, 34, 45, 28, 61, 39, 52.5];
const b = [33, 47, 58, 71, 66, 49];
const c = [40, 22, 31, 36, 50];
const tiedA = [1, 2, 2, 3, 5, 8];
const tiedB = [2, 3, 3, 6, 9, 9, 4];

describe('a number between groups', () => {
  it('is tested by Welch between two', () => {
    const result = testNumbers([a, b], false);
    expect(result?.test).toBe('welch');
    expect(result?.statistic).toBeCloseTo(-1.800381849283688, 12);
    expect(result?.degreesOfFreedom[0]).toBeCloseTo(10.707289618426167, 11);
    expect(result?.p).toBeCloseTo(0.10000102710375042, 11);
  });

  it('is tested by analysis of variance between three', () => {
    const result = testNumbers([a, [], b, c], false);
    expect(result).toMatchObject({ test: 'anova', degreesOfFreedom: [2, 15] });
    expect(result?.statistic).toBeCloseTo(3.0463179116161188, 12);
    expect(result?.p).toBeCloseTo(0.0775716510486601, 11);
  });

  it('is tested by ranks: counted where it can be, normal with ties and of many', () => {
    expect(testNumbers([a, b], true)).toMatchObject({ test: 'mann-whitney', statistic: 10 });
    expect(testNumbers([a, b], true)?.p).toBeCloseTo(0.13752913752913754, 12);
    expect(testNumbers([tiedA, tiedB], true)?.p).toBeCloseTo(0.21885377557711416, 11);
    const many = (n: number, step: number, from: number) => Array.from({ length: n }, (_, i) => i * step + from);
    const result = testNumbers([many(60, 1.5, 0), many(55, 1.3, 7.05)], true);
    expect(result?.statistic).toBe(1727);
    expect(result?.p).toBeCloseTo(0.6684197825256937, 11);
  });

  it('is tested by ranks between three', () => {
    expect(testNumbers([a, b, c], true)?.p).toBeCloseTo(0.1328151466318188, 11);
    const tied = testNumbers([tiedA, tiedB, [1, 1, 4]], true);
    expect(tied).toMatchObject({ test: 'kruskal-wallis', degreesOfFreedom: [2] });
    expect(tied?.p).toBeCloseTo(0.16106728598474424, 11);
  });

  it('is not tested without spread or with one value', () => {
    expect(
      testNumbers(
        [
          [1, 1],
          [1, 1],
        ],
        false,
      ),
    ).toBeNull();
    expect(testNumbers([[1], [1, 2]], false)).toBeNull();
    expect(
      testNumbers(
        [
          [1, 1],
          [1, 1],
        ],
        true,
      ),
    ).toBeNull();
    expect(testNumbers([[1, 2], []], false)).toBeNull();
  });
});

describe('a category between groups', () => {
  it('is tested by chi-squared where enough are expected', () => {
    const two = testCounts(
      [
        [20, 30],
        [25, 15],
        [0, 0],
      ],
      1,
    );
    expect(two).toMatchObject({ test: 'chi-squared', degreesOfFreedom: [1] });
    expect(two?.p).toBeCloseTo(0.033894853524689295, 12);
    const three = testCounts(
      [
        [12, 18, 9],
        [22, 10, 14],
        [7, 9, 16],
      ],
      1,
    );
    expect(three?.statistic).toBeCloseTo(12.093837428871893, 11);
    expect(three?.p).toBeCloseTo(0.016666938457030357, 12);
  });

  it.each([
    [
      [
        [3, 1],
        [1, 4],
      ],
      0.2063492063492063,
    ],
    [
      [
        [0, 7],
        [6, 1],
      ],
      0.004662004662004661,
    ],
    [
      [
        [4, 4],
        [4, 4],
      ],
      1,
    ],
  ])('is tested exactly where few are: %j', (counts, p) => {
    const sparse = testCounts(counts, 1);
    expect(sparse?.test).toBe('fisher');
    expect(sparse?.p).toBeCloseTo(p, 12);
  });

  it('is tested by random tables where a sparse one is larger, near the enumerated p and the same for a seed', () => {
    const counts = [
      [3, 1],
      [1, 4],
      [5, 0],
    ];
    const result = testCounts(counts, 7);
    expect(result?.test).toBe('fisher-sampled');
    expect(Math.abs((result?.p ?? 0) - 0.02597402597402597)).toBeLessThan(0.006);
    expect(testCounts(counts, 7)).toEqual(result);
    expect(
      Math.abs(
        (testCounts(
          [
            [3, 1, 0],
            [1, 4, 2],
            [2, 0, 3],
          ],
          3,
        )?.p ?? 0) - 0.11088911088911076,
      ),
    ).toBeLessThan(0.012);
  });

  it('is not tested with one level or one group', () => {
    expect(testCounts([[3, 4]], 1)).toBeNull();
    expect(
      testCounts(
        [
          [3, 0],
          [2, 0],
        ],
        1,
      ),
    ).toBeNull();
  });
});
