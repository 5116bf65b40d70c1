/** Differences of two groups from the summaries that every captured step has: by run and by step. */
import { compare, type TestStatistic } from '#app/inference/statistics.ts';
import { summaryNames } from '#app/contract/session.ts';
import { float32Of, int32Of } from '../session/blob.ts';
import { normalisedSummaries } from '../session/measures.ts';
import { setCount } from '#app/spectra/layout.ts';
import type { TestQuestion } from './permuted-step.ts';
import type { TestedSession } from './kept-steps.ts';

export interface RunDifferences {
  first: number;
  last: number;
  /** Mean over the captured steps of each run that has any. */
  runs: number[];
  /** Of each captured step, run by run. */
  steps: number[];
}

/** Whether the stored summaries hold the statistic. */
export function isStoredSummary(statistic: TestStatistic): boolean {
  return summaryNames.some((name) => name === statistic);
}

export function differencesOf(sessions: readonly TestedSession[], question: TestQuestion): RunDifferences {
  const found: RunDifferences = { first: Infinity, last: -Infinity, runs: [], steps: [] };
  for (const session of sessions) {
    for (const { run } of session.store.statement('SELECT run FROM run ORDER BY run').all()) {
      const steps = stepsOf(session, Number(run), question);
      if (steps.length === 0) continue;
      found.first = Math.min(found.first, steps[0]?.step ?? 0);
      found.last = Math.max(found.last, steps.at(-1)?.step ?? 0);
      found.runs.push(steps.reduce((sum, { value }) => sum + value, 0) / steps.length);
      for (const { value } of steps) found.steps.push(value);
    }
  }
  return found;
}

function stepsOf(
  { store }: TestedSession,
  run: number,
  { stored, quantity, statistic, groups: [first, second] }: TestQuestion,
): { step: number; value: number }[] {
  const layer = store.layer(stored);
  const q = layer.layout.quantities.findIndex((each) => each.quantity === quantity);
  const summary = summaryNames.findIndex((name) => name === statistic);
  const sets = setCount(layer.layout);
  return store
    .statement(
      `SELECT summary.step, summaries, group_sizes FROM summary JOIN step USING (run, step)
       WHERE run = ? AND layer = ? ORDER BY summary.step`,
    )
    .all(run, stored)
    .flatMap((row) => {
      const all = normalisedSummaries(layer, float32Of(row['summaries']), int32Of(row['group_sizes']));
      const at = (group: number): number => all[(q * sets + group) * summaryNames.length + summary] ?? Number.NaN;
      const value = compare(statistic, at(first), at(second));
      return Number.isFinite(value) ? [{ step: Number(row['step']), value }] : [];
    });
}

/** Mean of validation subjects over training subjects of the runs: how much their training parts overlap. */
export function validationShare(sessions: readonly TestedSession[]): number {
  const shares = sessions.flatMap(({ store }) =>
    store
      .statement('SELECT training_subjects, validation_subjects FROM run')
      .all()
      .map((row) => Number(row['validation_subjects']) / Math.max(1, Number(row['training_subjects']))),
  );
  return shares.reduce((sum, share) => sum + share, 0) / Math.max(1, shares.length);
}
