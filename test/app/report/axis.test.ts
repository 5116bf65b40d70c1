import { describe, expect, it } from 'vitest';
import { axisOf, countAxis, fixedAxis, placeOn } from '#app/report/axis.ts';

describe('an axis', () => {
  it('holds all values, with ticks inside and numbers that can be told apart', () => {
    for (const values of [
      [0.2, 0.9],
      [-3, 4],
      [1200, 98_000],
      [5, 5],
      [0.001, 0.0013],
      [0, 0],
    ]) {
      const axis = axisOf(values, false);
      expect(axis.minimum).toBeLessThanOrEqual(Math.min(...values));
      expect(axis.maximum).toBeGreaterThanOrEqual(Math.max(...values));
      expect(axis.ticks.length).toBeGreaterThan(1);
      expect(axis.ticks.length).toBeLessThan(9);
      expect(new Set(axis.ticks.map(({ label }) => label)).size).toBe(axis.ticks.length);
      for (const { value } of axis.ticks) {
        expect(value).toBeGreaterThanOrEqual(axis.minimum - 1e-9);
        expect(value).toBeLessThanOrEqual(axis.maximum + 1e-9);
      }
    }
  });

  it('draws what does not change as a flat line, not as its rounding', () => {
    const axis = axisOf([1.000001, 1.000002], false);
    expect(axis.maximum - axis.minimum).toBeGreaterThan(0.01);
  });

  it('is logarithmic over decades, and leaves out what has no logarithm', () => {
    const axis = axisOf([null, 0, -1, 1e-6, 3], true);
    expect(axis.ticks.every(({ label }) => /^10[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+$/.test(label))).toBe(true);
    expect(placeOn(axis, 0)).toBeNull();
    expect(placeOn(axis, null)).toBeNull();
    const decadeLength = (placeOn(axis, 1e-2) ?? 0) - (placeOn(axis, 1e-3) ?? 0);
    expect((placeOn(axis, 1e-4) ?? 0) - (placeOn(axis, 1e-5) ?? 0)).toBeCloseTo(decadeLength, 9);
  });

  it('has ticks within a decade, too', () => {
    expect(axisOf([3.1, 3.4], true).ticks.length).toBeGreaterThan(1);
    expect(axisOf([2, 14], true).ticks.map(({ value }) => value)).toEqual([2, 5, 10]);
  });

  it('counts in whole numbers, and keeps given ends', () => {
    expect(countAxis(1, 7).ticks.every(({ value }) => Number.isInteger(value))).toBe(true);
    expect(fixedAxis(-1, 1).ticks.map(({ label }) => label)).toEqual(['−1.0', '−0.5', '0.0', '0.5', '1.0']);
  });
});
