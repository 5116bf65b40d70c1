import { describe, expect, it } from 'vitest';
import { canRelabel, drawKeys, exchangeable, relabel } from '#app/inference/relabel.ts';
import { SeededRandom } from '#app/run/random.ts';

function relabelled(strata: readonly number[], keys: readonly number[]): number[] {
  const into = new Int32Array(strata.length);
  relabel(exchangeable(strata), Float64Array.from(keys), into);
  return [...into];
}

describe('relabelling a batch', () => {
  it('gives the first group to the smallest keys', () => {
    expect(relabelled([0, 0, 0, 0], [0.4, 0.1, 0.3, 0.2])).toEqual([1, 3, 2, 0]);
  });

  it('exchanges labels within strata alone, and every group keeps its size there', () => {
    const random = new SeededRandom(3);
    const strata = [0, 1, 0, 2, 1, 0, 1, 2, 0, 1, 1, 0];
    for (let trial = 0; trial < 200; trial++) {
      const order = relabelled(strata, [...drawKeys(strata.length, random)]);
      expect([...order].sort((a, b) => a - b)).toEqual(strata.map((_, i) => i));
      order.forEach((sample, place) => expect(strata[sample]).toBe(strata[place]));
    }
  });

  it('puts every subject into the first group as often as its share is', () => {
    const random = new SeededRandom(5);
    const trials = 4000;
    const counts = new Array<number>(6).fill(0);
    for (let trial = 0; trial < trials; trial++) {
      for (const sample of relabelled([0, 0, 0, 0, 0, 0], [...drawKeys(6, random)]).slice(0, 2)) {
        counts[sample] = (counts[sample] ?? 0) + 1;
      }
    }
    // Five standard errors of a binomial.
    for (const count of counts) expect(Math.abs(count / trials - 1 / 3)).toBeLessThan(5 * Math.sqrt(2 / 9 / trials));
  });

  it('keeps a subject with the smallest key in the first group whatever the batch', () => {
    expect(relabelled([0, 0, 0], [0.5, 0.01, 0.9])[0]).toBe(1);
    expect(relabelled([0, 0, 0, 0], [0.2, 0.7, 0.3, 0.01])[0]).toBe(3);
  });
});

it('knows that nothing can be exchanged where strata are the groups', () => {
  expect(canRelabel([0, 0, 1, 1], [0, 0, 1, 1])).toBe(false);
  expect(canRelabel([0, 0, 1, 1], [0, 1, 0, 1])).toBe(true);
  expect(canRelabel([0, 0, 0], [0, 0, 0])).toBe(false);
});
