/** A session under other groups: what is asked and answered, with and without replay. */
import * as v from 'valibot';
import { fileReferenceSchema } from './file-reference.ts';
import { quantitySchema } from './session.ts';

export const regroupInput = v.object({
  session: v.string(),
  /** A column of the study, a table of subjects and their groups (its first two columns), or a list of them. */
  by: v.variant('kind', [
    v.object({ kind: v.literal('column'), column: v.string() }),
    v.object({ kind: v.literal('table'), file: fileReferenceSchema }),
    /** Subjects and their groups, as a person chose them. */
    v.object({ kind: v.literal('labels'), labels: v.array(v.object({ id: v.string(), group: v.string() })) }),
  ]),
  /** null: named after the session and the labelling. */
  title: v.nullable(v.string()),
  /** null: in the library. Written whole or not at all. */
  file: v.nullable(fileReferenceSchema),
  /** Whether a session that is there may be replaced; one that is being written is not. */
  overwrite: v.optional(v.boolean(), false),
});

export const regroupAnswer = v.object({
  session: v.string(),
  groups: v.array(v.object({ name: v.string(), subjects: v.number() })),
  /** Steps that have spectra under the new groups; those that kept Grams, and those that were replayed, among them. */
  steps: v.number(),
  gramSteps: v.number(),
  replayedSteps: v.number(),
  /** Of replay: by how much the loss of a step differs from the recorded one at most, as a fraction of it. */
  lossDifference: v.nullable(v.number()),
  /** Quantities whose spectra come from Grams and from replay; of the others only the alignment of the gradients is known. */
  layers: v.array(v.object({ name: v.string(), regrouped: v.array(v.string()), replayed: v.array(v.string()) })),
});

/** What a session can be regrouped from. */
export const regroupChoicesSchema = v.object({
  /** Quantities that are recorded, and of them those whose spectra the Grams give. */
  layers: v.array(
    v.object({ name: v.string(), quantities: v.array(quantitySchema), fromGrams: v.array(quantitySchema) }),
  ),
  /** Steps that kept Grams, steps whose weights were kept for replay, and all that were captured. */
  gramSteps: v.number(),
  checkpointSteps: v.number(),
  capturedSteps: v.number(),
  /** Whether the session knows its data again. */
  replayable: v.boolean(),
  /** Whether replay reads scans: a table is in the session. */
  needsScans: v.boolean(),
  /** Columns of the study that divide its subjects. */
  columns: v.array(v.string()),
});
export type RegroupChoices = v.InferOutput<typeof regroupChoicesSchema>;
