import { describe, expect, test } from 'vitest';
import { deviations, outlierness, outlierZ } from '#app/data/outlierness.ts';
import type { Scan } from '#app/study/study.ts';

function scan(mean: number, standardDeviation = 10, foregroundMl = 1000): Scan {
  return {
    ...{ path: 'a.nii', bytes: 1, sha256: '0', shape: [2, 2, 2], spacingMm: [1, 1, 1], orientation: 'RAS' },
    dataType: 'uint8',
    statistics: {
      ...{ minimum: 0, maximum: 1, mean, standardDeviation, zeros: 0, notNumbers: 0, percentiles: [], foregroundMl },
    },
  };
}

describe('robust z', () => {
  test('by hand: median 4, MAD 2, so 100 lies 96 / 2.9652 above', () => {
    const scans = [1, 2, 3, 4, 4, 5, 6, 7, 100].map((mean) => scan(mean));
    const found = deviations(scans);
    expect(found[8]?.[0]).toMatchObject({ measure: 'mean', found: 100, median: 4 });
    expect(found[8]?.[0]?.z).toBeCloseTo(96 / (1.4826 * 2), 9);
    expect(found.map(outlierness).map((z) => z > outlierZ)).toEqual([...Array<boolean>(8).fill(false), true]);
  });

  test('volumes are compared by ratio: a tenth is as far away as ten times', () => {
    const usual = [900, 950, 1000, 1000, 1050, 1100, 1000, 980, 1020].map((ml) => scan(5, 10, ml));
    const [small, large] = deviations([...usual, scan(5, 10, 100), scan(5, 10, 10000)]).slice(-2);
    expect(small?.[0]).toMatchObject({ measure: 'foreground volume' });
    expect((small?.[0]?.z ?? 0) + (large?.[0]?.z ?? 0)).toBeCloseTo(0, 6);
  });

  test('scans that are alike but for noise are no outliers, however small the noise of the others is', () => {
    const volumes = [141.0, 141.001, 141.002, 141.003, 141.001, 141.002, 141.001, 141.002, 141.1];
    const found = deviations(volumes.map((ml) => scan(5, 10, ml)));
    expect(found.map(outlierness).some((z) => z > outlierZ)).toBe(false);
  });

  test('where half of the cohort is the same the mean distance is the measure, and equal scans are no outliers', () => {
    const same = Array.from({ length: 9 }, () => scan(5));
    expect(deviations(same).map(outlierness)).toEqual(Array(9).fill(0));
    const one = deviations([...same, scan(6)]);
    // Mean distance 0.1: z = 1 / (1.2533 x 0.1).
    expect(one[9]?.[0]?.z).toBeCloseTo(1 / (1.2533 * 0.1), 6);
  });

  test('too few scans, scans that are missing and scans without statistics are not judged', () => {
    expect(deviations([scan(1), scan(100)])).toEqual([null, null]);
    const { statistics: _, ...bare } = scan(1);
    const found = deviations([null, bare, ...Array.from({ length: 8 }, (_each, index) => scan(index))]);
    expect(found.slice(0, 2)).toEqual([null, null]);
    expect(found[2]).not.toBeNull();
  });
});
