/** The flow of subjects, as a CONSORT diagram shows it: imported, excluded and why, in no group, analysed. */
import { kindOfProblem } from './exclusion-kinds.ts';
import { membersOf, targetLabelling } from './membership.ts';
import type { Study } from './study.ts';

export interface Flow {
  imported: number;
  /** Most frequent first: why a person left them out, or of what kind the problem was that the import met. */
  excluded: { reason: string; subjects: string[] }[];
  /** Not excluded, but in no group. */
  inNoGroup: string[];
  /** In a group, but without a class to learn. */
  inNoClass: string[];
  analysed: AnalysedSubject[];
}

export interface AnalysedSubject {
  /** Index into `study.subjects`. */
  index: number;
  id: string;
  /** Index into `study.groups.groups`. */
  group: number;
  /** Index into the groups of the target. */
  target: number;
}

export function subjectFlow(study: Study): Flow {
  const groupOf = membersOf(study, study.groups);
  const classOf = membersOf(study, targetLabelling(study));
  const groupIndex = new Map(study.groups.groups.map(({ name }, index) => [name, index]));
  const classIndex = new Map(targetLabelling(study).groups.map(({ name }, index) => [name, index]));
  const reasons = new Map<string, string[]>();
  const kinds = new Map(study.problems.map(({ message, code }) => [message, code]));
  const flow: Flow = { imported: study.subjects.length, excluded: [], inNoGroup: [], inNoClass: [], analysed: [] };
  study.subjects.forEach(({ id, excluded }, index) => {
    const group = groupIndex.get(groupOf[index] ?? '');
    const target = classIndex.get(classOf[index] ?? '');
    if (excluded !== null) {
      const code = kinds.get(excluded);
      const reason = code === undefined ? excluded : kindOfProblem(code);
      reasons.set(reason, [...(reasons.get(reason) ?? []), id]);
    } else if (group === undefined) flow.inNoGroup.push(id);
    else if (target === undefined) flow.inNoClass.push(id);
    else flow.analysed.push({ index, id, group, target });
  });
  flow.excluded = [...reasons]
    .map(([reason, subjects]) => ({ reason, subjects }))
    .sort((a, b) => b.subjects.length - a.subjects.length);
  return flow;
}
