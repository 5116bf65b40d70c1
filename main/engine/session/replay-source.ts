/** What regrouping asks of whoever looks at recorded steps again, with their data. */
import type { SessionLayer } from '#app/contract/session.ts';
import type { LayerLayout } from '#app/spectra/layout.ts';

/** A step as it was trained on. */
export interface RecordedStep {
  run: number;
  step: number;
  /** Indices into the session's subjects, sorted by its groups, and how many of each group. */
  subjects: Int32Array;
  groupSizes: Int32Array;
  loss: number;
}

/** The samples of a step under the other groups. */
export interface Regrouping {
  /** Places in the step's batch, sorted by the other groups. */
  order: readonly number[];
  groupSizes: readonly number[];
}

/** Looks at recorded steps again under other groups (main/engine/train/replay.ts). */
export interface ReplaySource {
  /** Layers of the rows that it gives: those of the session, in its order. */
  readonly layers: readonly { view: SessionLayer; layout: LayerLayout }[];
  /** Largest difference so far between the loss of a step and the recorded one, as a fraction of it. */
  readonly lossDifference: number;
  /** Steps of a run that are replayed. */
  stepsOf(run: number): ReadonlySet<number>;
  /** @throws SpectroscopeError (setting) when the preparation cannot be fitted again */
  begin(run: number): Promise<void>;
  /**
   * Call it for each step of the run, in order.
   *
   * @returns null where the step is not replayed
   * @throws SpectroscopeError (input) 'replay-differs' when the step does not come out as it was recorded
   */
  look(
    recorded: RecordedStep,
    regrouping: Regrouping,
  ): Promise<{ rows: readonly Float32Array[]; sampleNorms?: readonly (Float32Array | null)[] } | null>;
  dispose(): void;
}
