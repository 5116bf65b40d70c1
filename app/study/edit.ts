/** Every change that a person makes to a study, as a pure function: study and edit in, new study out. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { checkRule } from './check-rule.ts';
import { changeColumn, countAsMissing, dropColumns, includeFeatures } from './edit-columns.ts';
import { checkGroupName, labellingFromColumn, namesText } from './labelling.ts';
import { notMatched, reasonText } from './exclusion.ts';
import { matchSubjects } from './match-subjects.ts';
import { includeChannels, turnSeries } from './edit-series.ts';
import { hasData } from './has-data.ts';
import { targetLabelling } from './membership.ts';
import { oneVersusRest, splitGroups } from './nest-groups.ts';
import type { Group, Labelling, MatchSettings, Rule, Study, StudyEdit } from './study.ts';
import { withLabellingProblems } from './warnings.ts';

/**
 * @returns a new study; the old one is not changed
 * @throws SpectroscopeError (kind 'setting') when the edit is impossible, saying why and what to do
 */
export function applyEdit(study: Study, edit: StudyEdit): Study {
  return withLabellingProblems(change(study, edit));
}

function change(study: Study, edit: StudyEdit): Study {
  switch (edit.kind) {
    case 'rename':
      return { ...study, name: requireText(edit.name, 'name', t('A study needs a name.')) };
    case 'column':
      return changeColumn(study, edit.column, edit.change);
    case 'features':
      return includeFeatures(study, edit.columns, edit.included);
    case 'drop-columns':
      return dropColumns(study, edit.columns);
    case 'count-as-missing':
      return countAsMissing(study, edit.columns, edit.code);
    case 'label-by-column':
      return labelByColumn(study, edit.labelling, edit.column);
    case 'target-is-groups':
      return { ...study, target: null };
    case 'add-group':
      return withLabelling(
        study,
        edit.labelling,
        addGroup(study, startOf(study, edit.labelling), edit.group, edit.subjects ?? []),
      );
    case 'change-group':
      return withLabelling(
        study,
        edit.labelling,
        changeGroup(study, labellingOf(study, edit.labelling), edit.name, edit.change),
      );
    case 'remove-group':
      return withLabelling(study, edit.labelling, removeGroup(labellingOf(study, edit.labelling), edit.name));
    case 'assign':
      return withLabelling(
        study,
        edit.labelling,
        assign(study, labellingOf(study, edit.labelling), edit.subjects, edit.group),
      );
    case 'split-groups':
      return asLabels(
        withLabelling(
          study,
          edit.labelling,
          splitGroups(study, labellingOf(study, edit.labelling), edit.group, edit.column),
        ),
        edit.column,
      );
    case 'one-versus-rest':
      return withLabelling(
        study,
        edit.labelling,
        oneVersusRest(
          study,
          labellingOf(study, edit.labelling),
          requireGroup(labellingOf(study, edit.labelling), edit.group),
        ),
      );
    case 'match':
      return match(study, edit.settings);
    case 'exclude':
      return exclude(study, edit.subjects, edit.reason);
    case 'include':
      return include(study, edit.subjects);
    case 'channels':
      return includeChannels(study, edit.channels, edit.included);
    case 'series-orientation':
      return turnSeries(study, edit.orientation);
  }
}

type Which = 'groups' | 'target';

/** An edit of the target while it is the groups starts from a copy of them. */
function labellingOf(study: Study, which: Which): Labelling {
  return which === 'groups' ? study.groups : targetLabelling(study);
}

/** The first class of a target of its own starts from nothing. */
function startOf(study: Study, which: Which): Labelling {
  if (which === 'groups') return study.groups;
  return study.target ?? { column: null, groups: [], assigned: {} };
}

function withLabelling(study: Study, which: Which, labelling: Labelling): Study {
  return which === 'groups' ? { ...study, groups: labelling } : { ...study, target: labelling };
}

function labelByColumn(study: Study, which: Which, column: string): Study {
  return asLabels(withLabelling(study, which, labellingFromColumn(study, column)), column);
}

/** What is to be learned, or compared, must not be among what it is learned from. */
function asLabels(study: Study, column: string): Study {
  const columns = study.columns.map((known) =>
    known.name === column && known.role !== 'id' ? { ...known, role: 'covariate' as const } : known,
  );
  return { ...study, columns };
}

function addGroup(study: Study, labelling: Labelling, group: Group, subjects: readonly string[]): Labelling {
  const name = checkGroupName(labelling, group.name);
  if (group.rule !== null) checkRule(study, group.rule);
  const groups = [...labelling.groups, { ...group, name }];
  const added = { ...labelling, column: stillFrom(labelling.column, groups), groups };
  return subjects.length === 0 ? added : assign(study, added, subjects, name);
}

function changeGroup(
  study: Study,
  labelling: Labelling,
  oldName: string,
  changed: { name?: string | undefined; colour?: number | undefined; rule?: Rule | null | undefined },
): Labelling {
  const old = requireGroup(labelling, oldName);
  const others = { ...labelling, groups: labelling.groups.filter((group) => group !== old) };
  const name = changed.name === undefined ? old.name : checkGroupName(others, changed.name);
  if (changed.rule !== undefined && changed.rule !== null) checkRule(study, changed.rule);
  const group: Group = {
    name,
    colour: changed.colour ?? old.colour,
    rule: changed.rule === undefined ? old.rule : changed.rule,
  };
  return {
    column: changed.rule === undefined ? labelling.column : null,
    groups: labelling.groups.map((known) => (known === old ? group : known)),
    assigned: Object.fromEntries(
      Object.entries(labelling.assigned).map(([subject, assigned]) => [
        subject,
        assigned === old.name ? name : assigned,
      ]),
    ),
  };
}

function removeGroup(labelling: Labelling, name: string): Labelling {
  const removed = requireGroup(labelling, name);
  const groups = labelling.groups.filter((group) => group !== removed);
  return {
    column: stillFrom(labelling.column, groups),
    groups,
    assigned: Object.fromEntries(Object.entries(labelling.assigned).filter(([, group]) => group !== removed.name)),
  };
}

/** The column that the groups came from, as long as each of them is values of it. */
function stillFrom(column: string | null, groups: readonly Group[]): string | null {
  const all = groups.length > 0 && groups.every(({ rule }) => rule?.kind === 'value' && rule.column === column);
  return all ? column : null;
}

function assign(study: Study, labelling: Labelling, subjects: readonly string[], group: string | null): Labelling {
  requireSubjects(study, subjects);
  if (group !== null) requireGroup(labelling, group);
  return {
    ...labelling,
    assigned: { ...labelling.assigned, ...Object.fromEntries(subjects.map((id) => [id, group])) },
  };
}

function requireGroup(labelling: Labelling, name: string): Group {
  const group = labelling.groups.find((known) => known.name === name);
  if (group !== undefined) return group;
  const sentence =
    labelling.groups.length === 0
      ? t("There is no group '{name}'. There are no groups yet.", { name })
      : t("There is no group '{name}'. Groups are: {groups}.", {
          name,
          groups: namesText(labelling.groups.map((g) => g.name)),
        });
  throw settingError('unknown-group', sentence, { field: 'group' });
}

/** Another matching starts from all who could be matched, not from those whom the last one left. */
function match(study: Study, settings: MatchSettings): Study {
  const from = {
    ...study,
    subjects: study.subjects.map((subject) =>
      subject.excluded?.startsWith(notMatched) === true ? { ...subject, excluded: null } : subject,
    ),
  };
  const reasons = new Map(matchSubjects(from, settings).unmatched.map(({ id, reason }) => [id, reason]));
  return {
    ...study,
    subjects: study.subjects.map((subject, row) => {
      const excluded = reasons.get(subject.id) ?? from.subjects[row]?.excluded ?? null;
      return subject.excluded === excluded ? subject : { ...subject, excluded };
    }),
  };
}

function exclude(study: Study, ids: readonly string[], reason: string): Study {
  requireSubjects(study, ids);
  const text = requireText(reason, 'reason', t('Give the reason why these subjects are excluded.'));
  const chosen = new Set(ids);
  return {
    ...study,
    // Who was excluded already keeps the first reason.
    subjects: study.subjects.map((subject) =>
      chosen.has(subject.id) ? { ...subject, excluded: subject.excluded ?? text } : subject,
    ),
  };
}

function include(study: Study, ids: readonly string[]): Study {
  requireSubjects(study, ids);
  const chosen = new Set(ids);
  for (const subject of study.subjects) {
    if (!chosen.has(subject.id) || subject.excluded === null) continue;
    const unusable = study.problems.some((problem) => problem.subject === subject.id && problem.severity === 'error');
    if (!unusable && hasData(study, subject)) continue;
    throw settingError(
      'subject-unusable',
      t('{subject} cannot take part: {reason} Correct the data and import them again.', {
        subject: subject.id,
        reason: reasonText(subject.excluded, study.problems),
      }),
      {
        field: subject.id,
      },
    );
  }
  return {
    ...study,
    subjects: study.subjects.map((subject) => (chosen.has(subject.id) ? { ...subject, excluded: null } : subject)),
  };
}

function requireSubjects(study: Study, ids: readonly string[]): void {
  const known = new Set(study.subjects.map(({ id }) => id));
  const unknown = ids.filter((id) => !known.has(id));
  if (unknown.length === 0) return;
  throw settingError('unknown-subject', t('The study has no subject {ids}.', { ids: namesText(unknown, 5) }), {
    field: unknown[0] ?? '',
  });
}

function requireText(text: string, field: string, message: string): string {
  const trimmed = text.trim();
  if (trimmed === '') throw settingError('empty-text', message, { field });
  return trimmed;
}
