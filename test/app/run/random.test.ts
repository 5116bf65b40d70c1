import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';

const draws = <T>(count: number, draw: () => T): T[] => Array.from({ length: count }, draw);

describe('SeededRandom', () => {
  it('gives the numbers of the published generator', () => {
    // From a Python version of xoshiro128** 1.1 with the same seeding: test/fixtures/random_reference.py.
    const random = new SeededRandom(42);
    expect(draws(5, () => random.integer(2 ** 32))).toEqual([2837322924, 544945897, 479756282, 3500138142, 339756180]);
  });

  it('repeats itself for a seed and differs between seeds', () => {
    const a = new SeededRandom(7);
    const b = new SeededRandom(7);
    const c = new SeededRandom(8);
    const first = draws(20, () => a.next());
    expect(draws(20, () => b.next())).toEqual(first);
    expect(draws(20, () => c.next())).not.toEqual(first);
  });

  it('is uniform in [0, 1) and over integers', () => {
    const random = new SeededRandom(0);
    const values = draws(20_000, () => random.next());
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThan(1);
    expect(values.reduce((sum, x) => sum + x, 0) / values.length).toBeCloseTo(0.5, 2);
    const counts = new Array<number>(7).fill(0);
    for (let i = 0; i < 70_000; i++) counts[random.integer(7)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
  });

  it('draws normal numbers with mean 0 and variance 1', () => {
    const random = new SeededRandom(5);
    const values = draws(40_000, () => random.normal());
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it('shuffles to every order alike', () => {
    const random = new SeededRandom(1);
    const counts = new Map<string, number>();
    for (let i = 0; i < 12_000; i++) {
      const order = random.shuffle(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
