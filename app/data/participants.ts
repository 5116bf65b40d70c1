/** Who takes part in a run: subjects that are not excluded and have a group and, where the task asks for one, a target. */
import { settingError } from '#app/contract/errors.ts';
import type { RunTask } from '#app/run/configuration.ts';
import { hasData } from '#app/study/has-data.ts';
import { membersOf, targetLabelling } from '#app/study/membership.ts';
import { personIn } from '#app/study/person.ts';
import type { Study, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';

export interface Participants {
  subjects: readonly Subject[];
  /**
   * Same order as `subjects`; `group` indexes into `groups`. `target`: an index into `classes`; of a regression the number
   * itself, in its own units; of a reconstruction 0. Rows of one `person` must not part over folds;
   * absent: each row is another person's.
   */
  labels: readonly { id: string; person?: string; group: number; target: number }[];
  groups: readonly { name: string; colour: number }[];
  /** Empty for a regression or a reconstruction. */
  classes: readonly string[];
  /** What is learned is the very division whose spectra are compared. */
  targetIsGroups: boolean;
}

interface Taking<Label> {
  subject: Subject;
  group: string;
  label: Label;
}

/**
 * @throws SpectroscopeError (kind 'setting') when there are fewer than two classes to learn, or no numbers that differ, or
 *   nobody takes part
 */
export function participantsOf(study: Study, task: RunTask = { kind: 'classification' }): Participants {
  switch (task.kind) {
    case 'classification':
      return classified(study);
    case 'regression':
      return numbered(study, task.column);
    case 'reconstruction':
      return labelled(
        study,
        takingPart(study, () => 0),
      );
  }
}

function classified(study: Study): Participants {
  const target = targetLabelling(study);
  const targetOf = membersOf(study, target);
  const taking = takingPart(study, (_, row) => targetOf[row] ?? null);
  const classes = target.groups.map(({ name }) => name).filter((name) => taking.some(({ label }) => label === name));
  if (classes.length < 2) {
    throw settingError(
      'too-few-classes',
      classes.length === 0
        ? t('No subject takes part: none is both included and labelled. Label subjects on the Cohort page.')
        : t(
            'All subjects that take part are in one class ({name}); a network needs at least two to tell apart. Label more subjects or choose another target.',
            { name: classes[0] ?? '' },
          ),
      { field: 'target', expected: 'at least two classes' },
    );
  }
  const known = taking.filter(({ label }) => classes.includes(label));
  return {
    ...labelled(
      study,
      known.map((each) => ({ ...each, label: classes.indexOf(each.label) })),
    ),
    classes,
    targetIsGroups: known.every(({ group, label }) => group === label),
  };
}

function numbered(study: Study, name: string): Participants {
  const column = study.columns.find((each) => each.name === name);
  if (column?.type !== 'number') {
    const numbers = study.columns.filter(({ type }) => type === 'number').map((each) => each.name);
    throw settingError(
      'target-not-numeric',
      column === undefined
        ? t('The study has no column {name}: name a column of numbers to predict.', { name })
        : t('{name} is not a column of numbers, so it cannot be predicted as one. Choose another column.', { name }),
      { field: 'task.column', expected: numbers.length === 0 ? 'a column of numbers' : numbers.join(', ') },
    );
  }
  const taking = takingPart(study, ({ values }) => {
    const value = values[name] ?? null;
    return typeof value === 'number' && Number.isFinite(value) ? value : null;
  });
  if (new Set(taking.map(({ label }) => label)).size < 2) {
    throw settingError(
      'target-constant',
      taking.length === 0
        ? t('No subject takes part: none is included, has a group and a value of {name}.', { name })
        : t('All subjects that take part have the same value of {name}: there is nothing to predict.', { name }),
      { field: 'task.column', expected: 'a column of numbers that differ' },
    );
  }
  return labelled(study, taking);
}

/** Subjects with a group and a label, which may be looked at. */
function takingPart<Label>(study: Study, labelOf: (subject: Subject, row: number) => Label | null): Taking<Label>[] {
  const groupOf = membersOf(study, study.groups);
  return study.subjects.flatMap((subject, row) => {
    const [group, label] = [groupOf[row] ?? null, labelOf(subject, row)];
    const usable = subject.excluded === null && hasData(study, subject);
    return usable && group !== null && label !== null ? [{ subject, group, label }] : [];
  });
}

function labelled(study: Study, taking: readonly Taking<number>[]): Participants {
  const groups = study.groups.groups.filter(({ name }) => taking.some(({ group }) => group === name));
  const names = groups.map(({ name }) => name);
  const person = personIn(study);
  const personOf = (subject: Subject) => (person === null ? {} : { person: person(subject) });
  const known = taking.filter(({ group }) => names.includes(group));
  if (known.length === 0) {
    throw settingError(
      'no-participants',
      t('No subject takes part: none is both included and in a group. Label subjects on the Cohort page.'),
      { field: 'groups', expected: 'subjects with a group' },
    );
  }
  return {
    subjects: known.map(({ subject }) => subject),
    labels: known.map(({ subject, group, label }) => ({
      id: subject.id,
      ...personOf(subject),
      group: names.indexOf(group),
      target: label,
    })),
    groups: groups.map(({ name, colour }) => ({ name, colour })),
    classes: [],
    targetIsGroups: false,
  };
}
