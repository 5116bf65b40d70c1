/**
 * All that a report says of a session, as plain data without a subject's identifier: what the page is made of, and the
 * numbers that it carries for programs. NaN is null here.
 */
import type { CalibrationResult } from './calibration-result.ts';
import type { EpochRow, SessionLayer, SessionMetrics, SessionRun } from '#app/contract/session.ts';
import type { TestAnswer, TestOptions } from '#app/inference/test-options.ts';
import type { DescribedStep } from '#app/preparation/describe.ts';
import type { Quantity, RunConfiguration } from '#app/run/configuration.ts';
import type { BalanceRow } from '#app/study/balance.ts';
import type { PowerHint } from '#app/study/power.ts';
import type { Study } from '#app/study/study.ts';
import type { ValidityPart } from './validity.ts';

export const reportFormat = { format: 'spectroscope-report', version: 1 } as const;

export interface ReportMaterial {
  format: typeof reportFormat.format;
  version: typeof reportFormat.version;
  /** ISO 8601. */
  written: string;
  /** Version of the program that wrote the report. */
  program: string;
  session: SessionFacts;
  study: StudyFacts;
  flow: FlowFacts;
  groups: GroupFacts[];
  classes: string[];
  target: string;
  targetIsGroups: boolean;
  balance: BalanceRow[];
  power: PowerHint | null;
  model: ModelFacts;
  configuration: RunConfiguration;
  preparation: DescribedStep[];
  capture: CaptureFacts;
  runs: SessionRun[];
  epochs: EpochRow[];
  metrics: SessionMetrics;
  /** Empty where no classes are predicted, or nothing was predicted yet. */
  roc: RocFacts[];
  spectra: SpectraFacts | null;
  /** Tests that are kept in the session, and those that were made for the report. */
  tests: ReportedTest[];
  calibration: CalibrationResult | null;
  /** ISO 8601, of a calibration that is kept in the session; null: it was handed to the report, or there is none. */
  calibrationKept: string | null;
  /** What the program's documentation says of the validity of its tests; empty where it is not there. */
  validity: ValidityPart[];
  provenance: Record<string, string>;
}

/** Of two classes the second against the first; of more, each against all others. */
export interface RocFacts {
  kind: 'run' | 'pooled' | 'group';
  name: string;
  positive: string;
  /** Predictions of the class and of the others. */
  positives: number;
  negatives: number;
  auc: number;
  /** From (0, 0) to (1, 1), a point for each threshold that changes anything. */
  falsePositive: number[];
  truePositive: number[];
}

export interface SessionFacts {
  /** The file's name. */
  file: string;
  title: string;
  created: string;
  status: string;
  notes: string;
  bytes: number;
  /** Of the file as it was when the report was written. */
  sha256: string;
  formatVersion: number;
  /** Of all that the networks were fed and told; null in older sessions. */
  dataSha256: string | null;
}

export interface StudyFacts {
  name: string;
  description: string;
  attribution: string;
  kind: Study['kind'];
  tables: { name: string; bytes: number; sha256: string }[];
  /** Subjects whose scan or series the session knows by its hash. */
  hashedFiles: number;
  /** Column that the groups, and the target, came from; null: by rules or by hand. */
  groupColumn: string | null;
  targetColumn: string | null;
  /** What the checks of the data found: how often each. */
  problems: { code: string; severity: 'error' | 'warning' | 'note'; count: number }[];
  /** Numbers that each subject brought: features of a table, or the shape of what the network was given. */
  features: number | null;
  /** Some cells of features are empty; null where a study has no table of features. */
  missingCells: { missing: number; cells: number } | null;
}

export interface FlowFacts {
  imported: number;
  excluded: { reason: string; subjects: number }[];
  inNoGroup: number;
  /** In a group, but without what the network learns. */
  withoutTarget: number;
  analysed: number;
  /** More samples than subjects where series were cut into windows. */
  samples: number;
}

export interface GroupFacts {
  name: string;
  /** Index into the group palette. */
  colour: number;
  subjects: number;
  /** Subjects of each class; empty where there are no classes, or where the classes are the groups. */
  classes: number[];
}

export interface ModelFacts {
  name: string;
  title: string;
  settings: { name: string; value: string }[];
  inputShape: number[];
  layers: { name: string; kind: string; inputShape: number[]; outputShape: number[]; parameters: number }[];
  parameters: number;
  /** False: only the recorded weight layers are known. */
  isWhole: boolean;
}

export interface CaptureFacts {
  layers: SessionLayer[];
  /** Steps with spectra, over all runs; and of each step one row for each layer. */
  steps: number;
  layerSteps: number;
  /** Steps that kept sample Grams, and steps whose weights were kept. */
  gramSteps: number;
  replaySteps: number;
}

/** Curves are the mean over the runs, with the lowest and the highest run. */
export interface SpectraFacts {
  /** First and last step of each column of all curves. */
  first: number[];
  last: number[];
  /** Groups, then 'all'. */
  sets: string[];
  /** Runs that the curves are of: indices from 0. */
  runs: number[];
  summaries: SummaryCurves[];
  alignment: AlignmentCurves[];
  /** Of one run at its last captured step. */
  spectrum: { run: number; step: number; samples: number[]; layers: LayerSpectra[] } | null;
}

export interface SummaryCurves {
  layer: string;
  quantity: Quantity;
  summary: 'effective-rank' | 'largest';
  /** Of each set. */
  curves: Curve[];
}

/** Steps of a run and layer whose alignment is looked at, at most: of a longer run evenly spaced ones. */
export const mostAlignmentSteps = 4096;

export interface AlignmentCurves {
  layer: string;
  pairs: { groups: [string, string]; curve: Curve }[];
}

/** [columns] each; null where there is none. */
export interface Curve {
  mean: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
}

export interface LayerSpectra {
  layer: string;
  quantity: Quantity;
  /** Size-normalised values above the floor, of each set, descending. */
  values: number[][];
  /** Values of each set at or below the floor: not resolved. */
  unresolved: number[];
}

export interface ReportedTest {
  /** ISO 8601, of a test that is kept in the session; null: made for this report. */
  kept: string | null;
  /** Titles of the sessions that were tested together; empty: this one alone. */
  sessions: string[];
  options: TestOptions;
  answer: TestAnswer;
}
