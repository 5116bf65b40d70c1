/** Who takes part in a run: subjects that are not excluded and have both a group and a class. */
import { settingError } from '#app/contract/errors.ts';
import { membersOf, targetLabelling } from '#app/study/membership.ts';
import type { Study, Subject } from '#app/study/study.ts';

export interface Participants {
  subjects: readonly Subject[];
  /** Same order as `subjects`; `group` and `target` index into `groups` and `classes`. */
  labels: readonly { id: string; group: number; target: number }[];
  groups: readonly { name: string; colour: number }[];
  classes: readonly string[];
  /** What is learned is the very division whose spectra are compared. */
  targetIsGroups: boolean;
}

/** @throws SpectroscopeError (kind 'setting') when there are fewer than two classes to learn */
export function participantsOf(study: Study): Participants {
  const target = targetLabelling(study);
  const [groupOf, targetOf] = [membersOf(study, study.groups), membersOf(study, target)];
  const taking = study.subjects.flatMap((subject, row) => {
    const [group, label] = [groupOf[row] ?? null, targetOf[row] ?? null];
    const usable = subject.excluded === null && (study.kind === 'table' || subject.scan !== null);
    return usable && group !== null && label !== null ? [{ subject, group, label }] : [];
  });
  const groups = study.groups.groups.filter(({ name }) => taking.some(({ group }) => group === name));
  const classes = target.groups.map(({ name }) => name).filter((name) => taking.some(({ label }) => label === name));
  if (classes.length < 2) {
    throw settingError(
      'too-few-classes',
      classes.length === 0
        ? 'No subject takes part: none is both included and labelled. Label subjects on the Cohort page.'
        : `All subjects that take part are in one class (${classes[0] ?? ''}); a network needs at least two to tell apart. Label more subjects or choose another target.`,
      { field: 'target', expected: 'at least two classes' },
    );
  }
  const groupNames = groups.map(({ name }) => name);
  const known = taking.filter(({ group, label }) => groupNames.includes(group) && classes.includes(label));
  return {
    subjects: known.map(({ subject }) => subject),
    labels: known.map(({ subject, group, label }) => ({
      id: subject.id,
      group: groupNames.indexOf(group),
      target: classes.indexOf(label),
    })),
    groups: groups.map(({ name, colour }) => ({ name, colour })),
    classes,
    targetIsGroups: known.every(({ group, label }) => group === label),
  };
}
