/**
 * A study: subjects, what is known of them, their groups and what a network shall learn. Plain JSON, diffable.
 * The same schemas parse a study file and every study that crosses a process.
 */
import * as v from 'valibot';
import { sentenceSchema } from '#app/text/sentence.ts';

/** The sentences that words of a problem were made of. */
export const saidSchema = v.object({
  message: v.optional(sentenceSchema),
  found: v.optional(sentenceSchema),
  expected: v.optional(sentenceSchema),
});

export const problemSchema = v.object({
  /** Stable, kebab-case: 'nifti-truncated', 'no-file-for-subject'. */
  code: v.string(),
  severity: v.picklist(['error', 'warning', 'note']),
  /** Relative to the study's root. */
  file: v.nullable(v.string()),
  subject: v.nullable(v.string()),
  field: v.nullable(v.string()),
  /** What is there and what should be, in a few words; absent where only the sentence can tell. */
  found: v.optional(v.nullable(v.string())),
  expected: v.optional(v.nullable(v.string())),
  /** What, where, what to do. */
  message: v.string(),
  /** What `message`, `found` and `expected` were made of, to be said in another language; older studies keep the text alone. */
  said: v.optional(saidSchema),
});
export type Problem = v.InferOutput<typeof problemSchema>;

export const sourceFileSchema = v.object({
  /** Relative to the study's root, with forward slashes. */
  path: v.string(),
  bytes: v.number(),
  /** Hex SHA-256 of the content, to find a moved file again. */
  sha256: v.string(),
});
export type SourceFile = v.InferOutput<typeof sourceFileSchema>;

/** What the values of a scan are like, to tell one that is unlike the others. Voxels without a number are left out. */
export const scanStatisticsSchema = v.object({
  minimum: v.number(),
  maximum: v.number(),
  mean: v.number(),
  standardDeviation: v.number(),
  /** Share of voxels that are exactly 0. */
  zeros: v.number(),
  /** Share of voxels that hold no number. */
  notNumbers: v.number(),
  /** Percentiles 1, 5, 25, 50, 75, 95, 99. */
  percentiles: v.array(v.number()),
  /** Volume of the voxels above the foreground threshold, in millilitres. */
  foregroundMl: v.number(),
});
export type ScanStatistics = v.InferOutput<typeof scanStatisticsSchema>;

export const scanSchema = v.object({
  ...sourceFileSchema.entries,
  /** Voxels along i, j, k. */
  shape: v.tuple([v.number(), v.number(), v.number()]),
  /** Edge lengths of a voxel in millimetres. */
  spacingMm: v.tuple([v.number(), v.number(), v.number()]),
  /** Anatomical direction of increasing i, j, k: 'RAS', 'LPI', …; '???' where the header does not say. */
  orientation: v.string(),
  dataType: v.string(),
  /** 4 x 4, row by row: voxel indices to millimetres, RAS+. Studies of before scans were compared have none. */
  affine: v.optional(v.array(v.number())),
  statistics: v.optional(scanStatisticsSchema),
});
export type Scan = v.InferOutput<typeof scanSchema>;

/** Rows and columns of numbers of one subject: a time series, or a matrix of connections. */
export const seriesSchema = v.object({
  ...sourceFileSchema.entries,
  /** Name of the array in a file of several; '' where the file holds one without a name. */
  array: v.string(),
  /** Place along the axis of subjects of an array of three; null: the array is this subject's alone. */
  slice: v.nullable(v.object({ axis: v.picklist([0, 2]), place: v.number() })),
  /** Rows and columns as they lie in the file. */
  shape: v.tuple([v.number(), v.number()]),
  /** Values that are missing or not finite. */
  missing: v.number(),
});
export type Series = v.InferOutput<typeof seriesSchema>;

export const orientations = ['time-by-roi', 'roi-by-time'] as const;
export type Orientation = (typeof orientations)[number];

/** One of the numbers that a series has at each time: a region of interest, or what an event says. */
export const channelSchema = v.object({
  /** 'V1', 'ReactionTime', 'Stimulus=redcircle', 'ReactionTime missing'. Unique. */
  name: v.string(),
  /** Column of the table of events that it is made of; of other series its own name. */
  source: v.string(),
  /** The number itself; 1 where the column has this level, otherwise 0; 1 where the column has no value. */
  of: v.picklist(['number', 'level', 'missing']),
  /** '' for all but levels. */
  level: v.string(),
  /** Whether networks are fed it. */
  included: v.boolean(),
});
export type Channel = v.InferOutput<typeof channelSchema>;

/** A label image whose regions the series of 4-D scans are the means of. */
export const atlasSchema = v.object({
  /** As a person reads it: the name of the image. */
  name: v.string(),
  image: sourceFileSchema,
  /** Table of the names of the labels; null: they are called by their numbers. */
  names: v.nullable(sourceFileSchema),
  /** Only its voxels count; null: all do. */
  mask: v.nullable(sourceFileSchema),
  /** Value of the image in each region, in the order of the channels. */
  labels: v.array(v.number()),
});
export type Atlas = v.InferOutput<typeof atlasSchema>;

/** Tables of confounds beside the series, as a training begins with them. */
export const confoundsSchema = v.object({
  /** Pattern of the files' names or paths, with * and ?. */
  files: v.string(),
  /** Names of columns, or patterns of them with * and ?. */
  columns: v.array(v.string()),
});

/** How the files of series are to be read, alike for all subjects. */
export const seriesLayoutSchema = v.object({
  /** Arrays of numbers, tables of events whose rows are the times, or 4-D scans with an atlas. */
  files: v.picklist(['arrays', 'events', 'atlas']),
  /** What the rows and columns of the files are; of matrices of connections it means nothing. */
  orientation: v.picklist(orientations),
  /** How that is known: one sentence. */
  orientationReason: v.string(),
  orientationSaid: v.optional(sentenceSchema),
  channels: v.array(channelSchema),
  /** Of 4-D scans. */
  atlas: v.optional(atlasSchema),
  /** Seconds from one time point to the next, where the files say so and agree. */
  repetitionTimeS: v.optional(v.nullable(v.number())),
  /** Found at import, or named then. */
  confounds: v.optional(v.nullable(confoundsSchema)),
});
export type SeriesLayout = v.InferOutput<typeof seriesLayoutSchema>;

/** One value of a table: a number, a text, or nothing (empty, n/a). */
export const cellSchema = v.nullable(v.union([v.number(), v.string()]));
export type Cell = v.InferOutput<typeof cellSchema>;

/** A subject's value of each column. Looked at in one pass: a large study has millions, at every border of a process. */
// eslint-disable-next-line spectroscope/bare-text -- what parsing expected, for logs
const valuesSchema = v.custom<Record<string, Cell>>(areCells, 'a number, a text or nothing for each column');

function areCells(values: unknown): boolean {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return false;
  const cells = values as Readonly<Record<string, unknown>>;
  for (const name in cells) {
    const cell = cells[name];
    const isCell = cell === null || typeof cell === 'string' || (typeof cell === 'number' && !Number.isNaN(cell));
    if (!isCell) return false;
  }
  return true;
}

export const columnSchema = v.object({
  name: v.string(),
  type: v.picklist(['number', 'category', 'text']),
  /** What the study uses the column for. Only features reach the network. */
  role: v.picklist(['id', 'file', 'feature', 'covariate', 'ignored']),
  /** What the column means, where that is known; rows with one 'person' are of one and stay together in folds. */
  meaning: v.nullable(v.picklist(['age', 'sex', 'site', 'group', 'person'])),
  /** Names of coded values, from a JSON sidecar: { '0': 'control' }. */
  levels: v.record(v.string(), v.string()),
  /** Description from a sidecar, or ''. */
  description: v.string(),
});
export type Column = v.InferOutput<typeof columnSchema>;

export const subjectSchema = v.object({
  id: v.string(),
  scan: v.nullable(scanSchema),
  /** In a study of series or matrices; absent: none. */
  series: v.optional(seriesSchema),
  /** Table of the confounds of a 4-D scan, where one was found at import. */
  confounds: v.optional(sourceFileSchema),
  values: valuesSchema,
  /** Why the subject takes no part; null when it does. */
  excluded: v.nullable(v.string()),
});
export type Subject = v.InferOutput<typeof subjectSchema>;

/** Which subjects belong: by a value, a range or a name, and by combinations of these. */
export type Rule =
  /** Column equals one of the values (compared as text, after trimming). */
  | { kind: 'value'; column: string; values: string[] }
  /** minimum <= column < maximum; null leaves a side open. */
  | { kind: 'range'; column: string; minimum: number | null; maximum: number | null }
  /** File name or subject id matches a pattern with * and ?. */
  | { kind: 'pattern'; field: 'file' | 'id'; pattern: string }
  /** Every one of the rules, or at least one. */
  | { kind: 'all' | 'any'; rules: Rule[] }
  | { kind: 'not'; rule: Rule };

export const ruleSchema: v.GenericSchema<Rule> = v.variant('kind', [
  v.object({ kind: v.literal('value'), column: v.string(), values: v.array(v.string()) }),
  v.object({
    kind: v.literal('range'),
    column: v.string(),
    minimum: v.nullable(v.number()),
    maximum: v.nullable(v.number()),
  }),
  v.object({ kind: v.literal('pattern'), field: v.picklist(['file', 'id']), pattern: v.string() }),
  v.object({ kind: v.picklist(['all', 'any']), rules: v.array(v.lazy(() => ruleSchema)) }),
  v.object({ kind: v.literal('not'), rule: v.lazy(() => ruleSchema) }),
]);

export const groupSchema = v.object({
  name: v.string(),
  /** Index into the group palette (Okabe-Ito). */
  colour: v.number(),
  /** null: members by hand only. */
  rule: v.nullable(ruleSchema),
});
export type Group = v.InferOutput<typeof groupSchema>;

/** A way to divide subjects into disjoint, named groups. The first rule that matches wins; a hand assignment wins over all. */
export const labellingSchema = v.object({
  /** Column that the groups came from; null when by rules or by hand. */
  column: v.nullable(v.string()),
  groups: v.array(groupSchema),
  /** By hand: subject id -> group name, or null for 'in no group'. */
  assigned: v.record(v.string(), v.nullable(v.string())),
});
export type Labelling = v.InferOutput<typeof labellingSchema>;

export const studySchema = v.object({
  format: v.literal('spectroscope-study'),
  version: v.literal(1),
  /** Random, given at import; names the study in the library. */
  id: v.string(),
  name: v.string(),
  description: v.string(),
  /** Where the data come from and under which licence, or ''. */
  attribution: v.string(),
  kind: v.picklist(['table', 'volumes', 'series', 'matrices']),
  /** In a study of series or matrices. */
  series: v.optional(seriesLayoutSchema),
  /** Folder that all paths start from, relative to the study file where possible. */
  root: v.string(),
  tables: v.array(sourceFileSchema),
  columns: v.array(columnSchema),
  subjects: v.array(subjectSchema),
  /** Whose spectra are compared. */
  groups: labellingSchema,
  /** What the network learns; null: the groups themselves. */
  target: v.nullable(labellingSchema),
  problems: v.array(problemSchema),
});
export type Study = v.InferOutput<typeof studySchema>;

/** How a subset is chosen in which the groups resemble each other. */
export const matchSettingsSchema = v.object({
  /** Columns on which matched subjects agree; numbers within `tolerance`, in their own unit. */
  exact: v.array(v.object({ column: v.string(), tolerance: v.pipe(v.number(), v.minValue(0)) })),
  /** Columns of the propensity score; none: it is not used. */
  propensity: v.array(v.string()),
  /** Largest distance of propensity scores, in standard deviations of their logits. */
  caliper: v.pipe(v.number(), v.gtValue(0)),
  /** Decides in which order the subjects of the smallest group choose. */
  seed: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(2 ** 32 - 1)),
});
export type MatchSettings = v.InferOutput<typeof matchSettingsSchema>;

/** Everything a person can change in a study. Each edit is one step of undo. */
export const studyEditSchema = v.variant('kind', [
  v.object({ kind: v.literal('rename'), name: v.string() }),
  v.object({
    kind: v.literal('column'),
    column: v.string(),
    change: v.partial(v.pick(columnSchema, ['type', 'role', 'meaning'])),
  }),
  /** Roles of many columns at once: which are features. */
  v.object({ kind: v.literal('features'), columns: v.array(v.string()), included: v.boolean() }),
  /** Takes columns out of the study with all their values, for good: there is no way back but another import. */
  v.object({ kind: v.literal('drop-columns'), columns: v.array(v.string()) }),
  /** A number that stands for 'missing', such as -999, becomes an empty cell. */
  v.object({ kind: v.literal('count-as-missing'), columns: v.array(v.string()), code: v.number() }),
  v.object({ kind: v.literal('label-by-column'), labelling: v.picklist(['groups', 'target']), column: v.string() }),
  v.object({ kind: v.literal('target-is-groups') }),
  v.object({
    kind: v.literal('add-group'),
    labelling: v.picklist(['groups', 'target']),
    group: groupSchema,
    /** Members by hand from the start. */
    subjects: v.optional(v.array(v.string())),
  }),
  v.object({
    kind: v.literal('change-group'),
    labelling: v.picklist(['groups', 'target']),
    name: v.string(),
    change: v.partial(groupSchema),
  }),
  v.object({ kind: v.literal('remove-group'), labelling: v.picklist(['groups', 'target']), name: v.string() }),
  v.object({
    kind: v.literal('assign'),
    labelling: v.picklist(['groups', 'target']),
    subjects: v.array(v.string()),
    group: v.nullable(v.string()),
  }),
  /** Groups within groups: by the values of a column, in one group or (null) in each. */
  v.object({
    kind: v.literal('split-groups'),
    labelling: v.picklist(['groups', 'target']),
    group: v.nullable(v.string()),
    column: v.string(),
  }),
  /** One group as it is, all others together as the second. */
  v.object({ kind: v.literal('one-versus-rest'), labelling: v.picklist(['groups', 'target']), group: v.string() }),
  /** Excludes whom matching leaves over; those that an earlier matching left over come back first. */
  v.object({ kind: v.literal('match'), settings: matchSettingsSchema }),
  v.object({ kind: v.literal('exclude'), subjects: v.array(v.string()), reason: v.string() }),
  v.object({ kind: v.literal('include'), subjects: v.array(v.string()) }),
  /** Which channels of the series networks are fed; a column of events by its name has all its channels. */
  v.object({ kind: v.literal('channels'), channels: v.array(v.string()), included: v.boolean() }),
  v.object({ kind: v.literal('series-orientation'), orientation: v.picklist(orientations) }),
]);
export type StudyEdit = v.InferOutput<typeof studyEditSchema>;
