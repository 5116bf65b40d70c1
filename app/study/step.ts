/** What two states of a study differ in, small enough to be kept with it: a step of undo or redo. */
import * as v from 'valibot';
import {
  cellSchema,
  columnSchema,
  labellingSchema,
  problemSchema,
  studySchema,
  type Cell,
  type Labelling,
  type Study,
  type Subject,
} from './study.ts';

/** Entries that take the place of `removed` others from `at` on. */
const spliceOf = <S extends v.GenericSchema>(entry: S) =>
  v.nullable(v.object({ at: v.number(), removed: v.number(), inserted: v.array(entry) }));

const labellingStepSchema = v.nullable(
  v.variant('kind', [
    v.object({ kind: v.literal('whole'), labelling: v.nullable(labellingSchema) }),
    v.object({
      kind: v.literal('parts'),
      column: labellingSchema.entries.column,
      groups: v.nullable(labellingSchema.entries.groups),
      assigned: labellingSchema.entries.assigned,
      unassigned: v.array(v.string()),
    }),
  ]),
);
type LabellingStep = v.InferOutput<typeof labellingStepSchema>;

/** What a step tells in parts, and what no step changes: where the files are. */
const apart = [
  'columns',
  'problems',
  'groups',
  'target',
  'subjects',
  'format',
  'version',
  'id',
  'root',
  'tables',
] as const;

export const stepSchema = v.object({
  /** Everything else that differs, as it is afterwards. */
  fields: v.partial(v.omit(studySchema, apart)),
  columns: spliceOf(columnSchema),
  problems: spliceOf(problemSchema),
  groups: labellingStepSchema,
  target: labellingStepSchema,
  /** By the subject's id before the step. */
  subjects: v.object({
    excluded: v.record(v.string(), v.nullable(v.string())),
    ids: v.record(v.string(), v.string()),
    /** By column, then by subject. */
    values: v.record(v.string(), v.record(v.string(), cellSchema)),
  }),
});
export type Step = v.InferOutput<typeof stepSchema>;

/** @returns the step that leads from one state of a study to another with the same subjects in the same order */
export function stepBetween(from: Study, to: Study): Step {
  return {
    fields: changedFields(from, to),
    columns: spliceBetween(from.columns, to.columns),
    problems: spliceBetween(from.problems, to.problems),
    groups: labellingStep(from.groups, to.groups),
    target: labellingStep(from.target, to.target),
    subjects: subjectStep(from.subjects, to.subjects),
  };
}

/** States share what a step does not touch. Subjects that the step does not know stay as they are. */
export function takeStep(study: Study, step: Step): Study {
  return {
    ...study,
    ...definedOf(step.fields),
    columns: spliced(study.columns, step.columns),
    problems: spliced(study.problems, step.problems),
    groups: relabelled(study.groups, step.groups) ?? study.groups,
    target: relabelled(study.target, step.target),
    subjects: stepped(study.subjects, step.subjects),
  };
}

function changedFields(from: Study, to: Study): Step['fields'] {
  const before: Readonly<Record<string, unknown>> = { ...from };
  const changed = Object.entries(to).filter(
    ([name, value]) => !apart.some((part) => part === name) && !isSame(before[name], value),
  );
  return Object.fromEntries(changed);
}

/** A field of a step is there or not; none is set to nothing. */
function definedOf(fields: Step['fields']): Partial<Study> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function spliceBetween<T>(from: readonly T[], to: readonly T[]): { at: number; removed: number; inserted: T[] } | null {
  if (from === to) return null;
  const shorter = Math.min(from.length, to.length);
  let at = 0;
  while (at < shorter && isSame(from[at], to[at])) at++;
  let end = 0;
  while (end < shorter - at && isSame(from[from.length - 1 - end], to[to.length - 1 - end])) end++;
  const removed = from.length - end - at;
  const inserted = to.slice(at, to.length - end);
  return removed === 0 && inserted.length === 0 ? null : { at, removed, inserted };
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function spliced<T>(entries: T[], splice: { at: number; removed: number; inserted: T[] } | null): T[] {
  if (splice === null) return entries;
  const { at, removed, inserted } = splice;
  return [...entries.slice(0, at), ...inserted, ...entries.slice(at + removed)];
}

function labellingStep(from: Labelling | null, to: Labelling | null): LabellingStep {
  if (from === to) return null;
  if (from === null || to === null) return { kind: 'whole', labelling: to };
  const assigned = Object.entries(to.assigned).filter(
    ([id, group]) => !Object.hasOwn(from.assigned, id) || from.assigned[id] !== group,
  );
  return {
    kind: 'parts',
    column: to.column,
    groups: isSame(from.groups, to.groups) ? null : to.groups,
    assigned: Object.fromEntries(assigned),
    unassigned: Object.keys(from.assigned).filter((id) => !Object.hasOwn(to.assigned, id)),
  };
}

function relabelled(labelling: Labelling | null, step: LabellingStep): Labelling | null {
  if (step === null) return labelling;
  if (step.kind === 'whole') return step.labelling;
  const unassigned = new Set(step.unassigned);
  const kept = Object.entries(labelling?.assigned ?? {}).filter(([id]) => !unassigned.has(id));
  return {
    column: step.column,
    groups: step.groups ?? labelling?.groups ?? [],
    assigned: { ...Object.fromEntries(kept), ...step.assigned },
  };
}

function subjectStep(from: readonly Subject[], to: readonly Subject[]): Step['subjects'] {
  const excluded: Record<string, string | null> = {};
  const ids: Record<string, string> = {};
  const values: Record<string, Record<string, Cell>> = {};
  to.forEach((subject, row) => {
    const old = from[row];
    if (old === undefined || old === subject) return;
    if (old.excluded !== subject.excluded) excluded[old.id] = subject.excluded;
    if (old.id !== subject.id) ids[old.id] = subject.id;
    if (old.values === subject.values) return;
    for (const [column, cell] of Object.entries(subject.values)) {
      if (old.values[column] !== cell) (values[column] ??= {})[old.id] = cell;
    }
  });
  return { excluded, ids, values };
}

function stepped(subjects: Subject[], { excluded, ids, values }: Step['subjects']): Subject[] {
  const columns = Object.entries(values);
  const isIdle = columns.length === 0 && Object.keys(excluded).length === 0 && Object.keys(ids).length === 0;
  if (isIdle) return subjects;
  return subjects.map((subject) => {
    const { id } = subject;
    const cells = columns.flatMap(([column, changed]): [string, Cell][] =>
      Object.hasOwn(changed, id) ? [[column, changed[id] ?? null]] : [],
    );
    const isExcludedAnew = Object.hasOwn(excluded, id);
    if (cells.length === 0 && !isExcludedAnew && !Object.hasOwn(ids, id)) return subject;
    return {
      ...subject,
      id: Object.hasOwn(ids, id) ? (ids[id] ?? id) : id,
      excluded: isExcludedAnew ? (excluded[id] ?? null) : subject.excluded,
      values: cells.length === 0 ? subject.values : { ...subject.values, ...Object.fromEntries(cells) },
    };
  });
}
