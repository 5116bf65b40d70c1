import { describe, expect, it } from 'vitest';
import { canRelabel, shuffledLabels, sortByGroup } from '#app/inference/relabel.ts';
import { MakeupAdjustment } from '#app/inference/size-effect.ts';
import { SeededRandom } from '#app/run/random.ts';

describe('shuffled labels', () => {
  it('keep the sizes of the groups in each stratum', () => {
    const random = new SeededRandom(3);
    const strata = [0, 1, 0, 2, 1, 0, 1, 2, 0, 1, 1, 0];
    const groups = [0, 0, 1, 1, 1, 2, 0, 2, 0, 1, 2, 1];
    const count = (labels: ArrayLike<number>): string[] =>
      strata.map((stratum, i) => `${stratum} ${String(labels[i])}`).sort();
    const seen = new Set<string>();
    for (let trial = 0; trial < 200; trial++) {
      const labels = shuffledLabels(groups, strata, random);
      expect(count(labels)).toEqual(count(groups));
      seen.add(labels.join());
    }
    expect(seen.size).toBeGreaterThan(150);
  });

  it('give every subject the first group as often as its share is', () => {
    const random = new SeededRandom(5);
    const trials = 4000;
    const counts = new Array<number>(6).fill(0);
    for (let trial = 0; trial < trials; trial++) {
      shuffledLabels([0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0], random).forEach((label, subject) => {
        if (label === 0) counts[subject] = (counts[subject] ?? 0) + 1;
      });
    }
    // Five standard errors of a binomial.
    for (const count of counts) expect(Math.abs(count / trials - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / trials));
  });
});

it('sorts a batch by group, in the order of its samples', () => {
  const orders = new Int32Array(10);
  const sizes = new Int32Array(6);
  sortByGroup([2, 0, 2, 0, 0], 3, orders, 5, sizes, 3);
  expect([...orders]).toEqual([0, 0, 0, 0, 0, 1, 3, 4, 0, 2]);
  expect([...sizes]).toEqual([0, 0, 0, 3, 0, 2]);
});

it('knows that nothing can be exchanged where strata are the groups', () => {
  expect(canRelabel([0, 0, 1, 1], [0, 0, 1, 1])).toBe(false);
  expect(canRelabel([0, 0, 1, 1], [0, 1, 0, 1])).toBe(true);
  expect(canRelabel([0, 0, 0], [0, 0, 0])).toBe(false);
});

describe('values at the observed makeup of the groups', () => {
  const ratios = Float64Array.from({ length: 60 }, (_, i) => Math.log((10 + (i % 7)) / (22 - (i % 7))));
  const mixes = Float64Array.from({ length: 60 }, (_, i) => Math.cos(3 * i) / 4);
  const adjustment = new MakeupAdjustment([ratios, mixes]);

  it('lose what sizes and mixes alone do, parabolas of both', () => {
    const [r = 0, m = 0] = [ratios[0], mixes[0]];
    const deviations = Float64Array.from(ratios, (_, i) => Math.sin(i));
    const bent = deviations.map((each, i) => {
      const [x, y] = [(ratios[i] ?? 0) - r, (mixes[i] ?? 0) - m];
      return each + 3 + 2 * x - 5 * x * x + 4 * y + y * y;
    });
    const plain = deviations.map((each) => each + 3);
    expect(adjustment.adjust(bent)).toBe(true);
    expect(adjustment.adjust(plain)).toBe(true);
    expect(bent[0]).toBeCloseTo(3 + Math.sin(0), 12);
    bent.forEach((value, i) => expect(value).toBeCloseTo(plain[i] ?? NaN, 9));
  });

  it('are as they were where nothing varies', () => {
    const values = Float64Array.from(ratios, (_, i) => Math.cos(i));
    const same = values.slice();
    new MakeupAdjustment([ratios.slice().fill(0.3)]).adjust(same);
    same.forEach((value, i) => expect(value).toBeCloseTo(values[i] ?? NaN, 12));
  });

  it('take the average where a labelling has none, and are left where the observed one has none', () => {
    const values = Float64Array.of(1, 2, NaN, 3);
    const flat = new MakeupAdjustment([Float64Array.of(0, 0, -Infinity, 0)]);
    expect(flat.adjust(values)).toBe(true);
    expect(values[2]).toBeCloseTo(2, 12);
    expect(new MakeupAdjustment([new Float64Array(2)]).adjust(Float64Array.of(NaN, 1))).toBe(false);
  });
});
