/** The courses of all tests over saved sessions, under the true labels and under permuted ones. */
import { setImmediate } from 'node:timers/promises';
import { cancelled } from '#app/contract/errors.ts';
import type { TestCourse } from '#app/inference/permutation-test.ts';
import { atObservedMakeup, makeupRegressors } from '#app/inference/size-effect.ts';
import { compare, sidesOf, spectrumStatistics, type TestStatistic } from '#app/inference/statistics.ts';
import { quantities, type Quantity } from '#app/run/configuration.ts';
import { triangleOf } from '#app/spectra/kept-grams.ts';
import { gradientProducts, unpacked } from '#app/spectra/regroup.ts';
import { regroupShape } from '../capture/layer-shape.ts';
import { summariesOfPermutations, type PermutationSummaries } from '../capture/native.ts';
import { setFactors, type StoredLayer } from '../session/measures.ts';
import { keptStepNumbers, quantityIndex, readKeptStep, type KeptStep, type TestedSession } from './kept-steps.ts';
import type { LabelledStep, Labellings } from './labellings.ts';

/** What is compared: a statistic of a layer's quantity between two groups. */
export interface TestQuestion {
  /** Number in the session. */
  stored: number;
  layer: string;
  quantity: Quantity;
  statistic: TestStatistic;
  groups: readonly [number, number];
}

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
/** Of so many strata the mixes are taken into account: each takes two regressors. */
const mostStrata = 8;

/**
 * @param sessions of one kind (`requireSameKind`) that kept Grams
 * @param threads that the labellings of a step are shared out to
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
  const blocks = blocksOf(steps.map(({ step }) => step));
  const sums = new Map<string, Accumulator>();
  for (const [done, { session, run, step }] of steps.entries()) {
    const kept = readKeptStep(session, run, step);
    const labelled = labellings.of(kept);
    const regressors = new Map<string, Float64Array[]>();
    const block = blocks.findIndex(({ first, last }) => step >= first && step <= last);
    for (const { layer, kept: grams } of kept.grams) {
      const found = summariesOfLayer(kept, layer, grams, labelled, threads);
      for (const question of questionsOf(layer, statistics, pairs)) {
        const name = JSON.stringify(question);
        const sum = sums.get(name) ?? new Accumulator(question, blocks, labellings.count);
        sums.set(name, sum);
        const values = valuesOf(question, found, kept.groupSizes.length, labellings.count);
        const pair = question.groups.join();
        const makeup = regressors.get(pair) ?? makeupRegressors(makeupsOf(question, labelled, kept.groupSizes.length));
        regressors.set(pair, makeup);
        if (atObservedMakeup(values, makeup)) sum.add(block, values);
      }
    }
    job.progress(done + 1, steps.length);
    await setImmediate();
    if (job.signal.aborted) throw cancelled('The test');
  }
  return {
    tests: [...sums.values()].map((sum) => ({ question: sum.question, course: sum.course() })),
    steps: steps.length,
  };
}

function questionsOf(
  { stored, layer, regroupable }: TestedSession['layers'][number],
  statistics: readonly TestStatistic[],
  pairs: readonly (readonly [number, number])[],
): TestQuestion[] {
  const has = (quantity: Quantity): boolean => layer.view.quantities.some((each) => each.quantity === quantity);
  const of = (quantity: Quantity, statistic: TestStatistic): TestQuestion[] =>
    pairs.map((groups) => ({ stored, layer: layer.view.name, quantity, statistic, groups }));
  return [
    ...regroupable.flatMap((quantity) =>
      statistics.filter((each) => each !== 'alignment').flatMap((each) => of(quantity, each)),
    ),
    ...(statistics.includes('alignment') && has('gradient') ? of('gradient', 'alignment') : []),
  ];
}

function blocksOf(steps: readonly number[]): { first: number; last: number; steps: number }[] {
  const distinct = [...new Set(steps)].sort((a, b) => a - b);
  const size = Math.max(1, Math.ceil(distinct.length / mostBlocks));
  return Array.from({ length: Math.ceil(distinct.length / size) }, (_, block) => {
    const of = distinct.slice(block * size, (block + 1) * size);
    return { first: of[0] ?? 0, last: of.at(-1) ?? 0, steps: 0 };
  });
}

function summariesOfLayer(
  { subjects, groupSizes }: KeptStep,
  { layer, regroupable }: TestedSession['layers'][number],
  kept: Float64Array,
  { orders, groupSizes: sizes }: LabelledStep,
  threads: number,
): PermutationSummaries {
  const samples = subjects.length;
  const asStored = Array.from({ length: samples }, (_, i) => i);
  const whole = (triangle: Float64Array | null): Float64Array =>
    triangle === null ? new Float64Array() : unpacked(triangle, samples, asStored);
  const floorOf = (quantity: Quantity): number =>
    layer.view.quantities.find((each) => each.quantity === quantity)?.relativeFloor ?? 0;
  return summariesOfPermutations(
    {
      shape: Int32Array.from(regroupShape(layer.view, regroupable)),
      groups: groupSizes.length,
      groupSizes: sizes,
      orders,
      gramA: whole(triangleOf(kept, samples, 'activations')),
      gramD: whole(triangleOf(kept, samples, 'adjoints')),
      products: whole(gradientProducts(kept, samples)),
      floors: Float64Array.from(quantities, floorOf),
      factors: Float64Array.from(quantities.flatMap((quantity) => factorsOf(layer, quantity, samples))),
      wantsSpectra: true,
    },
    threads,
  );
}

/** From raw to normalised values of 1, 2, … all samples of a batch. */
function factorsOf(layer: StoredLayer, quantity: Quantity, samples: number): number[] {
  return Array.from({ length: samples }, (_, i) => {
    const [first] = setFactors(layer, quantity, Int32Array.of(i + 1, samples - i - 1));
    return first ?? Number.NaN;
  });
}

/** Of each labelling: ln of the ratio of the groups' sizes, and by how much their shares of each stratum but one differ. */
function makeupsOf(
  { groups: [g, h] }: TestQuestion,
  { groupSizes, strataSizes, strata }: LabelledStep,
  groups: number,
): Float64Array[] {
  const labellings = groupSizes.length / groups;
  const size = (labelling: number, group: number): number => groupSizes[labelling * groups + group] ?? 0;
  const share = (labelling: number, group: number, stratum: number): number =>
    (strataSizes[(labelling * groups + group) * strata + stratum] ?? 0) / size(labelling, group);
  const ratios = Float64Array.from({ length: labellings }, (_, i) => Math.log(size(i, g) / size(i, h)));
  const mixes = Array.from({ length: Math.min(strata, mostStrata) - 1 }, (_, stratum) =>
    Float64Array.from({ length: labellings }, (_each, i) => share(i, g, stratum) - share(i, h, stratum)),
  );
  return [ratios, ...mixes];
}

/** Of each labelling. */
function valuesOf(
  { quantity, statistic, groups: [first, second] }: TestQuestion,
  { summaries, distances, cosines }: PermutationSummaries,
  groups: number,
  labellings: number,
): Float64Array {
  const pairs = (groups * (groups - 1)) / 2;
  const pair = pairPosition(groups, first, second);
  const q = quantityIndex(quantity);
  const summary = spectrumStatistics.findIndex((name) => name === statistic);
  const at = (labelling: number, group: number): number =>
    summaries[((labelling * quantities.length + q) * groups + group) * spectrumStatistics.length + summary] ??
    Number.NaN;
  return Float64Array.from({ length: labellings }, (_, labelling) => {
    if (statistic === 'alignment') return cosines[labelling * pairs + pair] ?? Number.NaN;
    if (statistic === 'spectrum-distance') {
      return distances[(labelling * quantities.length + q) * pairs + pair] ?? Number.NaN;
    }
    return compare(statistic, at(labelling, first), at(labelling, second));
  });
}

/** Of (g, h), g < h, among the pairs of different groups by rows. */
function pairPosition(groups: number, g: number, h: number): number {
  const [low, high] = g < h ? [g, h] : [h, g];
  return low * (groups - 1) - (low * (low - 1)) / 2 + (high - low - 1);
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
    const start = block * this.labellings;
    for (let i = 0; i < values.length; i++) {
      this.sums[start + i] = (this.sums[start + i] as number) + (values[i] as number);
    }
  }

  course(): TestCourse {
    const { blocks, labellings, sums } = this;
    blocks.forEach(({ steps }, block) => {
      if (steps === 0) sums.fill(Number.NaN, block * labellings, (block + 1) * labellings);
    });
    return { labellings, blocks, sums, sides: sidesOf(this.question.statistic) };
  }
}
