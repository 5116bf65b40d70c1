/** The sets of samples that charts compare: the groups in their order, then all samples. */
import type { SessionRun, SessionView } from '#app/contract/session.ts';
import { groupColour, groupDash } from '../theme/groups.ts';
import { allName } from './words.ts';

export interface SampleSet {
  /** Position in every array of sets that the engine answers. */
  index: number;
  name: string;
  /** Subjects in the training part of the fold. */
  n: number;
  /** Subjects in the study. */
  of: number;
  colour: string;
  dash: readonly number[];
  isAll: boolean;
}

export function sampleSets(view: SessionView, run: SessionRun | undefined, dark: boolean): SampleSet[] {
  const groups = view.studyGroups.map((group, index): SampleSet => ({
    index,
    name: group.name,
    n: run?.trainingGroups[index] ?? group.subjects,
    of: group.subjects,
    colour: groupColour(group.colour, dark),
    dash: groupDash(group.colour),
    isAll: false,
  }));
  return [
    ...groups,
    {
      index: groups.length,
      name: allName,
      n: run?.trainingSubjects ?? groups.reduce((sum, group) => sum + group.n, 0),
      of: groups.reduce((sum, group) => sum + group.of, 0),
      colour: dark ? '#b6c0cc' : '#4a5562',
      dash: [],
      isAll: true,
    },
  ];
}

/** At the head of a column of a file, which is the same in every language. */
export function columnName({ name, isAll }: Pick<SampleSet, 'name' | 'isAll'>): string {
  return isAll ? 'all samples' : name;
}

/** 'control (n = 104)'. */
export function withCount(set: Pick<SampleSet, 'name' | 'n'>): string {
  return `${set.name} (n = ${set.n})`;
}
