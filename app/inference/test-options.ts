/** What a person may ask of a test, and what is answered. */
import * as v from 'valibot';
import { quantities } from '#app/run/configuration.ts';
import { inWriting, sentenceSchema, spoken, type Sentence } from '#app/text/sentence.ts';
import { testStatisticSchema } from './statistics.ts';

/**
 * 'permutation': the mean over all steps; 'max-statistic': the block of steps that deviates most; 'cluster-mass':
 * neighbouring deviating blocks; 'runs': folds and repeats as replicates, corrected for the subjects that they share;
 * 'per-iteration': steps as if they were independent, which they are not: exploratory, never a finding.
 */
export const testMethods = ['permutation', 'max-statistic', 'cluster-mass', 'runs', 'per-iteration'] as const;
export type TestMethod = (typeof testMethods)[number];

/** Whether a method exchanges labels, which needs kept Grams. */
export function isPermuted(method: TestMethod): boolean {
  return method !== 'runs' && method !== 'per-iteration';
}

/** Those that are made unless a person says otherwise. */
export const defaultMethods: readonly TestMethod[] = ['permutation', 'max-statistic', 'cluster-mass'];

/** Fewer cannot reach p = 0.05. */
const fewestPermutations = 19;
const mostPermutations = 100_000;

export const testOptionsSchema = v.object({
  statistics: v.pipe(v.array(testStatisticSchema), v.minLength(1)),
  methods: v.pipe(v.array(v.picklist(testMethods)), v.minLength(1)),
  permutations: v.pipe(v.number(), v.integer(), v.minValue(fewestPermutations), v.maxValue(mostPermutations)),
  seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** 'auto': within classes where the groups are not the target; 'none', 'class', or a column of the study. */
  strata: v.variant('kind', [
    v.object({ kind: v.picklist(['auto', 'none', 'class']) }),
    v.object({ kind: v.literal('column'), column: v.string() }),
  ]),
  /** Names of two groups; null: all pairs. */
  groups: v.nullable(v.tuple([v.string(), v.string()])),
});
export type TestOptions = v.InferOutput<typeof testOptionsSchema>;

export const testRowSchema = v.object({
  layer: v.string(),
  quantity: v.picklist(quantities),
  summary: testStatisticSchema,
  groups: v.tuple([v.string(), v.string()]),
  /** First and last step. */
  window: v.object({ first: v.number(), last: v.number() }),
  /** Under the true labels: first - second group, ln of their ratio, distance or cosine, averaged over the window. */
  observed: v.number(),
  /** The same under permuted labels, on average; 0 where none were permuted: what sizes alone make is then in the effect. */
  expected: v.number(),
  /** observed - expected */
  effect: v.number(),
  unit: v.string(),
  /** 95 % */
  interval: v.tuple([v.number(), v.number()]),
  p: v.number(),
  /** Benjamini and Hochberg over all tests of the method; of a per-iteration test the same as p. */
  pCorrected: v.number(),
  method: v.picklist(testMethods),
  /** Labellings, runs or steps that p rests on. */
  n: v.number(),
});
export type TestRow = v.InferOutput<typeof testRowSchema>;

export const testAnswerSchema = v.object({
  rows: v.array(testRowSchema),
  groups: v.array(v.object({ name: v.string(), subjects: v.number() })),
  /** Batches whose Grams were looked at, over all runs. */
  steps: v.number(),
  permutations: v.number(),
  /** No permutation test can give less. */
  smallestP: v.number(),
  strata: v.string(),
  /** What a reader must know beside the numbers, in English. */
  notes: v.array(v.string()),
  /** The notes as they were made; absent in results that an older version kept. */
  said: v.optional(v.array(sentenceSchema)),
});
export type TestAnswer = v.InferOutput<typeof testAnswerSchema>;

export function toldNotes(said: Sentence[]): Pick<TestAnswer, 'notes' | 'said'> {
  return { notes: said.map(inWriting), said };
}

/** The notes in the chosen language. */
export function spokenNotes({ notes, said = [] }: Pick<TestAnswer, 'notes' | 'said'>): string[] {
  return said.length === 0 ? [...notes] : said.map(spoken);
}
