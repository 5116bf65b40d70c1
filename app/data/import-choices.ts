/** What a person chose of what an import proposed. */
import * as v from 'valibot';
import { idForms, type IdForm } from './id-forms.ts';

export const importChoicesSchema = v.object({
  /** Of a workbook, by the name of its file, '*': of all; absent: the first sheet that is a table. */
  sheets: v.optional(v.record(v.string(), v.string()), {}),
  /** How far the ids of a table (by the name of its file), or those in the paths of 'scans', may differ; '*': of all. */
  match: v.optional(v.record(v.string(), v.picklist(idForms)), {}),
  /** Names of the files of tables that are not joined. */
  leave: v.optional(v.array(v.string()), []),
  /** Of a subject with several rows or scans: one, or each as a row of the same person. */
  rows: v.optional(v.picklist(['one', 'all']), 'one'),
  scans: v.optional(
    v.object({
      /** A folder of `derivatives`; null: the tree itself. */
      derivative: v.optional(v.nullable(v.string()), null),
      suffix: v.optional(v.nullable(v.string()), null),
      /** By short names, '' for files without: { ses: '1', space: 'MNI152NLin2009cAsym' }. */
      entities: v.optional(v.record(v.string(), v.string()), {}),
    }),
    {},
  ),
  /** Columns whose values never enter the study. */
  drop: v.optional(v.array(v.string()), []),
  /** Numbers that stand for 'missing' in the tables, such as -999. */
  missing: v.optional(v.array(v.number()), []),
  /** Whether ages above 89 are recorded as 90, as de-identified data must. */
  capAges: v.optional(v.boolean(), false),
});
export type ImportChoices = v.InferOutput<typeof importChoicesSchema>;

export const noChoices: ImportChoices = v.parse(importChoicesSchema, {});

/** How far the ids of a source may differ; null: as far as is sure. */
export function matchLimit({ match }: ImportChoices, source: string): IdForm | null {
  return match[source] ?? match['*'] ?? null;
}
