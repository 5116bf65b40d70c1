import { describe, expect, test } from 'vitest';
import { labelsOf, rankLabels } from '#app/data/overlay-kind.ts';

describe('what lies over a scan', () => {
  test('few whole numbers in patches are labels, in rising order', () => {
    const values = Float32Array.of(0, 4, 4, 4, 0, 4, 17, 17, 17, 0);
    expect(labelsOf(values, 5)).toEqual([4, 17]);
    expect([...rankLabels(values, [4, 17])]).toEqual([0, 1, 1, 1, 0, 1, 2, 2, 2, 0]);
  });

  test('one number beside 0 is a mask', () => {
    expect(labelsOf(Float32Array.of(0, 255, 0, 255), 2)).toEqual([255]);
  });

  test('fractions, negative numbers and whole numbers that change at each step are values', () => {
    expect(labelsOf(Float32Array.of(0, 0.5, 1), 3)).toBeNull();
    expect(labelsOf(Float32Array.of(0, -1, 1), 3)).toBeNull();
    expect(labelsOf(Float32Array.of(3, 9, 4, 12, 7, 8), 6)).toBeNull();
  });
});
