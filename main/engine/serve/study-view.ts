/** What a window is told of the open study: all of it, or piece by piece where it is large. */
import { basename, isAbsolute } from 'node:path';
import type { ChangedView, StudyView } from '#app/contract/operations.ts';
import type { History } from '#app/study/history.ts';
import { membersOf, targetLabelling } from '#app/study/membership.ts';
import type { SeriesLayout, SourceFile, Study, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { missingProblem } from '../study/moved-files.ts';

/**
 * Values of one answer: 10,000 take a window's thread some 3 ms to read, and a window that is to answer within a tenth of a
 * second shall not read longer at a time. A screen of the table has some fifty rows.
 */
const valuesAtOnce = { first: 20_000, later: 100_000 };
const fewestSubjects = 60;
/** What a subject has beside its columns: its id, its scan's place, hash and statistics. */
const valuesBeside = 30;

export function shownPath(path: string): string {
  return path.startsWith('..') || isAbsolute(path) ? basename(path) : path;
}

function shown(file: SourceFile): SourceFile {
  return { ...file, path: shownPath(file.path) };
}

function shownSeries(series: SeriesLayout): SeriesLayout {
  const { atlas } = series;
  if (atlas === undefined) return series;
  const { image, names, mask } = atlas;
  const optional = (file: SourceFile | null): SourceFile | null => (file === null ? null : shown(file));
  return { ...series, atlas: { ...atlas, image: shown(image), names: optional(names), mask: optional(mask) } };
}

/** What a window sees: names instead of absolute paths, and which files are missing among the problems. */
export function view(history: History, missing: readonly SourceFile[]): StudyView {
  const { study, canUndo, canRedo } = history;
  const problem = missingProblem(study, missing);
  return {
    study: {
      ...study,
      root: basename(study.root),
      tables: study.tables.map(shown),
      ...(study.series === undefined ? {} : { series: shownSeries(study.series) }),
      problems: problem === null ? study.problems : [problem, ...study.problems],
    },
    groupOf: membersOf(study, study.groups),
    targetOf: membersOf(study, targetLabelling(study)),
    canUndo,
    canRedo,
    saved: t('Library'),
  };
}

const states = new WeakMap<Study, number>();
let lastState = 0;

/** A number of this state of the study: an edit makes another study, which has another. */
export function stateOf(study: Study): number {
  const known = states.get(study) ?? ++lastState;
  states.set(study, known);
  return known;
}

function subjectsAtOnce({ columns }: Study, values: number): number {
  return Math.max(fewestSubjects, Math.floor(values / (columns.length + valuesBeside)));
}

/** @returns the view with its first subjects alone where it has many, and what follows */
export function firstOf(all: StudyView, state: number): StudyView {
  const { subjects } = all.study;
  const here = subjectsAtOnce(all.study, valuesAtOnce.first);
  if (here >= subjects.length) return all;
  return {
    ...all,
    study: { ...all.study, subjects: subjects.slice(0, here) },
    following: { state, inAll: subjects.length },
  };
}

/** @returns subjects from this one on; none where it was the last */
export function pieceOf(study: Study, from: number): Subject[] {
  return study.subjects.slice(from, from + subjectsAtOnce(study, valuesAtOnce.later));
}

/** @returns the change, with what follows in place of subjects that are too many for one answer */
export function allChangesAtOnce(changed: ChangedView, state: number): ChangedView {
  const { rest, subjects, excluded } = changed.change;
  if (subjects === null || subjects.length <= subjectsAtOnce({ ...rest, subjects }, valuesAtOnce.later)) return changed;
  return { ...changed, change: { rest, subjects: null, excluded }, following: { state, inAll: subjects.length } };
}
