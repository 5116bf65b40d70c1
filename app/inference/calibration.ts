/** How often tests find what is not there, and what is. */
import { binomialInterval } from '#app/statistics/binomial.ts';
import type { SeededRandom } from '#app/run/random.ts';
import type { TestRow } from './test-options.ts';

export interface Rate {
  /** Trainings in which p was at most the nominal level. */
  hits: number;
  runs: number;
  rate: number;
  /** 95 %, Clopper and Pearson. */
  interval: [number, number];
}

export function rateOf(hits: number, runs: number): Rate {
  return { hits, runs, rate: hits / Math.max(1, runs), interval: binomialInterval(hits, Math.max(1, runs)) };
}

/**
 * Labels of two groups of equal size. With an effect e, a share e of the subjects has the group of its class (the first
 * class in the first group, all others in the second), the others have any: the groups differ in their data as far as the
 * classes do. 0: nothing but chance.
 */
export function plantedLabels(classOf: readonly number[], effect: number, random: SeededRandom): (0 | 1)[] {
  const labels = classOf.map((_, i): 0 | 1 => (i % 2 === 0 ? 0 : 1));
  random.shuffle(labels);
  return classOf.map((of, i) => (random.next() < effect ? (of === 0 ? 0 : 1) : (labels[i] ?? 0)));
}

export interface CalibratedTest {
  method: TestRow['method'];
  layer: string;
  quantity: TestRow['quantity'];
  summary: TestRow['summary'];
  rate: Rate;
}

/** The rate of each test by its own p; of clusters, the heaviest counts. */
export function ratesOfTests(runs: readonly (readonly TestRow[])[], nominal: number): CalibratedTest[] {
  const tests = new Map<string, { row: TestRow; hits: number }>();
  for (const rows of runs) {
    const seen = new Set<string>();
    for (const row of rows) {
      const key = [row.method, row.layer, row.quantity, row.summary].join(' ');
      const test = tests.get(key) ?? { row, hits: 0 };
      tests.set(key, test);
      if (!seen.has(key) && row.p <= nominal) test.hits += 1;
      seen.add(key);
    }
  }
  return [...tests.values()].map(({ row: { method, layer, quantity, summary }, hits }) => ({
    method,
    layer,
    quantity,
    summary,
    rate: rateOf(hits, runs.length),
  }));
}

/** Trainings in which any corrected p of the method is at most the nominal level. */
export function rateOfAny(runs: readonly (readonly TestRow[])[], method: TestRow['method'], nominal: number): Rate {
  const hits = runs.filter((rows) => rows.some((row) => row.method === method && row.pCorrected <= nominal)).length;
  return rateOf(hits, runs.length);
}
