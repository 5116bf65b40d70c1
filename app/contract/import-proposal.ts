/** What an import would make of what a person pointed at, to be looked at and confirmed before it is done. */
import * as v from 'valibot';
import { idForms } from '#app/data/id-forms.ts';
import { importChoicesSchema } from '#app/data/import-choices.ts';
import { problemSchema } from '#app/study/study.ts';
import { fileReferenceSchema } from './file-reference.ts';
import { atlasRequestSchema, seriesRequestSchema } from './series.ts';

/** What is to be imported, and how. */
export const importInput = v.object({
  paths: v.pipe(v.array(fileReferenceSchema), v.minLength(1)),
  table: v.nullable(fileReferenceSchema),
  idColumn: v.nullable(v.string()),
  fileColumn: v.nullable(v.string()),
  /** What was chosen of the proposal; absent: as proposed. */
  choices: v.optional(importChoicesSchema),
  /** Part of the description of the DICOM series that is each subject's scan; null: the one that looks like it. */
  dicomSeries: v.optional(v.nullable(v.string())),
  /** How series are looked for and read; absent: as they are found. */
  series: v.optional(v.nullable(seriesRequestSchema)),
  /** For 4-D scans; null: scans are images. */
  atlas: v.optional(v.nullable(atlasRequestSchema)),
});

/** How the ids of one source go together with the subjects. */
export const matchProposalSchema = v.object({
  /** Ids in the source; rows without one left out. */
  ids: v.number(),
  /** From the strictest form to the loosest, those that some id needs; `applied`: whether it is used as things are. */
  forms: v.array(
    v.object({
      form: v.picklist(idForms),
      ids: v.number(),
      applied: v.boolean(),
      examples: v.array(v.object({ id: v.string(), subject: v.string() })),
    }),
  ),
  /** How far ids may differ as things are. */
  limit: v.picklist(idForms),
  /** With examples: ids that fit several subjects, ids of no subject, subjects without an id, as things are. */
  ambiguous: v.object({ count: v.number(), examples: v.array(v.string()) }),
  unknown: v.object({ count: v.number(), examples: v.array(v.string()) }),
  subjectsWithout: v.object({ count: v.number(), examples: v.array(v.string()) }),
});
export type MatchProposal = v.InferOutput<typeof matchProposalSchema>;

export const importProposalSchema = v.object({
  name: v.string(),
  kind: v.string(),
  /** Rows that would be subjects of the study, and people whose rows they are. */
  rows: v.number(),
  people: v.number(),
  /** Rows that would be excluded. */
  excluded: v.number(),
  tables: v.array(
    v.object({
      file: v.string(),
      use: v.picklist(['subjects', 'joined', 'left out']),
      rows: v.number(),
      columns: v.number(),
      idColumn: v.nullable(v.string()),
      /** Of a workbook. */
      sheet: v.nullable(v.string()),
      sheets: v.array(v.string()),
      /** 'thickness of the left hemisphere (aparc)'; null: no table of FreeSurfer. */
      freeSurfer: v.nullable(v.string()),
      match: v.nullable(matchProposalSchema),
    }),
  ),
  scans: v.nullable(
    v.object({
      found: v.number(),
      /** Given to a subject. */
      used: v.number(),
      /** Of those, links of git-annex whose content is not there. */
      notDownloaded: v.number(),
      match: v.nullable(matchProposalSchema),
    }),
  ),
  /** Where one file holds the series or matrices of all; null: it does not. */
  oneFile: v.nullable(
    v.object({
      file: v.string(),
      subjects: v.number(),
      /** Of the first of them, as they lie in the file. */
      rows: v.number(),
      columns: v.number(),
      /** Whose they are: by ids in the file, in the order of the table's rows, or there is no table. */
      by: v.picklist(['id', 'order', 'itself']),
      /** Those that go with a row of the table, and examples of ids that do not. */
      used: v.number(),
      unknown: v.array(v.string()),
    }),
  ),
  /** Of scans that are 4-D, by the first that could be looked at; null: they are images, or there are none. */
  volumes: v.nullable(
    v.object({
      file: v.string(),
      volumes: v.number(),
      repetitionTimeS: v.nullable(v.number()),
      /** What makes series of them; null: nothing yet, and they would be refused. */
      atlas: v.nullable(v.object({ file: v.string(), regions: v.number(), examples: v.array(v.string()) })),
      /** Pattern of the tables of confounds, and how many scans have one. */
      confounds: v.object({ files: v.string(), tables: v.number() }),
    }),
  ),
  /** Tasks whose tables of events could be the series of the study, with the pattern of their files that says so. */
  events: v.array(v.object({ task: v.string(), files: v.number(), pattern: v.string() })),
  bids: v.nullable(
    v.object({
      derivatives: v.array(v.string()),
      derivative: v.nullable(v.string()),
      facets: v.array(
        v.object({
          entity: v.string(),
          values: v.array(v.object({ value: v.string(), subjects: v.number(), files: v.number() })),
          chosen: v.nullable(v.string()),
        }),
      ),
    }),
  ),
  /** People with several rows or scans, of which one is taken or all are. */
  several: v.object({ people: v.number(), rows: v.picklist(['one', 'all']) }),
  /** Columns that tell who the subjects are; one that names the subjects cannot be dropped. */
  identifying: v.array(v.object({ column: v.string(), what: v.string(), canDrop: v.boolean() })),
  agesOver89: v.number(),
  /** Of the tables and their joining; scans are not read yet. */
  problems: v.array(problemSchema),
  /** What a person should look at before the import, one sentence each; empty: nothing had to be chosen. */
  confirm: v.array(v.string()),
});
export type ImportProposal = v.InferOutput<typeof importProposalSchema>;
