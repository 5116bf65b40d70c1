import { describe, expect, it } from 'vitest';
import { SequentialBand, spentBy, windowScores } from '#app/inference/sequential.ts';
import { SeededRandom } from '#app/run/random.ts';
import { binomialInterval } from '#app/statistics/binomial.ts';

describe('what may be spent', () => {
  // Python: 2 * NormalDist().cdf(-NormalDist().inv_cdf(0.975) / sqrt(t))
  it.each([
    [0.2, 1.172644684e-5],
    [0.5, 0.005574597],
    [0.8, 0.02842963075],
    [1, 0.05],
  ])('at %s of the steps is that of O’Brien and Fleming', (fraction, expected) => {
    expect(Math.abs(spentBy(0.05, fraction) / expected - 1)).toBeLessThan(1e-5);
  });

  it('is nothing before the first step and the whole level at the last, and grows between', () => {
    expect(spentBy(0.05, 0)).toBe(0);
    expect(spentBy(0.05, 1.2)).toBe(0.05);
    const spent = Array.from({ length: 50 }, (_, i) => spentBy(0.05, (i + 1) / 50));
    expect(spent.every((each, i) => i === 0 || each >= (spent[i - 1] ?? 0))).toBe(true);
  });
});

/** Scores of labellings at ten looks: means of independent steps of a look each, so looks are alike as real ones are. */
function walk(labellings: number, random: SeededRandom): Float64Array[] {
  const sums = new Float64Array(labellings);
  return Array.from({ length: 10 }, (_, look) => {
    for (let i = 0; i < labellings; i++) sums[i] = (sums[i] ?? 0) + random.normal();
    return sums.map((sum) => Math.abs(sum) / Math.sqrt(look + 1));
  });
}

describe('the band', () => {
  it('is crossed by as many labellings as may be, at no look by more', () => {
    const random = new SeededRandom(1);
    const band = new SequentialBand(1000, 0.05);
    const crossed = new Set<number>();
    walk(1000, random).forEach((extremes, look) => {
      const limit = band.look(extremes, (look + 1) / 10);
      extremes.forEach((value, labelling) => value > limit && crossed.add(labelling));
      expect(crossed.size).toBeLessThanOrEqual(1000 * spentBy(0.05, (look + 1) / 10) + 1e-9);
    });
    expect(crossed.size).toBe(50);
  });

  it('is left by the true labelling in as many trainings as the level says, when it is one like the others', () => {
    const random = new SeededRandom(7);
    const trainings = 2000;
    let left = 0;
    for (let training = 0; training < trainings; training++) {
      const band = new SequentialBand(200, 0.05);
      const looks = walk(200, random);
      if (looks.some((extremes, look) => (extremes[0] ?? 0) > band.look(extremes, (look + 1) / 10))) left += 1;
    }
    const [low, high] = binomialInterval(left, trainings);
    expect(low).toBeLessThanOrEqual(0.05);
    expect(high).toBeGreaterThanOrEqual(0.05);
  });

  it('lets nothing out while too little may be spent, and none of labellings that are alike', () => {
    expect(
      new SequentialBand(1000, 0.05).look(
        Float64Array.from({ length: 1000 }, (_, i) => i),
        0.2,
      ),
    ).toBe(Infinity);
    const same = new Float64Array(100).fill(2);
    expect(same.some((value) => value > new SequentialBand(100, 0.05).look(same, 1))).toBe(false);
  });
});

describe('scores of a window', () => {
  const blocks = [
    { first: 0, last: 1, steps: 2 },
    { first: 2, last: 2, steps: 0 },
    { first: 3, last: 3, steps: 1 },
  ];

  it('are standardised over the labellings, blocks without a value left out', () => {
    const sums = Float64Array.of(6, 2, 4, NaN, NaN, NaN, 3, 1, 2);
    const scores = windowScores({ labellings: 3, blocks, sums, sides: 'two' });
    expect([...(scores ?? [])].map((score) => score.toFixed(6))).toEqual(['1.224745', '1.224745', '0.000000']);
    const above = windowScores({ labellings: 3, blocks, sums, sides: 'greater' });
    expect(above?.[1]).toBeCloseTo(-1.224745, 5);
  });

  it('are none where labels make no difference', () => {
    const sums = new Float64Array(9).fill(1);
    expect(windowScores({ labellings: 3, blocks, sums, sides: 'two' })).toBeNull();
  });
});
