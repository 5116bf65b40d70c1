/** The seam between training and the session store. The writer is used by the training loop on its own thread. */
import type { Metrics, RunStatus, SessionLayer, SessionRun } from '#app/contract/session.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import type { RandomState } from '#app/run/random.ts';
import type { LayerLayout } from '#app/spectra/layout.ts';
import type { Study } from '#app/study/study.ts';
import type { Words } from '#app/text/sentence.ts';

/** What is known of a session before its first step. */
export interface SessionHeader {
  title: string;
  /** As labelled; the store drops absolute paths. */
  study: Study;
  classes: readonly string[];
  targetIsGroups: boolean;
  /** Subjects that take part, in a fixed order that `StepRecord.subjects` points into, with their group and class. */
  subjects: readonly { id: string; group: number; target: number }[];
  configuration: RunConfiguration;
  provenance: Readonly<Record<string, Words>>;
  inputShape: readonly number[];
  /** Names of the inputs, of a table. */
  features?: readonly string[];
  /** Of what the networks are fed and told, to find it again; a session without it cannot be resumed. */
  dataSha256?: string;
  layers: readonly { view: SessionLayer; layout: LayerLayout }[];
  /** Names of the per-step scalars, in stored order: 'loss', 'accuracy', 'step-time-ms', … */
  scalars: readonly string[];
  runs: readonly Pick<
    SessionRun,
    'fold' | 'repeat' | 'seed' | 'stepsPerEpoch' | 'trainingSubjects' | 'validationSubjects' | 'trainingGroups'
  >[];
}

export interface StepRecord {
  run: number;
  /** 0-based. */
  step: number;
  epoch: number;
  /** In the order of `SessionHeader.scalars`. */
  scalars: Float32Array;
  /** Samples of each group in the batch. */
  groupSizes: Int32Array;
  /** Subjects of the batch, sorted by group: indices into `SessionHeader.subjects`. */
  subjects: Int32Array;
  /** One row per layer, or null when the step was not captured. */
  spectra: readonly Float32Array[] | null;
  /** Of each layer: the sample Grams that are kept of the step, and the norms of the samples' gradients, where there are. */
  grams?: readonly (Float64Array | null)[];
  sampleNorms?: readonly (Float32Array | null)[];
}

/** Where a run stands between two steps: all that the steps after it depend on. */
export interface RunState {
  /** Steps done. */
  step: number;
  /** The epoch in hand. */
  epoch: number;
  /** What else is no array, as JSON can hold it. */
  state: unknown;
  arrays: ReadonlyMap<string, Float32Array>;
}

/** A run between two steps, as far as the step to come is to be looked at again: what changes the weights is not in it. */
export interface ReplayCheckpoint {
  /** The step to come. */
  step: number;
  /** The generator of dropout before that step. */
  random: RandomState;
  weights: ReadonlyMap<string, { shape: readonly number[]; values: Float32Array }>;
}

/** What a run ended with. */
export interface RunOutcome {
  /** The epoch with the lowest validation loss; null where there was none. */
  bestEpoch: number | null;
  /** How inputs become what the network is fed, for whoever uses its weights. */
  preparation: RunPreparation;
  /** Of the validation subjects, by the weights that are kept. */
  predictions: readonly SubjectPrediction[];
}

export interface RunPreparation {
  /** Subtracted from each input, and what it is divided by; one number for all voxels. Deviation 0: the input is set to 0. */
  mean: number[];
  deviation: number[];
  standardised: boolean;
  /** Of a regression: its output times the deviation plus the mean is in the target's units. */
  target: { mean: number; deviation: number } | null;
  /** What is done to the inputs, step by step, z-scores among them; absent in sessions that did nothing else. */
  steps?: readonly { readonly step: string }[];
}

export interface SubjectPrediction {
  /** Index into `SessionHeader.subjects`. */
  subject: number;
  loss: number;
  /** Probabilities of the classes, a number in its own units, or nothing for a reconstruction. */
  outputs: Float32Array;
}

/** Everything is on disk (safe from the death of the process) when a call returns. */
export interface SessionWriter {
  /** Opaque name of the session, as in the contract. */
  readonly session: string;
  /** Where it is written. */
  readonly file: string;
  /** Names of the scalars of a step, in stored order: of a session that goes on, as it was begun. */
  readonly scalars: readonly string[];
  step(record: StepRecord): void;
  epoch(run: number, epoch: number, step: number, training: Metrics, validation: Metrics): void;
  /** Weights by variable name, at the end of an epoch (the latest replaces the one before) . */
  checkpoint(
    run: number,
    epoch: number,
    step: number,
    weights: ReadonlyMap<string, { shape: readonly number[]; values: Float32Array }>,
  ): void;
  /** What the run can be resumed from; the latest replaces the one before. */
  progress(run: number, state: RunState): void;
  /** Weights to look at the step to come again, beside those of other steps. */
  replayCheckpoint(run: number, checkpoint: ReplayCheckpoint): void;
  outcome(run: number, outcome: RunOutcome): void;
  runStatus(run: number, status: RunStatus, metrics: { training: Metrics; validation: Metrics } | null): void;
  /** Closes to a single file without a write-ahead log. */
  close(status: RunStatus): void;
}
