/** The courses of all tests over saved sessions, under the true labels and under permuted ones. */
import { setImmediate } from 'node:timers/promises';
import { cancelled } from '#app/contract/errors.ts';
import type { TestCourse } from '#app/inference/permutation-test.ts';
import type { TestStatistic } from '#app/inference/statistics.ts';
import { t } from '#app/text/text.ts';
import { keptStepNumbers, readKeptStep, type TestedSession } from './kept-steps.ts';
import type { Labellings } from './labellings.ts';
import { NativeThreads, PermutedSums, type StepInHand } from './permuted-sums.ts';
import type { TestQuestion } from './permuted-step.ts';

export interface PermutedCourses {
  tests: readonly { question: TestQuestion; course: TestCourse }[];
  /** Batches that were looked at. */
  steps: number;
}

export interface PermutationJob {
  signal: AbortSignal;
  progress(done: number, total: number): void;
}

/** Blocks of the course: neighbouring steps are alike, and so many are told apart by eye. */
const mostBlocks = 50;
/** Steps that native code has in hand, so that no core waits while the values of one are added up. */
const stepsInHand = 3;

/**
 * @param sessions of one kind (`requireSameKind`) that kept Grams
 * @param threads of native code
 * @throws SpectroscopeError (cancelled)
 */
export async function permuteSessions(
  sessions: readonly TestedSession[],
  labellings: Labellings,
  statistics: readonly TestStatistic[],
  pairs: readonly (readonly [number, number])[],
  threads: number,
  job: PermutationJob,
): Promise<PermutedCourses> {
  const steps = sessions.flatMap((session) => keptStepNumbers(session).map((each) => ({ session, ...each })));
  const sums = new PermutedSums(labellings, statistics, pairs, blocksOf(steps.map(({ step }) => step)));
  const native = new NativeThreads(threads, threads);
  const inHand: StepInHand[] = [];
  let done = 0;
  const finish = async (): Promise<void> => {
    const first = inHand.shift();
    if (first === undefined) return;
    await sums.add(first);
    job.progress(++done, steps.length);
    // Requests are answered meanwhile.
    await setImmediate();
  };
  try {
    for (const { session, run, step } of steps) {
      if (job.signal.aborted) throw cancelled(t('The test'));
      inHand.push(sums.begin(readKeptStep(session, run, step), native));
      if (inHand.length >= stepsInHand) await finish();
    }
    while (inHand.length > 0) await finish();
  } finally {
    await Promise.allSettled(inHand.map(({ found }) => found));
  }
  if (job.signal.aborted) throw cancelled(t('The test'));
  return { tests: sums.courses(), steps: steps.length };
}

function blocksOf(steps: readonly number[]): { first: number; last: number; steps: number }[] {
  const distinct = [...new Set(steps)].sort((a, b) => a - b);
  const size = Math.max(1, Math.ceil(distinct.length / mostBlocks));
  return Array.from({ length: Math.ceil(distinct.length / size) }, (_, block) => {
    const of = distinct.slice(block * size, (block + 1) * size);
    return { first: of[0] ?? 0, last: of.at(-1) ?? 0, steps: 0 };
  });
}
