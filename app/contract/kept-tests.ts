/** Test results that a session keeps, so that a figure or a report can tell what was tested, how and when. */
import * as v from 'valibot';
import { testAnswerSchema, testOptionsSchema } from '#app/inference/test-options.ts';

export const keptTestSchema = v.object({
  /** Names the result within its session; never given again after it was forgotten. */
  test: v.number(),
  /** ISO 8601. */
  created: v.string(),
  /** Version of the program that tested. */
  program: v.string(),
  /** Titles of the sessions that were tested together, this one among them. */
  sessions: v.array(v.string()),
  options: testOptionsSchema,
  answer: testAnswerSchema,
});
export type KeptTest = v.InferOutput<typeof keptTestSchema>;

export const testRequestSchema = v.object({
  sessions: v.pipe(v.array(v.string()), v.minLength(1)),
  options: testOptionsSchema,
  /** Whether each of the sessions keeps the result; absent: no. */
  keep: v.optional(v.boolean()),
});

export const testOutcomeSchema = v.object({
  ...testAnswerSchema.entries,
  /** Where the result was kept: one entry a session, in the order of the request; empty when it was not asked for. */
  kept: v.array(v.object({ session: v.string(), test: v.number() })),
});
