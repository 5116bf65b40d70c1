/** Against NumPy and SciPy: test/fixtures/inference/make_reference.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { falseDiscoveryAdjusted, selectedAdjusted } from '#app/inference/multiple-tests.ts';
import { correctedRunsTest } from '#app/inference/over-runs.ts';
import {
  clusterTest,
  isTestable,
  maxStatisticTest,
  windowTest,
  type TestCourse,
} from '#app/inference/permutation-test.ts';

interface Reference {
  courses: {
    sums: number[][];
    window: { p: number; effect: number; interval: [number, number] };
    max: { p: number; block: number };
    clusters: { first: number; last: number; p: number }[];
  }[];
  falseDiscovery: { p: number[]; adjusted: number[] };
  runs: { differences: number[]; validationShare: number; p: number; interval: [number, number] }[];
}

const file = join(import.meta.dirname, '..', '..', 'fixtures', 'inference', 'reference.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;

function courseOf(sums: readonly (readonly number[])[], sides: TestCourse['sides'] = 'two'): TestCourse {
  return {
    labellings: sums[0]?.length ?? 0,
    blocks: sums.map((_, block) => ({ first: block, last: block, steps: 1 })),
    sums: Float64Array.from(sums.flat()),
    sides,
  };
}

describe.each(reference.courses.map((each, index) => ({ index, ...each })))('course $index', (expected) => {
  const course = courseOf(expected.sums);

  it('has the p, effect and interval of its mean', () => {
    const found = windowTest(course);
    expect(found?.p).toBeCloseTo(expected.window.p, 12);
    expect(found?.effect).toBeCloseTo(expected.window.effect, 9);
    expect(found?.interval[0]).toBeCloseTo(expected.window.interval[0], 9);
    expect(found?.interval[1]).toBeCloseTo(expected.window.interval[1], 9);
  });

  it('has the family-wise p of the block that deviates most', () => {
    const found = maxStatisticTest(course);
    expect(found).toMatchObject({ first: expected.max.block, last: expected.max.block });
    expect(found?.p).toBeCloseTo(expected.max.p, 12);
  });

  it('has the clusters and their p', () => {
    const found = clusterTest(course).map(({ first, last, p }) => ({ first, last, p }));
    expect(found).toHaveLength(expected.clusters.length);
    found.forEach((cluster, i) => {
      expect(cluster).toMatchObject({ first: expected.clusters[i]?.first, last: expected.clusters[i]?.last });
      expect(cluster.p).toBeCloseTo(expected.clusters[i]?.p ?? NaN, 12);
    });
  });
});

describe('a course', () => {
  it('that is the same under all labellings, but for rounding, has no test', () => {
    const flat = courseOf([1, 2].map((mean) => Array.from({ length: 20 }, (_, i) => mean + i * 1e-8)));
    expect(windowTest(flat)).toBeNull();
    expect(maxStatisticTest(flat)).toBeNull();
    expect(clusterTest(flat)).toEqual([]);
  });

  it('of a distance is tested on the side of large values alone', () => {
    const values = [-3, ...Array.from({ length: 19 }, (_, i) => i / 10)];
    expect(windowTest(courseOf([values], 'two'))?.p).toBe(1 / 20);
    expect(windowTest(courseOf([values], 'greater'))?.p).toBe(1);
  });

  it('leaves blocks without a value out', () => {
    const [first = []] = reference.courses[0]?.sums ?? [];
    const holes = courseOf([first, first.map(() => NaN), first]);
    expect(windowTest(holes)?.effect).toBeCloseTo(windowTest(courseOf([first]))?.effect ?? NaN, 12);
  });
});

it('adjusts for false discoveries as SciPy does', () => {
  const { p, adjusted } = reference.falseDiscovery;
  falseDiscoveryAdjusted(p).forEach((each, i) => {
    expect(each).toBeCloseTo(adjusted[i] ?? NaN, 12);
  });
});

describe('of a test with several results', () => {
  const firsts = [0.001, 0.004, 0.01, 0.03, 0.2, 1, 1];

  it('the first is corrected as Benjamini and Hochberg do', () => {
    const expected = falseDiscoveryAdjusted(firsts);
    firsts.forEach((p, i) => expect(selectedAdjusted(p, firsts)).toBeCloseTo(expected[i] ?? NaN, 12));
  });

  it('another is found at the smallest share at which its test and its own p are', () => {
    // By the definition: at a share q, R tests are selected, and a result of a selected test is found with p <= q R / m.
    const isFound = (p: number, q: number): boolean => {
      const selected = falseDiscoveryAdjusted(firsts).filter((each) => each <= q).length;
      return selected > 0 && p <= (q * selected) / firsts.length;
    };
    for (const p of [0.001, 0.002, 0.012, 0.04, 0.3]) {
      const corrected = selectedAdjusted(p, firsts);
      expect(corrected).toBeGreaterThanOrEqual(p);
      expect(isFound(p, corrected + 1e-9)).toBe(corrected < 1);
      expect(isFound(p, corrected - 1e-9)).toBe(false);
    }
    expect(selectedAdjusted(0.9, firsts)).toBe(1);
  });
});

it('can be tested where labellings differ in any block', () => {
  expect(isTestable(courseOf([[1, 1, 1]]))).toBe(false);
  expect(
    isTestable(
      courseOf([
        [NaN, NaN, NaN],
        [0, 1, 2],
      ]),
    ),
  ).toBe(true);
});

it.each(reference.runs)('corrects the t-test over runs for the subjects that they share', (expected) => {
  const found = correctedRunsTest(expected.differences, expected.validationShare);
  expect(found?.p).toBeCloseTo(expected.p, 10);
  expect(found?.interval[0]).toBeCloseTo(expected.interval[0], 8);
  expect(found?.interval[1]).toBeCloseTo(expected.interval[1], 8);
});

it('gives no test over two runs', () => {
  expect(correctedRunsTest([1, 2], 0.25)).toBeNull();
});
