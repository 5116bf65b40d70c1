/** Sums of the values of all tests over steps, by block of steps and labelling. */
import type { TestCourse } from '#app/inference/permutation-test.ts';
import { sidesOf, type TestStatistic } from '#app/inference/statistics.ts';
import { summariesOfPermutations, type PermutationProblem, type PermutationSummaries } from '../capture/native.ts';
import type { KeptLayer, KeptStep } from './kept-steps.ts';
import type { LabelledStep, Labellings } from './labellings.ts';
import { adjustmentOf, problemOf, questionsOf, writeValues, type TestQuestion } from './permuted-step.ts';

/** A step that native code has in hand. */
export interface StepInHand {
  kept: KeptStep;
  labelled: LabelledStep;
  found: Promise<{ layer: KeptLayer; summaries: PermutationSummaries }[]>;
}

/** Threads of Node's pool. */
const poolThreads = 4;

/** Shares out problems of native code to so many threads, in the order of the calls. */
export class NativeThreads {
  private room: number;
  private readonly each: number;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param ahead problems that are handed over beyond those of the threads. Without them a thread that has done its problem
   *   waits until JavaScript, which may be adding up values, gives it the next one: a quarter of the time on two cores.
   */
  constructor(threads: number, ahead = 0) {
    this.room = Math.min(threads, poolThreads) + ahead;
    this.each = Math.ceil(threads / poolThreads);
  }

  async solve(problem: PermutationProblem): Promise<PermutationSummaries> {
    if (this.room > 0) this.room -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await summariesOfPermutations(problem, this.each);
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.room += 1;
      else next();
    }
  }
}

export class PermutedSums {
  private readonly labellings: Labellings;
  private readonly statistics: readonly TestStatistic[];
  private readonly pairs: readonly (readonly [number, number])[];
  private readonly blocks: TestCourse['blocks'];
  private readonly sums = new Map<string, Accumulator>();
  /** Of one test at one step, by labelling: made once, there are tens of thousands of them. */
  private readonly values: Float64Array;

  /** @param blocks first and last step of each */
  constructor(
    labellings: Labellings,
    statistics: readonly TestStatistic[],
    pairs: readonly (readonly [number, number])[],
    blocks: TestCourse['blocks'],
  ) {
    this.labellings = labellings;
    this.statistics = statistics;
    this.pairs = pairs;
    this.blocks = blocks;
    this.values = new Float64Array(labellings.count);
  }

  /** Hands a step over to native code. */
  begin(kept: KeptStep, threads: NativeThreads): StepInHand {
    const labelled = this.labellings.of(kept);
    const { subjects, groupSizes } = kept;
    const found = kept.grams.map(async ({ layer, kept: grams }) => {
      const problem = problemOf(layer, grams, subjects.length, groupSizes.length, labelled, this.statistics);
      return { layer, summaries: await threads.solve(problem) };
    });
    const all = Promise.all(found);
    // Steps before it may be waited for when it fails; whoever waits for it is told.
    all.catch(() => undefined);
    return { kept, labelled, found: all };
  }

  /** Waits for a step and adds its values to those before it. */
  async add({ kept, labelled, found }: StepInHand): Promise<void> {
    const block = this.blocks.findIndex(({ first, last }) => kept.step >= first && kept.step <= last);
    const groups = kept.groupSizes.length;
    const adjustments = this.pairs.map((pair) => adjustmentOf(pair, labelled, groups));
    for (const { layer, summaries } of await found) {
      for (const question of questionsOf(layer, this.statistics, this.pairs)) {
        const { values } = this;
        writeValues(question, summaries, groups, values);
        const adjustment = adjustments[this.pairs.indexOf(question.groups)];
        if (adjustment?.adjust(values) === true) this.accumulator(question).add(block, values);
      }
    }
  }

  courses(): { question: TestQuestion; course: TestCourse }[] {
    return [...this.sums.values()].map((sum) => ({ question: sum.question, course: sum.course() }));
  }

  private accumulator(question: TestQuestion): Accumulator {
    const { stored, quantity, statistic, groups } = question;
    const name = `${stored} ${quantity} ${statistic} ${groups.join(' ')}`;
    let sum = this.sums.get(name);
    if (sum === undefined) {
      sum = new Accumulator(question, this.blocks, this.labellings.count);
      this.sums.set(name, sum);
    }
    return sum;
  }
}

class Accumulator {
  readonly question: TestQuestion;
  private readonly blocks: { first: number; last: number; steps: number }[];
  private readonly labellings: number;
  private readonly sums: Float64Array;

  constructor(question: TestQuestion, blocks: TestCourse['blocks'], labellings: number) {
    this.question = question;
    this.blocks = blocks.map((block) => ({ ...block, steps: 0 }));
    this.labellings = labellings;
    this.sums = new Float64Array(blocks.length * labellings);
  }

  add(block: number, values: Float64Array): void {
    const of = this.blocks[block];
    if (of === undefined) return;
    of.steps += 1;
    const { sums, labellings } = this;
    const start = block * labellings;
    for (let i = 0; i < labellings; i++) sums[start + i] = (sums[start + i] as number) + (values[i] as number);
  }

  /** A copy: sums may go on. */
  course(): TestCourse {
    const { labellings } = this;
    const sums = this.sums.slice();
    const blocks = this.blocks.map((block) => ({ ...block }));
    blocks.forEach(({ steps }, block) => {
      if (steps === 0) sums.fill(Number.NaN, block * labellings, (block + 1) * labellings);
    });
    return { labellings, blocks, sums, sides: sidesOf(this.question.statistic) };
  }
}
