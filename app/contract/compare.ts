/** Two to eight sessions, or runs of sessions, side by side: what is asked and answered. */
import * as v from 'valibot';
import { quantitySchema, scaleSchema, summaryNames } from './session.ts';

/** What steps of different trainings are put beside each other by. */
export const alignments = ['step', 'epoch', 'loss'] as const;
export type Alignment = (typeof alignments)[number];

/** 'auto': by name where all networks are of one architecture, by relative depth otherwise. */
export const layerMatches = ['auto', 'name', 'depth'] as const;
export type LayerMatch = (typeof layerMatches)[number];

/** A range of positions, in the order of training: of losses the larger comes first. */
const windowSchema = v.object({ from: v.number(), to: v.number() });
export type PositionWindow = v.InferOutput<typeof windowSchema>;

export const compareInput = v.object({
  /** `run`: one run of the session by its index; null: all its runs, which are then its replicates. */
  members: v.array(v.object({ session: v.string(), run: v.nullable(v.number()) })),
  align: v.picklist(alignments),
  match: v.picklist(layerMatches),
  quantity: quantitySchema,
  scale: scaleSchema,
  summary: v.picklist(summaryNames),
  /** null: everything. */
  window: v.nullable(windowSchema),
  /** Positions of the grid at most: what is read of a session grows with it, not with the session. */
  columns: v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(400)),
  /** For a zoom: the curves without metrics and effects, which are of the whole training. */
  curvesAlone: v.optional(v.boolean(), false),
});
export type CompareInput = v.InferOutput<typeof compareInput>;

const estimateSchema = v.object({
  value: v.nullable(v.number()),
  low: v.nullable(v.number()),
  high: v.nullable(v.number()),
});

/** A mean difference with its 95 % interval and p; null where there are fewer than three runs, or they do not vary. */
const effectSchema = v.object({
  effect: v.number(),
  interval: v.nullable(v.tuple([v.number(), v.number()])),
  p: v.nullable(v.number()),
});

const memberSchema = v.object({
  session: v.string(),
  /** As asked for. */
  run: v.nullable(v.number()),
  /** 'A', 'B', … in the order that was asked for. */
  letter: v.string(),
  title: v.string(),
  study: v.string(),
  model: v.string(),
  target: v.string(),
  targetIsGroups: v.boolean(),
  subjects: v.number(),
  /** Of the validation subjects, with bootstrap intervals: by name, as 'session.metrics'. */
  metrics: v.record(v.string(), estimateSchema),
  runs: v.array(
    v.object({
      index: v.number(),
      /** 'fold 2' or 'repeat 1, fold 2'. */
      name: v.string(),
      seed: v.number(),
      steps: v.number(),
      /** Positions of some of its steps, in order: those between lie on the line between them. */
      course: v.object({ step: v.instance(Float64Array), position: v.instance(Float64Array) }),
    }),
  ),
});
export type ComparedMember = v.InferOutput<typeof memberSchema>;

const matchedLayerSchema = v.object({
  /** The layer's name, or 'first', 'middle', 'last'. */
  label: v.string(),
  /** Of each member: name and index of its layer; null where it has none. */
  layers: v.array(v.nullable(v.object({ name: v.string(), index: v.number() }))),
});
export type MatchedLayer = v.InferOutput<typeof matchedLayerSchema>;

/** What is compared at a layer: a set of samples (a group or 'all'), or the difference of two groups. */
const subjectOfComparison = {
  layer: v.string(),
  group: v.string(),
  /** null: of `group` itself; otherwise of `group` less this one. */
  versus: v.nullable(v.string()),
};

const sessionDifferenceSchema = v.object({
  ...subjectOfComparison,
  /** Positions of the two members: first less second. */
  members: v.tuple([v.number(), v.number()]),
  ...effectSchema.entries,
  /** Benjamini and Hochberg over all differences of the answer. */
  pCorrected: v.nullable(v.number()),
  /** 'paired': run by run, validated on the same subjects. */
  method: v.picklist(['paired', 'unpaired']),
  /** Runs of each. */
  n: v.tuple([v.number(), v.number()]),
});
export type SessionDifference = v.InferOutput<typeof sessionDifferenceSchema>;

/** The difference of two groups over all members together. */
const pooledSchema = v.object({
  ...subjectOfComparison,
  /** Of each member by itself, over its runs; null where it has no value. */
  each: v.array(v.nullable(effectSchema)),
  /** Random effects over the members that have a variance (DerSimonian and Laird 1986); null with fewer than two. */
  randomEffects: v.nullable(
    v.object({
      members: v.number(),
      ...effectSchema.entries,
      /** 95 % after Hartung and Knapp (2001), by Student's t: for few members. */
      hartungKnapp: v.tuple([v.number(), v.number()]),
      hartungKnappP: v.number(),
      /** Variance between members. */
      tau2: v.number(),
      /** Cochran's Q, its p, and the share of the variation that is between members (Higgins and Thompson 2002). */
      q: v.number(),
      qP: v.number(),
      i2: v.number(),
    }),
  ),
  /** All runs of all members as replicates; null where members differ in more than their seed. */
  replicates: v.nullable(v.object({ runs: v.number(), ...effectSchema.entries })),
});
export type PooledDifference = v.InferOutput<typeof pooledSchema>;

const metricDifferenceSchema = v.object({
  metric: v.string(),
  ...v.omit(sessionDifferenceSchema, ['layer', 'group', 'versus']).entries,
});
export type MetricDifference = v.InferOutput<typeof metricDifferenceSchema>;

const differingRowSchema = v.object({
  section: v.picklist(['data', 'configuration', 'provenance']),
  name: v.string(),
  /** Of each member, in words. */
  values: v.array(v.string()),
  same: v.boolean(),
});
export type DifferingRow = v.InferOutput<typeof differingRowSchema>;

export const compareAnswer = v.object({
  members: v.array(memberSchema),
  layers: v.array(matchedLayerSchema),
  /** By what layers were matched, in words. */
  layerWords: v.string(),
  /** Groups that all members have, with the first one's colours; the set 'all' follows them in every array of sets. */
  groups: v.array(v.object({ name: v.string(), colour: v.number() })),
  alignment: v.object({
    kind: v.picklist(alignments),
    words: v.string(),
    /** Positions of all runs, and those that every run has been at (null: there are none). */
    extent: windowSchema,
    common: v.nullable(windowSchema),
  }),
  /** In the order of training [positions]. */
  positions: v.instance(Float64Array),
  /** [runs of all members, in order x positions x layers x sets]; NaN where there is none. */
  values: v.instance(Float32Array),
  /** Unit of the effects, in words. */
  unit: v.string(),
  differences: v.array(sessionDifferenceSchema),
  pooled: v.array(pooledSchema),
  metricDifferences: v.array(metricDifferenceSchema),
  /** What members have in common and what not: of the data always, of the rest what differs. */
  differing: v.array(differingRowSchema),
  /** What a reader must know beside the numbers. */
  notes: v.array(v.string()),
});
export type CompareAnswer = v.InferOutput<typeof compareAnswer>;
