/** Groups by combined rules, within groups, against the rest and from a pasted list; matched subsets; what power there is. */
import { describe, expect, it } from 'vitest';
import * as v from 'valibot';
import { balanceColumns, balanceTable } from '#app/study/balance.ts';
import { applyEdit } from '#app/study/edit.ts';
import { subjectFlow } from '#app/study/flow.ts';
import { matchSubjects } from '#app/study/match-subjects.ts';
import { membersOf } from '#app/study/membership.ts';
import { subjectsOfText } from '#app/study/pasted-ids.ts';
import { powerHint } from '#app/study/power.ts';
import { studyEditSchema, type MatchSettings, type Study, type StudyEdit } from '#app/study/study.ts';
import { SeededRandom } from '#app/run/random.ts';
import { column, smallStudy } from './small-study.ts';

const groups = { labelling: 'groups' } as const;
const labelled = applyEdit(smallStudy(), { kind: 'label-by-column', ...groups, column: 'dx' });
const namesOf = (study: Study) => study.groups.groups.map(({ name }) => name);
const members = (study: Study) =>
  Object.fromEntries(membersOf(study, study.groups).map((group, row) => [study.subjects[row]!.id, group]));

describe('a combined rule', () => {
  const add: StudyEdit = {
    kind: 'add-group',
    ...groups,
    group: {
      name: 'young women or s8',
      colour: 0,
      rule: {
        kind: 'any',
        rules: [
          {
            kind: 'all',
            rules: [
              { kind: 'value', column: 'sex', values: ['F', 'f'] },
              { kind: 'not', rule: { kind: 'range', column: 'age', minimum: 40, maximum: null } },
            ],
          },
          { kind: 'pattern', field: 'id', pattern: 's8' },
        ],
      },
    },
  };

  it('takes whom its parts together take, and crosses processes as it is', () => {
    expect(v.parse(studyEditSchema, JSON.parse(JSON.stringify(add)))).toEqual(add);
    const study = applyEdit(smallStudy(), add);
    expect(Object.entries(members(study)).flatMap(([id, group]) => (group === null ? [] : [id]))).toEqual([
      's1',
      's6',
      's7',
      's8',
    ]);
  });

  it('is refused where a part of it cannot work', () => {
    const rule = { kind: 'all' as const, rules: [{ kind: 'range' as const, column: 'sex', minimum: 1, maximum: 2 }] };
    const group = { name: 'x', colour: 0, rule };
    expect(() => applyEdit(smallStudy(), { kind: 'add-group', ...groups, group })).toThrow('does not hold numbers');
    expect(() =>
      applyEdit(smallStudy(), { kind: 'add-group', ...groups, group: { ...group, rule: { kind: 'any', rules: [] } } }),
    ).toThrow('at least one rule');
  });
});

describe('groups within groups', () => {
  it('are the values of a column in each group, in one step', () => {
    const study = applyEdit(labelled, { kind: 'split-groups', ...groups, group: null, column: 'sex' });
    expect(namesOf(study)).toEqual(['control · F', 'control · M', 'patient · F', 'patient · M', '2 · F']);
    expect(members(study)).toMatchObject({
      s1: 'control · F',
      s3: 'patient · F',
      s5: null,
      s7: '2 · F',
      s8: 'control · M',
    });
    expect(study.groups.assigned).toEqual({});
    expect(new Set(study.groups.groups.map(({ colour }) => colour)).size).toBe(5);
  });

  it('of one group leave the others as they were, and who has no value is in none', () => {
    const byAge = applyEdit(labelled, {
      kind: 'add-group',
      ...groups,
      group: { name: 'others', colour: 5, rule: { kind: 'range', column: 'thickness', minimum: 0, maximum: null } },
    });
    const study = {
      ...byAge,
      subjects: byAge.subjects.map((subject) =>
        subject.id === 's2' ? { ...subject, values: { ...subject.values, thickness: null, sex: 'X' } } : subject,
      ),
    };
    const lacking = {
      ...study,
      subjects: study.subjects.map((subject) =>
        subject.id === 's6' ? { ...subject, values: { ...subject.values, sex: null } } : subject,
      ),
    };
    const split = applyEdit(lacking, { kind: 'split-groups', ...groups, group: 'patient', column: 'sex' });
    expect(namesOf(split)).toEqual(['control', 'patient · X', 'patient · f', '2', 'others']);
    expect(members(split)).toMatchObject({ s1: 'control', s2: 'patient · X', s3: 'patient · f', s5: 'others' });
    // By its rule alone it would now fall to the group that comes later.
    expect(members(split).s6).toBeNull();
    expect(() => applyEdit(study, { kind: 'split-groups', ...groups, group: 'gone', column: 'sex' })).toThrow(
      "no group 'gone'",
    );
  });

  it('keep hand assignments', () => {
    const byHand = applyEdit(labelled, { kind: 'assign', ...groups, subjects: ['s5'], group: 'control' });
    const split = applyEdit(byHand, { kind: 'split-groups', ...groups, group: null, column: 'sex' });
    expect(members(split).s5).toBe('control · M');
    expect(split.groups.assigned).toEqual({ s5: 'control · M' });
  });
});

describe('one versus rest', () => {
  it('puts all other groups together', () => {
    const study = applyEdit(labelled, { kind: 'one-versus-rest', ...groups, group: 'patient' });
    expect(namesOf(study)).toEqual(['patient', 'not patient']);
    const before = members(labelled);
    for (const [id, group] of Object.entries(members(study))) {
      expect(group).toBe(before[id] === null ? null : before[id] === 'patient' ? 'patient' : 'not patient');
    }
    expect(() =>
      applyEdit(
        { ...labelled, groups: { ...labelled.groups, groups: labelled.groups.groups.slice(0, 1) } },
        { kind: 'one-versus-rest', ...groups, group: 'control' },
      ),
    ).toThrow('only group');
  });
});

describe('a pasted list', () => {
  const ids = ['sub-0040013', 'sub-0040014', 'sub-0040015', 'Caltech_0051456', '51457'];

  it('finds subjects however their ids are written, and names what fits nobody', () => {
    const found = subjectsOfText('participant_id\n40013, 0040014;"sub-0040013"\n51456\nCaltech_0051457\nsub-99\n', ids);
    expect(found.subjects).toEqual(['sub-0040013', 'sub-0040014', 'Caltech_0051456', '51457']);
    expect(found.unmatched).toEqual(['sub-99']);
    expect(found.differently).toContainEqual({ pasted: '51456', subject: 'Caltech_0051456' });
  });

  it('reads the column of a pasted table that fits', () => {
    const found = subjectsOfText('site\tid\tage\nA\t40015\t21\nA\t40013\t23\n', ids);
    expect(found.subjects).toEqual(['sub-0040013', 'sub-0040015']);
    expect(found.unmatched).toEqual([]);
  });

  it('does not guess where more than one fits', () => {
    expect(subjectsOfText('7', ['A_7', 'B_7']).unmatched).toEqual(['7']);
  });

  it('becomes a group by hand in one step', () => {
    const study = applyEdit(smallStudy(), {
      kind: 'add-group',
      ...groups,
      group: { name: 'pasted', colour: 0, rule: null },
      subjects: ['s2', 's3'],
    });
    expect(members(study)).toMatchObject({ s1: null, s2: 'pasted', s3: 'pasted' });
  });
});

/** Patients are older and more often men than controls; both have four sites. */
function unbalanced(patients: number, controls: number): Study {
  const random = new SeededRandom(3);
  const subject = (i: number, isPatient: boolean) => ({
    id: `${isPatient ? 'p' : 'c'}${i}`,
    scan: null,
    excluded: null,
    values: {
      dx: isPatient ? 'patient' : 'control',
      age: Math.round((isPatient ? 45 : 36) + 10 * random.normal()),
      sex: random.next() < (isPatient ? 0.7 : 0.45) ? 'M' : 'F',
      site: `site ${random.integer(4)}`,
    },
  });
  return applyEdit(
    smallStudy({
      columns: [
        column('dx', { type: 'category' }),
        column('age', { meaning: 'age' }),
        column('sex', { type: 'category', meaning: 'sex' }),
        column('site', { type: 'category', meaning: 'site' }),
      ],
      subjects: [
        ...Array.from({ length: patients }, (_, i) => subject(i, true)),
        ...Array.from({ length: controls }, (_, i) => subject(i, false)),
      ],
    }),
    { kind: 'label-by-column', ...groups, column: 'dx' },
  );
}

const rows = (study: Study) =>
  balanceTable(study, study.groups, balanceColumns(study, study.groups), { byRank: false, seed: 1 });

describe('a matched subset', () => {
  const study = unbalanced(40, 160);
  const propensity: MatchSettings = { exact: [], propensity: ['age', 'sex', 'site'], caliper: 0.2, seed: 1 };

  it('by propensity balances what was out of balance', () => {
    const before = rows(study);
    expect(before.map(({ table }) => table.column)).toEqual(['age', 'sex', 'site']);
    expect(before[0]).toMatchObject({ imbalance: 'strong', between: ['patient', 'control'] });
    expect(before[0]!.test).toMatchObject({ test: 'welch' });
    expect(before[0]!.test!.p).toBeLessThan(0.001);
    const after = applyEdit(study, { kind: 'match', settings: propensity });
    for (const row of rows(after).slice(0, 2)) expect(Math.abs(row.difference!)).toBeLessThan(0.2);
    const sizes = rows(after)[0]!.table;
    if (sizes.kind !== 'number') throw new Error('age is a number');
    expect(sizes.summaries[0]!.count).toBe(sizes.summaries[1]!.count);
    expect(sizes.summaries[0]!.count).toBeGreaterThan(30);
  });

  it('is the same for a seed, and another matching starts from all', () => {
    const once = applyEdit(study, { kind: 'match', settings: propensity });
    expect(applyEdit(study, { kind: 'match', settings: propensity }).subjects).toEqual(once.subjects);
    expect(applyEdit(once, { kind: 'match', settings: propensity }).subjects).toEqual(once.subjects);
    const other = applyEdit(study, { kind: 'match', settings: { ...propensity, seed: 2 } });
    expect(other.subjects).not.toEqual(once.subjects);
  });

  it('exactly agrees in each pair, within the tolerance', () => {
    const settings: MatchSettings = {
      exact: [
        { column: 'age', tolerance: 2 },
        { column: 'sex', tolerance: 0 },
        { column: 'site', tolerance: 0 },
      ],
      propensity: [],
      caliper: 0.2,
      seed: 5,
    };
    const { sets, unmatched } = matchSubjects(study, settings);
    const valuesOf = new Map(study.subjects.map(({ id, values }) => [id, values]));
    expect(sets.length).toBeGreaterThan(15);
    for (const [patient, control] of sets) {
      const [p, c] = [valuesOf.get(patient!)!, valuesOf.get(control!)!];
      expect(Math.abs(Number(p['age']) - Number(c['age']))).toBeLessThanOrEqual(2);
      expect([p['sex'], p['site']]).toEqual([c['sex'], c['site']]);
    }
    expect(new Set(sets.flat()).size).toBe(2 * sets.length);
    expect(sets.flat().length + unmatched.length).toBe(200);
    expect(unmatched[0]!.reason).toBe('Not matched on age, sex, site');
    const flow = subjectFlow(applyEdit(study, { kind: 'match', settings }));
    expect(flow.excluded).toEqual([
      { reason: 'Not matched on age, sex, site', subjects: expect.any(Array) as string[] },
    ]);
  });

  it('of three groups has sets of three, and says whose values are missing', () => {
    const settings: MatchSettings = { exact: [{ column: 'sex', tolerance: 0 }], propensity: [], caliper: 0.2, seed: 1 };
    expect(matchSubjects(labelled, settings).sets.map((set) => set.length)).toEqual([3]);
    const byAge = matchSubjects(labelled, { ...settings, exact: [{ column: 'age', tolerance: 20 }] });
    expect(byAge.unmatched).toContainEqual({ id: 's6', reason: 'Not matched: no value of age' });
  });

  it('is refused with nothing to match on, one group, or nobody who fits', () => {
    const settings: MatchSettings = { exact: [], propensity: [], caliper: 0.2, seed: 1 };
    expect(() => matchSubjects(labelled, settings)).toThrow('at least one column');
    expect(() => matchSubjects(smallStudy(), propensityOf('age'))).toThrow('two groups');
    expect(() => matchSubjects(labelled, propensityOf('gone'))).toThrow("no column 'gone'");
    expect(() => matchSubjects(labelled, { ...settings, exact: [{ column: 'thickness', tolerance: 0 }] })).toThrow(
      'has a match',
    );
  });

  const propensityOf = (name: string): MatchSettings => ({ exact: [], propensity: [name], caliper: 0.2, seed: 1 });
});

describe('the sizes of groups', () => {
  it('are put against what permutation can resolve', () => {
    const hint = powerHint(labelled, subjectFlow(labelled));
    expect(hint).toMatchObject({
      groups: [
        { name: '2', subjects: 1 },
        { name: 'control', subjects: 3 },
      ],
      isHopeless: true,
    });
    expect(hint?.smallestP).toBeCloseTo(0.25, 12);
    expect(hint?.sentence).toContain('can be relabelled in only 4 ways');
    const large = unbalanced(40, 160);
    expect(powerHint(large, subjectFlow(large))?.sentence).toContain('how many permutations are tried');
    const fair = unbalanced(5, 5);
    expect(powerHint(fair, subjectFlow(fair))?.sentence).toContain('p = 0.0079 at best');
    expect(powerHint(smallStudy(), subjectFlow(smallStudy()))).toBeNull();
  });
});
