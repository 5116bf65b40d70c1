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

  test('are the same as one by one, whatever rows hold zeros, numbers and none', () => {
    let state = 7;
    const next = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    const values = new Float32Array(20 * 11 * 9);
    for (let row = 0; row < 99; row++) {
      const kind = Math.floor(next() * 4);
      for (let i = 0; i < 20; i++) {
        const value = kind === 1 ? 300 - 500 * next() : Math.floor(next() * 3) * 1000;
        values[row * 20 + i] = kind === 0 ? 0 : kind === 3 && next() < 0.2 ? NaN : value;
      }
    }
    values[0] = 5;
    const numbers = [...values].filter(Number.isFinite);
    const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
    const variance = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / numbers.length;
    const { statistics, notNumbers } = scanValues(values, [20, 11, 9], 1);
    expect(notNumbers).toBe(values.length - numbers.length);
    expect(notNumbers).toBeGreaterThan(20);
    expect(statistics.minimum).toBe(Math.min(...numbers));
    expect(statistics.maximum).toBe(Math.max(...numbers));
    expect(statistics.mean).toBeCloseTo(mean, 9);
    expect(statistics.standardDeviation).toBeCloseTo(Math.sqrt(variance), 9);
    expect(statistics.zeros).toBeCloseTo(numbers.filter((value) => value === 0).length / values.length, 12);
  });

  test('where air is far below zero, empty rows may be foreground', () => {
    const values = new Float32Array(1000).fill(-1000, 0, 500);
    expect(scanValues(values, [10, 10, 10], 1000).statistics.foregroundMl).toBe(500);
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
