/** What looks at a training in hand have found: layers in which groups differ by more than chance, as training goes. */
import * as v from 'valibot';
import { testStatisticSchema } from '#app/inference/statistics.ts';
import { quantities } from '#app/run/configuration.ts';

const signSchema = v.object({
  layer: v.string(),
  quantity: v.picklist(quantities),
  summary: testStatisticSchema,
  groups: v.tuple([v.string(), v.string()]),
  /** Under the true labels, less what permuted labels give on average, over the steps so far. */
  effect: v.number(),
  unit: v.string(),
  /** In standard deviations over the labellings; of a distance what is above the mean alone counts. */
  score: v.number(),
});
export type EarlySign = v.InferOutput<typeof signSchema>;

export const lookSchema = v.object({
  /** From 1. */
  look: v.number(),
  /** Steps of all runs until then, and the share of the planned steps that they are. */
  steps: v.number(),
  fraction: v.number(),
  /** Kept steps that were looked at, over all looks so far. */
  batches: v.number(),
  /** Probability of a false sign anywhere that may be spent by this look. */
  spent: v.number(),
  /** What a score must be above; null: nothing may be spent yet. */
  band: v.nullable(v.number()),
  /** Of each layer that has any test, the one that is farthest out. */
  strongest: v.array(signSchema),
  /** All that are out of the band. */
  out: v.array(signSchema),
});
export type Look = v.InferOutput<typeof lookSchema>;

export const earlySignsSchema = v.object({
  /** Why there are no looks, with what to do about it; null: there are, or will be. */
  none: v.nullable(v.string()),
  /** Probability of a sign anywhere in the training when groups do not differ. */
  level: v.number(),
  permutations: v.number(),
  /** What labels are exchanged within: 'none', or 'class'. */
  strata: v.string(),
  /** Looks that are planned, and those that were made, in order. */
  planned: v.number(),
  looks: v.array(lookSchema),
  /** Layers that left the band, in the order in which they did, each with the sign of its first look out. */
  marks: v.array(v.object({ look: v.number(), steps: v.number(), ...signSchema.entries })),
  /** What a reader must know beside the numbers. */
  notes: v.array(v.string()),
});
export type EarlySigns = v.InferOutput<typeof earlySignsSchema>;

/** What a session says of the looks that are made of it. */
export const looksPlanSchema = v.object({
  level: v.number(),
  permutations: v.number(),
  strata: v.string(),
  planned: v.number(),
});
export type LooksPlan = v.InferOutput<typeof looksPlanSchema>;
