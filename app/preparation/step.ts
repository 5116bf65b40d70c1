/** What a step of a preparation is: fitted on training rows, applied to all. */
import type * as v from 'valibot';
import type { PreparationSettings } from '#app/run/preparation.ts';
import type { RowFacts, RowPasses } from './rows.ts';

/** Changes a row in place: its [width] numbers, and which row of the study it is. */
export type RowChange = (values: Float32Array, row: number) => void;

/** A step whose numbers are known. */
export interface FittedStep {
  /** All that applying it depends on, as a session and an exported model hold it. */
  readonly stored: { readonly step: string };
  /** What it does to a row, each by itself. */
  change(facts: RowFacts): RowChange;
}

export interface PreparationStep {
  readonly name: string;
  /**
   * @param training rows that it may look at
   * @returns null: not asked for
   */
  fit(rows: RowPasses, training: readonly number[], settings: PreparationSettings): FittedStep | null;
  /** @param stored as `FittedStep.stored`, from a file */
  restore(stored: unknown): FittedStep;
}

/** A step as one file writes it: what it fits is what it stores. */
export interface StepParts<Stored extends { step: string }> {
  name: Stored['step'];
  schema: v.GenericSchema<unknown, Stored>;
  fit(rows: RowPasses, training: readonly number[], settings: PreparationSettings): Stored | null;
  change(stored: Stored, facts: RowFacts): RowChange;
}
