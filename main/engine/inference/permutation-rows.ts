/** Results of permutation tests as rows of an answer, corrected over all tests of a method. */
import { selectedAdjusted } from '#app/inference/multiple-tests.ts';
import {
  clusterTest,
  isTestable,
  maxStatisticTest,
  windowTest,
  type TestCourse,
  type TestResult,
} from '#app/inference/permutation-test.ts';
import { effectUnit } from '#app/inference/statistics.ts';
import type { TestMethod, TestRow } from '#app/inference/test-options.ts';
import type { TestQuestion } from './permuted-step.ts';

/** @param names of the groups */
export function permutationRows(
  tests: readonly { question: TestQuestion; course: TestCourse }[],
  methods: readonly TestMethod[],
  names: readonly string[],
): TestRow[] {
  const rowsOf = (method: TestMethod, run: (course: TestCourse) => TestResult[]): TestRow[] => {
    if (!methods.includes(method)) return [];
    const found = tests.map(({ question, course }) =>
      run(course).map((result) => rowOf(question, result, method, names, course.labellings)),
    );
    // A test without a cluster was made too: its p is 1.
    const firsts = found.flatMap(([head], at) => {
      const course = tests[at]?.course;
      if (head !== undefined) return [head.p];
      return method === 'cluster-mass' && course !== undefined && isTestable(course) ? [1] : [];
    });
    return found.flat().map((row) => ({ ...row, pCorrected: selectedAdjusted(row.p, firsts) }));
  };
  const single = (result: TestResult | null): TestResult[] => (result === null ? [] : [result]);
  return [
    ...rowsOf('permutation', (course) => single(windowTest(course))),
    ...rowsOf('max-statistic', (course) => single(maxStatisticTest(course))),
    ...rowsOf('cluster-mass', clusterTest),
  ];
}

export function rowOf(
  { layer, quantity, statistic, groups: [g, h] }: TestQuestion,
  { first, last, observed, expected, effect, interval, p }: TestResult,
  method: TestMethod,
  names: readonly string[],
  n: number,
): TestRow {
  return {
    layer,
    quantity,
    summary: statistic,
    groups: [names[g] ?? '', names[h] ?? ''],
    window: { first, last },
    observed,
    expected,
    effect,
    unit: effectUnit(statistic),
    interval: [interval[0], interval[1]],
    p,
    pCorrected: p,
    method,
    n,
  };
}
