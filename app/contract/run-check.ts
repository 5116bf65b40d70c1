/** What a run would be given, as the engine's check of a configuration tells it. */
import * as v from 'valibot';
import { quantitySchema } from './session.ts';

export const runCheckAnswer = v.object({
  inputShape: v.array(v.number()),
  classes: v.array(v.string()),
  /** Subjects that take part, by group. */
  subjects: v.array(v.object({ group: v.string(), subjects: v.number() })),
  stepsPerEpoch: v.number(),
  /** Estimated bytes on disk of all steps of all runs: of spectra, of sample Grams, of weights for so many steps of a run. */
  session: v.object({
    spectraBytes: v.number(),
    gramBytes: v.number(),
    replayBytes: v.number(),
    replaySteps: v.number(),
  }),
  /** Estimated peak of the engine's memory. */
  memoryBytes: v.number(),
  /** Finest voxels with which a training that does not fit in memory would; null: it fits, or none do. */
  proposedSpacingMm: v.nullable(v.number()),
  warnings: v.array(v.string()),
  /** What is done to the data, in order, with the shape of a sample after each step. */
  preparation: v.array(v.object({ step: v.string(), words: v.string(), shape: v.array(v.number()) })),
  /** What is captured of a step, and what it costs: estimates from shapes, of a full batch. */
  plan: v.object({
    layers: v.array(
      v.object({
        name: v.string(),
        quantities: v.array(
          v.object({ quantity: quantitySchema, side: v.string(), view: v.string(), values: v.number() }),
        ),
        operations: v.number(),
        bytes: v.number(),
      }),
    ),
    /** Floating-point operations and stored bytes of one captured step. */
    operations: v.number(),
    bytes: v.number(),
    /** Floating-point operations of the step itself: forward, and twice that backward. */
    stepOperations: v.number(),
  }),
});
