import { describe, expect, test } from 'vitest';
import { scanValues } from '#app/data/scan-statistics.ts';

describe('what the values of a scan are like', () => {
  test('moments, zeros and percentiles of a ramp', () => {
    const values = Float32Array.from({ length: 1000 }, (_, index) => index);
    const { statistics, notNumbers } = scanValues(values, [10, 10, 10], 8);
    expect(statistics.minimum).toBe(0);
    expect(statistics.maximum).toBe(999);
    expect(statistics.mean).toBeCloseTo(499.5, 6);
    // Of 0..n-1 the variance is (n^2 - 1) / 12.
    expect(statistics.standardDeviation).toBeCloseTo(Math.sqrt((1000 ** 2 - 1) / 12), 6);
    expect(statistics.zeros).toBe(0.001);
    expect(statistics.percentiles).toEqual([10, 50, 250, 500, 749, 949, 989]);
    expect(notNumbers).toBe(0);
  });

  test('values far from zero keep their spread', () => {
    const values = Float32Array.from({ length: 1000 }, (_, index) => 1e6 + (index % 2));
    expect(scanValues(values, [10, 10, 10], 1).statistics.standardDeviation).toBeCloseTo(0.5, 6);
  });

  test('the foreground of a mask is the mask, however small, with its volume and centre', () => {
    const values = new Float32Array(20 * 20 * 20);
    for (const [i, j, k] of [
      [4, 5, 6],
      [5, 5, 6],
      [6, 5, 6],
    ] as const)
      values[i + 20 * (j + 20 * k)] = 1;
    const { statistics, centre } = scanValues(values, [20, 20, 20], 8);
    expect(statistics.foregroundMl).toBeCloseTo(0.024, 9);
    expect(centre).toEqual([5, 5, 6]);
  });

  test('what is no number is counted and left out', () => {
    const { statistics, notNumbers } = scanValues(Float32Array.of(NaN, 1, Infinity, 3, 5, 3, 3, 3), [2, 2, 2], 1);
    expect(notNumbers).toBe(2);
    expect(statistics).toMatchObject({ minimum: 1, maximum: 5, mean: 3, notNumbers: 0.25 });
  });

  test('a scan without any number', () => {
    const { statistics } = scanValues(new Float32Array(8).fill(NaN), [2, 2, 2], 1);
    expect(Object.values(statistics).flat().every(Number.isFinite)).toBe(true);
  });
});
