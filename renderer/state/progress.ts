/** How far the work is: which steps of the study are complete, which need a look. Shown as dots on the rail. */
import type { StudyView } from '#app/contract/operations.ts';
import { t } from '#app/text/text.ts';

export type Progress = 'complete' | 'attention' | 'open';

export interface StepProgress {
  progress: Progress;
  /** For the tooltip and the screen reader: what is missing, or what is done. */
  words: string;
}

const open = (words: string): StepProgress => ({ progress: 'open', words });

/** @returns whether the data can be used as they are */
export function dataProgress(view: StudyView | null): StepProgress {
  if (view === null) return open(t('no study is open'));
  const { study } = view;
  const usable = study.subjects.filter((subject) => subject.excluded === null).length;
  const errors = study.problems.filter((problem) => problem.severity === 'error').length;
  if (usable === 0) return { progress: 'attention', words: t('no usable subject') };
  if (study.kind === 'table' && !study.columns.some((column) => column.role === 'feature')) {
    return { progress: 'attention', words: t('no column is chosen as a feature') };
  }
  if (errors > 0) return { progress: 'attention', words: t('{count} problems to look at', { count: errors }) };
  return { progress: 'complete', words: t('{count} subjects', { count: usable }) };
}

/** @returns whether at least two groups have enough subjects to be compared */
export function cohortProgress(view: StudyView | null): StepProgress {
  if (view === null) return open(t('no study is open'));
  const counts = new Map<string, number>();
  view.study.subjects.forEach((subject, at) => {
    const group = view.groupOf[at] ?? null;
    if (subject.excluded === null && group !== null) counts.set(group, (counts.get(group) ?? 0) + 1);
  });
  if (view.study.groups.groups.length === 0) return open(t('no groups yet'));
  const used = view.study.groups.groups.filter((group) => (counts.get(group.name) ?? 0) > 0);
  if (used.length < 2) return { progress: 'attention', words: t('two groups with subjects are needed') };
  const small = used.find((group) => (counts.get(group.name) ?? 0) < smallestGroup);
  if (small) {
    const values = { group: small.name, n: smallestGroup };
    return { progress: 'attention', words: t('{group} has fewer than {n} subjects', values) };
  }
  return { progress: 'complete', words: t('{n} groups', { n: used.length }) };
}

/** Below this a fold of five holds no member of the group for certain, and a spectrum says little. */
export const smallestGroup = 10;
