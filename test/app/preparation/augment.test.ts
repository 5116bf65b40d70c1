/** What may be done to a training sample, and that the same showing is the same. */
import { describe, expect, it } from 'vitest';
import { augment, showingRandom, type AugmentSettings } from '#app/preparation/augment.ts';
import { SeededRandom } from '#app/run/random.ts';

const none: AugmentSettings = { flip: false, shiftVoxels: 0, window: 1, scale: 0, noise: 0 };
const shape = [4, 3, 2, 1];
const ramp = (): Float32Array => Float32Array.from({ length: 24 }, (_, i) => i + 1);

function shown(settings: Partial<AugmentSettings>, seed: number, of = ramp(), shapeOf = shape): Float32Array {
  augment(of, shapeOf, { ...none, ...settings }, -9, new SeededRandom(seed));
  return of;
}

describe('a flip', () => {
  it('changes left and right every second time, and nothing else', () => {
    const mirrored = Float32Array.from({ length: 24 }, (_, i) => (3 - Math.floor(i / 6)) * 6 + (i % 6) + 1);
    const seen = Array.from({ length: 200 }, (_, seed) => shown({ flip: true }, seed).join());
    const flipped = seen.filter((each) => each === mirrored.join()).length;
    expect(seen.every((each) => each === mirrored.join() || each === ramp().join())).toBe(true);
    expect(flipped).toBeGreaterThan(70);
    expect(flipped).toBeLessThan(130);
  });
});

describe('a shift', () => {
  it('moves by whole voxels as far as allowed, and fills with background', () => {
    const moves = new Set<string>();
    for (let seed = 0; seed < 300; seed++) {
      const moved = shown({ shiftVoxels: 1 }, seed);
      const place = moved.findIndex((value) => value === 12);
      if (place === -1) continue;
      // 12 was at x 1, y 2, z 1.
      const by = [Math.floor(place / 6) - 1, (Math.floor(place / 2) % 3) - 2, (place % 2) - 1] as const;
      moves.add(by.join());
      for (let i = 0; i < 24; i++) {
        const from = [Math.floor(i / 6) - by[0], (Math.floor(i / 2) % 3) - by[1], (i % 2) - by[2]] as const;
        const inside = from.every((each, axis) => each >= 0 && each < (shape[axis] ?? 0));
        expect(moved[i]).toBe(inside ? (from[0] * 3 + from[1]) * 2 + from[2] + 1 : -9);
      }
    }
    expect(moves.size).toBeGreaterThan(8);
  });
});

describe('a window', () => {
  it('keeps a stretch of the time points, anywhere', () => {
    const starts = new Set<number>();
    for (let seed = 0; seed < 60; seed++) {
      const kept = shown({ window: 0.5 }, seed, ramp(), [12, 2]);
      const places = [...kept].flatMap((value, i) => (value === 0 ? [] : [i]));
      expect(places).toHaveLength(12);
      expect((places.at(-1) ?? 0) - (places[0] ?? 0)).toBe(11);
      starts.add((places[0] ?? 0) / 2);
    }
    expect([...starts].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });
});

describe('scale and noise', () => {
  it('have the size that they are given', () => {
    const factors = Array.from({ length: 400 }, (_, seed) => (shown({ scale: 0.2 }, seed)[9] ?? NaN) / 10);
    expect(Math.min(...factors)).toBeGreaterThanOrEqual(0.8);
    expect(Math.min(...factors)).toBeLessThan(0.82);
    expect(Math.max(...factors)).toBeLessThanOrEqual(1.2);
    expect(Math.max(...factors)).toBeGreaterThan(1.18);
    const noisy = shown({ noise: 0.5 }, 1, new Float32Array(20_000), [20_000]);
    const deviation = Math.sqrt(noisy.reduce((sum, value) => sum + value ** 2, 0) / noisy.length);
    expect(deviation).toBeCloseTo(0.5, 1);
  });
});

describe('a showing', () => {
  it('follows from the seed, the epoch and the row alone', () => {
    const draw = (seed: number, epoch: number, row: number): number => showingRandom(seed, epoch, row).next();
    expect(draw(1, 2, 3)).toBe(draw(1, 2, 3));
    const all = [0, 1, 2].flatMap((seed) =>
      [0, 1, 2, 3].flatMap((epoch) => Array.from({ length: 50 }, (_, row) => draw(seed, epoch, row))),
    );
    expect(new Set(all).size).toBe(600);
  });
});
