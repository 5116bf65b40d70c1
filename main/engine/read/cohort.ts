/** The subjects of a study while it is put together from tables and scans. */
import { SpectroscopeError } from '#app/contract/errors.ts';
import type { IdForm, IdMatching } from '#app/data/id-forms.ts';
import { told, toldOf } from '#app/study/problem-words.ts';
import type { Cell, Column, Problem } from '#app/study/study.ts';
import { type Words } from '#app/text/sentence.ts';
import type { ReadTable, Sidecar } from './table.ts';

export interface CohortRow {
  /** Of the row: no other has it. */
  id: string;
  /** Of the person whose row it is; the same as `id` where each person has one row. */
  person: string;
  /** Of which visit the row is, '' where that is not said. */
  visit: string;
  values: Record<string, Cell>;
  excluded: string | null;
  /** What the file column says, '' where there is none or nothing. */
  file: string;
}

export interface Cohort {
  columns: Column[];
  rows: CohortRow[];
  fileColumn: string | null;
  problems: Problem[];
  /** How each table that was joined, and the scans, go together with the subjects. */
  matches: SourceMatch[];
}

/** How the ids in one source go together with the subjects. */
export interface SourceMatch {
  /** Name of the table's file, or 'scans'. */
  source: string;
  ids: readonly string[];
  subjects: readonly string[];
  /** As it is done, and as it could be done at the loosest. */
  applied: IdMatching;
  possible: IdMatching;
  /** How far ids were allowed to differ. */
  limit: IdForm;
}

export interface TableSource {
  table: ReadTable;
  sidecar: Sidecar | null;
  /** The files that the table was put together from; absent: its own. */
  parts?: readonly ReadTable[];
}

export function tableProblem(
  file: string,
  code: string,
  field: string | null,
  message: Words,
  severity: Problem['severity'] = 'warning',
): Problem {
  return { code, severity, file, subject: null, field, ...told({ message }) };
}

/** A column with what the sidecar of its table says of it. */
export function annotated(column: Column, sidecar: Sidecar | null, name = column.name): Column {
  const notes = sidecar?.notes.get(name);
  return notes === undefined ? column : { ...column, levels: notes.levels, description: notes.description };
}

/** `name`, or with a number where a column is called so already. */
export function freeName(columns: readonly Column[], name: string): string {
  const taken = new Set(columns.map((column) => column.name));
  let free = name;
  for (let times = 2; taken.has(free); times++) free = `${name} (${times})`;
  return free;
}

/** What is wrong with a file that the import can do without; a fault of ours goes on its way. */
export function warningOf(error: unknown): Problem {
  if (!(error instanceof SpectroscopeError)) throw error;
  return {
    code: error.code,
    severity: 'warning',
    file: error.file ?? null,
    subject: null,
    field: null,
    ...toldOf(error),
  };
}
