/** The subjects of a session under another labelling than the one that it was recorded with. */
import { settingError } from '#app/contract/errors.ts';
import { t } from '#app/text/text.ts';
import { namesText } from './labelling.ts';
import { membersOf } from './membership.ts';
import type { Group, Labelling, Study } from './study.ts';

export interface Regrouping {
  /** The labelling with the groups that have subjects, one for those without a label among them. */
  labelling: Labelling;
  /** Group of each subject of the session, in its order. */
  groupOf: number[];
}

/** Name of the group of subjects that the new labelling says nothing of: a batch is covered by its groups. */
const unlabelled = 'no group';
const reservedName = 'all';

/**
 * @param subjects those of the session, in its order
 * @throws SpectroscopeError (kind 'setting') when fewer than two groups have subjects
 */
export function regroup(
  study: Pick<Study, 'subjects'>,
  subjects: readonly { id: string }[],
  labelling: Labelling,
): Regrouping {
  const names = membersOf(study, labelling);
  const nameOf = new Map(study.subjects.map(({ id }, row) => [id, names[row] ?? null]));
  const named = subjects.map(({ id }) => nameOf.get(id) ?? null);
  const groups = labelling.groups.filter(({ name }) => named.includes(name));
  const isWithout = (name: string | null): boolean => name === null || name === unlabelled;
  if (groups.length < 2 && (groups.length === 0 || !named.includes(null) || named.every(isWithout))) {
    throw settingError(
      'one-group',
      t('All subjects of the session are in one group ({group}): choose a labelling that divides them.', {
        group: groups[0]?.name ?? t('none'),
      }),
      { field: 'by', expected: 'at least two groups' },
    );
  }
  const assigned: Labelling['assigned'] = { ...labelling.assigned };
  if (named.includes(null)) {
    // A list may call them so itself.
    if (!groups.some(({ name }) => name === unlabelled)) {
      groups.push({ name: unlabelled, colour: groups.length, rule: null });
    }
    subjects.forEach(({ id }, i) => {
      if (named[i] === null) assigned[id] = unlabelled;
    });
  }
  const positions = new Map(groups.map(({ name }, position) => [name, position]));
  return {
    labelling: { column: labelling.column, groups, assigned },
    groupOf: named.map((name) => positions.get(name ?? unlabelled) ?? 0),
  };
}

/**
 * A labelling by hand from a list of subjects and their groups.
 * @throws SpectroscopeError (kind 'setting') for a subject that the study does not have, or that comes twice
 */
export function labellingFromPairs(
  study: Pick<Study, 'subjects'>,
  pairs: readonly { id: string; group: string }[],
): Labelling {
  const known = new Set(study.subjects.map(({ id }) => id));
  const unknown = pairs.filter(({ id }) => !known.has(id)).map(({ id }) => id);
  if (unknown.length > 0) {
    throw settingError('unknown-subject', t('The session has no subject {ids}.', { ids: namesText(unknown) }), {
      field: 'subject',
      expected: 'ids of the session',
    });
  }
  const assigned: Record<string, string> = {};
  for (const { id, group } of pairs) {
    if (group === reservedName) {
      throw settingError(
        'reserved-group',
        t("A group cannot be called '{name}': that names all subjects.", { name: reservedName }),
        {
          field: 'group',
        },
      );
    }
    if (Object.hasOwn(assigned, id) && assigned[id] !== group) {
      throw settingError(
        'subject-twice',
        t('Subject {id} is listed with two groups, {one} and {other}.', { id, one: assigned[id] ?? '', other: group }),
        {
          field: 'subject',
          expected: 'one group for each subject',
        },
      );
    }
    assigned[id] = group;
  }
  const names = [...new Set(Object.values(assigned))];
  const groups = names.map((name, colour): Group => ({ name, colour, rule: null }));
  return { column: null, groups, assigned };
}
