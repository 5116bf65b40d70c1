/** A copy of a session for others: what it keeps, and what it holds before it is written. */
import * as v from 'valibot';
import { fileReferenceSchema } from './file-reference.ts';
import { cellSchema } from '#app/study/study.ts';

export const shareOptionsSchema = v.object({
  /** Columns of the table whose values stay, with those of the groups and of the target, which stay in any case. */
  columns: v.array(v.string()),
  /** Title, name of the study, its description and attribution. */
  names: v.boolean(),
  /** The networks that were trained, with how their inputs were prepared. */
  weights: v.boolean(),
  /** Products of samples, which tests and regrouping need, and the norms of samples' gradients. */
  grams: v.boolean(),
  /** What the networks said of each validation subject. */
  predictions: v.boolean(),
});
export type ShareOptions = v.InferOutput<typeof shareOptionsSchema>;

/** As little as spectra, summaries and tests need. */
export const usualShareOptions: ShareOptions = {
  columns: [],
  names: false,
  weights: false,
  grams: true,
  predictions: true,
};

export const shareInput = v.object({
  session: v.string(),
  options: shareOptionsSchema,
  /** null: nothing is written, only told. */
  file: v.nullable(fileReferenceSchema),
});

const itemSchema = v.object({ what: v.string(), detail: v.string() });
export type ShareItem = v.InferOutput<typeof itemSchema>;

export const shareAnswer = v.object({
  contains: v.array(itemSchema),
  dropped: v.array(itemSchema),
  /** What somebody who knows more could still learn from the copy, in sentences. */
  reveals: v.array(v.string()),
  /** Columns that can be kept: those that hold no ids, files or names of people. */
  available: v.array(v.string()),
  /** The first subjects as they stand in the copy; codes are drawn anew for each copy. */
  columns: v.array(v.string()),
  subjects: v.array(v.object({ code: v.string(), group: v.string(), values: v.array(cellSchema) })),
  /** Of the file; null when none was written. */
  bytes: v.nullable(v.number()),
});
export type ShareAnswer = v.InferOutput<typeof shareAnswer>;
