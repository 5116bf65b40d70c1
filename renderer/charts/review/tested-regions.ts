/** Where the tests of the open session found the difference that is drawn. */
import { computed } from 'vue';
import type { TestAnswer, TestMethod } from '#app/inference/test-options.ts';
import type { SummaryName } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { useFrames } from '../../state/frames.ts';
import { useTests } from '../../state/tests.ts';
import { useTimeline } from '../../state/timeline.ts';
import type { TestedRegion } from '../layer-map.ts';
import { isFound } from './test-words.ts';

/** The one that tells most about when comes first. */
const byPrecision: readonly TestMethod[] = ['cluster-mass', 'max-statistic', 'permutation'];

export interface DrawnDifference {
  quantity: Quantity;
  summary: SummaryName;
  groups: readonly [string, string];
}

/** @returns null where the difference was not tested by permuted labels */
export function testedRegions(answer: TestAnswer | null, drawn: DrawnDifference): TestedRegion[] | null {
  const pair = drawn.groups.toSorted().join('\n');
  const rows = (answer?.rows ?? []).filter(
    ({ quantity, summary, groups }) =>
      quantity === drawn.quantity && summary === drawn.summary && groups.toSorted().join('\n') === pair,
  );
  const method = byPrecision.find((each) => rows.some((row) => row.method === each));
  if (method === undefined) return null;
  return rows
    .filter((row) => row.method === method && isFound(row, answer?.groups ?? []))
    .map(({ layer, window: { first, last } }) => ({ layer, first, last }));
}

/** Of the two sets whose difference is drawn; null: not tested, or one of them is all samples. */
export function useTestedRegions() {
  const timeline = useTimeline();
  const frames = useFrames();
  const tests = useTests();
  return computed(() => {
    const { view, summaries } = frames;
    const [first, second] = timeline.compared.map((at) => view?.studyGroups[at]?.name);
    if (view === null || summaries === null || first === undefined || second === undefined) return null;
    const { quantity, summary } = summaries;
    return testedRegions(tests.answer, { quantity, summary, groups: [first, second] });
  });
}
