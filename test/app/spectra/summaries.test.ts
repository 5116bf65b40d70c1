import { describe, expect, it } from 'vitest';
import { summaryNames } from '#app/contract/session.ts';
import { SeededRandom } from '#app/run/random.ts';
import { absoluteFloor, float64GramFloor } from '#app/spectra/precision.ts';
import { summarise } from '#app/spectra/summaries.ts';

const random = new SeededRandom(2406);

/** Random spectra of 1 to 40 values over up to eight decades. */
const spectra = Array.from({ length: 200 }, () => {
  const scale = 10 ** (20 * random.next() - 10);
  const decades = 8 * random.next();
  return Float64Array.from({ length: 1 + random.integer(40) }, () => scale * 10 ** (-decades * random.next()));
});

describe('summaries of a spectrum', () => {
  it('are those of the formulas for a spectrum done by hand', () => {
    const summaries = summarise([4, 2, 2], 0);
    expect(summaries.energy).toBeCloseTo(24, 12);
    expect(summaries['nuclear-norm']).toBeCloseTo(8, 12);
    expect(summaries.largest).toBe(4);
    expect(summaries['stable-rank']).toBeCloseTo(24 / 16, 12);
    // Entropy of 1/2, 1/4, 1/4 is 1.5 ln 2.
    expect(summaries['effective-rank']).toBeCloseTo(2 ** 1.5, 12);
    expect(summaries['participation-ratio']).toBeCloseTo(24 ** 2 / (256 + 16 + 16), 12);
    expect(summaries['numerical-rank']).toBe(3);
    // 16, 20, 24 of 24: two hold 83 %.
    expect(summaries['values-for-90-percent']).toBe(3);
  });

  it('count equal values', () => {
    for (const count of [1, 2, 7, 64]) {
      const summaries = summarise(new Float32Array(count).fill(0.3), 0);
      expect(summaries['effective-rank']).toBeCloseTo(count, 9);
      expect(summaries['stable-rank']).toBeCloseTo(count, 9);
      expect(summaries['participation-ratio']).toBeCloseTo(count, 9);
      expect(summaries['numerical-rank']).toBe(count);
      expect(summaries['values-for-90-percent']).toBe(Math.ceil(0.9 * count));
    }
  });

  it('keep ranks between one and the number of values', () => {
    for (const values of spectra) {
      const summaries = summarise(values, 0);
      for (const rank of ['effective-rank', 'stable-rank', 'participation-ratio', 'values-for-90-percent'] as const) {
        expect(summaries[rank]).toBeGreaterThanOrEqual(1 - 1e-12);
        expect(summaries[rank]).toBeLessThanOrEqual(values.length + 1e-9);
      }
      expect(summaries['stable-rank']).toBeLessThanOrEqual(summaries['participation-ratio'] + 1e-9);
    }
  });

  it('keep ranks when the spectrum is scaled, and scale sizes', () => {
    for (const values of spectra) {
      const summaries = summarise(values, 0);
      const scaled = summarise(
        values.map((value) => 1000 * value),
        0,
      );
      for (const rank of ['effective-rank', 'stable-rank', 'participation-ratio'] as const) {
        expect(scaled[rank] / summaries[rank]).toBeCloseTo(1, 9);
      }
      expect(scaled['values-for-90-percent']).toBe(summaries['values-for-90-percent']);
      expect(scaled.largest / summaries.largest).toBeCloseTo(1e3, 9);
      expect(scaled['nuclear-norm'] / summaries['nuclear-norm']).toBeCloseTo(1e3, 9);
      expect(scaled.energy / summaries.energy / 1e6).toBeCloseTo(1, 9);
    }
  });

  it('do not depend on the order', () => {
    for (const values of spectra) {
      const shuffled = Float64Array.from(random.shuffle(Array.from(values)));
      for (const name of summaryNames) {
        expect(summarise(shuffled, 0)[name] / summarise(values, 0)[name]).toBeCloseTo(1, 9);
      }
    }
  });

  it('leave out absent values and values at or below the floor', () => {
    const floor = absoluteFloor([5, 3, 1e-9, Number.NaN], float64GramFloor);
    expect(summarise([5, 3, 1e-9, Number.NaN], floor)).toEqual(summarise([5, 3], 0));
    expect(summarise([5, 3], 3)).toEqual(summarise([5], 0));
  });

  it('survive gradients whose squares vanish in float64', () => {
    const summaries = summarise([2e-200, 2e-200], 0);
    expect(summaries['stable-rank']).toBeCloseTo(2, 12);
    expect(summaries['participation-ratio']).toBeCloseTo(2, 12);
    expect(summaries['values-for-90-percent']).toBe(2);
  });

  it('are absent for an absent set, and zero for a matrix of zeros', () => {
    const absent = summarise([Number.NaN, Number.NaN], Number.NaN);
    const zero = summarise([0, 0, Number.NaN], absoluteFloor([0, 0, Number.NaN], float64GramFloor));
    for (const name of summaryNames) {
      expect(absent[name]).toBeNaN();
      expect(zero[name]).toBe(0);
    }
    expect(summarise([], 0).energy).toBeNaN();
  });
});

describe('the floor of a set', () => {
  it('is a fraction of its largest value, wherever that stands', () => {
    expect(absoluteFloor([1, 8, Number.NaN], 0.25)).toBe(2);
    expect(absoluteFloor(new Float32Array([0, 0]), 0.25)).toBe(0);
  });

  it('is absent for an absent set', () => {
    expect(absoluteFloor([Number.NaN], 0.25)).toBeNaN();
    expect(absoluteFloor([], 0.25)).toBeNaN();
  });
});
