/** Another labelling of the subjects of a session. */
import { describe, expect, it } from 'vitest';
import { labellingFromPairs, regroup } from '#app/study/regroup.ts';
import type { Labelling, Subject } from '#app/study/study.ts';

const subject = (id: string, site: string | null): Subject => ({ id, scan: null, values: { site }, excluded: null });
const study = {
  subjects: [subject('a', 'north'), subject('b', 'south'), subject('c', null), subject('d', 'south')],
};
const bySite: Labelling = {
  column: 'site',
  assigned: {},
  groups: ['north', 'south', 'west'].map((name, colour) => ({
    name,
    colour,
    rule: { kind: 'value', column: 'site', values: [name] },
  })),
};

describe('regrouping', () => {
  it('follows the new labelling, leaves out empty groups and keeps the unlabelled together', () => {
    const { labelling, groupOf } = regroup(study, [{ id: 'd' }, { id: 'a' }, { id: 'c' }], bySite);
    expect(labelling.groups.map(({ name }) => name)).toEqual(['north', 'south', 'no group']);
    expect(groupOf).toEqual([1, 0, 2]);
    expect(labelling.assigned).toEqual({ c: 'no group' });
  });

  it('knows those that a list calls unlabelled itself as the same group', () => {
    const subjects = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
    const listed = labellingFromPairs(study, [
      { id: 'a', group: 'no group' },
      { id: 'b', group: 'x' },
    ]);
    const { labelling, groupOf } = regroup(study, subjects, listed);
    expect(labelling.groups.map(({ name }) => name)).toEqual(['no group', 'x']);
    expect(groupOf).toEqual([0, 1, 0]);
    const alone = labellingFromPairs(study, [{ id: 'a', group: 'no group' }]);
    expect(() => regroup(study, subjects, alone)).toThrow('All subjects of the session are in one group (no group)');
  });

  it('refuses a labelling that divides nothing', () => {
    expect(() => regroup(study, [{ id: 'b' }, { id: 'd' }], bySite)).toThrow('All subjects of the session are in one');
  });
});

describe('a list of subjects and groups', () => {
  it('becomes a labelling by hand', () => {
    const pairs = [
      { id: 'a', group: 'x' },
      { id: 'd', group: 'y' },
    ];
    const { groupOf } = regroup(study, [{ id: 'a' }, { id: 'd' }], labellingFromPairs(study, pairs));
    expect(groupOf).toEqual([0, 1]);
  });

  it.each([
    [[{ id: 'z', group: 'x' }], 'no subject z'],
    [[{ id: 'a', group: 'all' }], "cannot be called 'all'"],
    [
      [
        { id: 'a', group: 'x' },
        { id: 'a', group: 'y' },
      ],
      'listed with two groups',
    ],
  ])('refuses %j in words', (pairs, words) => {
    expect(() => labellingFromPairs(study, pairs)).toThrow(words);
  });
});
