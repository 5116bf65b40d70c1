/** Groups made of groups: divided further by a column, or one against all others. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { checkGroupName, labellingFromColumn, namesText } from './labelling.ts';
import { membersOf } from './membership.ts';
import type { Group, Labelling, Rule, Study } from './study.ts';

const mostGroups = 24;
const separator = ' · ';

/**
 * Each group (or the named one) in parts, one for each value of the column that its members have. Whoever has no value
 * there is in no group.
 * @throws SpectroscopeError (kind 'setting') where the column cannot divide them, or into too many parts
 */
export function splitGroups(study: Study, labelling: Labelling, name: string | null, column: string): Labelling {
  const divided = labelling.groups.filter((group) => name === null || group.name === name);
  if (divided.length === 0) {
    const known = labelling.groups.map((group) => group.name);
    throw settingError(
      'unknown-group',
      name === null || known.length === 0
        ? t('There are no groups yet to divide further. Make groups first.')
        : t("There is no group '{name}'. Groups are: {groups}.", { name, groups: namesText(known) }),
      { field: 'group' },
    );
  }
  const names = new Set(divided.map((group) => group.name));
  const members = membersOf(study, labelling);
  const inside = study.subjects.filter((_, row) => names.has(members[row] ?? ''));
  const levels = labellingFromColumn({ columns: study.columns, subjects: inside }, column);
  const levelOf = membersOf(study, levels);
  const wanted = members.map((group, row) => {
    if (group === null || !names.has(group)) return group;
    const level = levelOf[row] ?? null;
    return level === null ? null : partName(group, level);
  });
  const occupied = new Set(wanted);
  const groups = labelling.groups.flatMap((group) =>
    names.has(group.name) ? partsOf(group, levels.groups).filter((part) => occupied.has(part.name)) : [group],
  );
  if (groups.length > mostGroups) {
    throw settingError(
      'too-many-groups',
      t(
        'That would make {n} groups; more than {most} cannot be told apart. Divide one group only, or by a column with fewer values.',
        { n: groups.length, most: mostGroups },
      ),
      { field: column, expected: `at most ${mostGroups} groups` },
    );
  }
  groups.reduce((before, group) => {
    checkGroupName(before, group.name);
    return { ...before, groups: [...before.groups, group] };
  }, emptyLabelling);
  return withMembers(study, recoloured(groups, labelling), wanted);
}

/** @returns two groups: `group`, and everybody who was in another one */
export function oneVersusRest(study: Study, labelling: Labelling, group: Group): Labelling {
  const others = labelling.groups.filter((known) => known !== group);
  if (others.length === 0) {
    throw settingError(
      'only-group',
      t('{group} is the only group: there is no rest to compare it with.', { group: group.name }),
      {
        field: 'group',
        expected: 'at least two groups',
      },
    );
  }
  const rest = others.length === 1 ? (others[0]?.name ?? '') : `not ${group.name}`;
  const wanted = membersOf(study, labelling).map((name) => (name === null || name === group.name ? name : rest));
  const rules = others.flatMap(({ rule }) => (rule === null ? [] : [rule]));
  const [only] = rules;
  const rule: Rule | null = rules.length > 1 ? { kind: 'any', rules } : (only ?? null);
  const colour = others.find((other) => other.colour !== group.colour)?.colour ?? group.colour + 1;
  return withMembers(study, [group, { name: rest, colour, rule }], wanted);
}

const emptyLabelling: Labelling = { column: null, groups: [], assigned: {} };

function partName(group: string, level: string): string {
  return `${group}${separator}${level}`;
}

function partsOf(group: Group, levels: readonly Group[]): Group[] {
  return levels.map((level) => ({
    name: partName(group.name, level.name),
    colour: group.colour,
    rule: group.rule === null || level.rule === null ? null : both(group.rule, level.rule),
  }));
}

function both(first: Rule, second: Rule): Rule {
  return { kind: 'all', rules: [...(first.kind === 'all' ? first.rules : [first]), second] };
}

/** Groups that stay as they were keep their colours, and so does the first part of each; the others get free ones. */
function recoloured(groups: readonly Group[], before: Labelling): Group[] {
  const taken = new Set(before.groups.map(({ colour }) => colour));
  const given = new Set<number>();
  return groups.map((group) => {
    let { colour } = group;
    if (given.has(colour)) {
      colour = 0;
      while (taken.has(colour)) colour++;
    }
    taken.add(colour);
    given.add(colour);
    return { ...group, colour };
  });
}

/** A labelling with these groups and exactly these members: by hand where the rules alone would say otherwise. */
function withMembers(study: Study, groups: Group[], wanted: readonly (string | null)[]): Labelling {
  const byRule = membersOf(study, { column: null, groups, assigned: {} });
  const differing = study.subjects.flatMap(({ id }, row): [string, string | null][] => {
    const group = wanted[row] ?? null;
    return byRule[row] === group ? [] : [[id, group]];
  });
  return { column: null, groups, assigned: Object.fromEntries(differing) };
}
