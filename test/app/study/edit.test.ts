import { describe, expect, it } from 'vitest';
import { applyEdit } from '#app/study/edit.ts';
import { History } from '#app/study/history.ts';
import { membersOf, targetLabelling } from '#app/study/membership.ts';
import type { Group, Rule, Study, StudyEdit } from '#app/study/study.ts';
import { column, smallStudy } from './small-study.ts';

function edited(study: Study, ...edits: StudyEdit[]): Study {
  return edits.reduce(applyEdit, study);
}
const byColumn = (name: string, labelling: 'groups' | 'target' = 'groups'): StudyEdit => ({
  kind: 'label-by-column',
  labelling,
  column: name,
});
const add = (name: string, rule: Rule | null = null, labelling: 'groups' | 'target' = 'groups'): StudyEdit => ({
  kind: 'add-group',
  labelling,
  group: { name, colour: 0, rule } satisfies Group,
});
const members = (study: Study) => membersOf(study, study.groups);

describe('groups from a column', () => {
  it('take their names from the sidecar, and whole numbers in their order', () => {
    const study = edited(smallStudy(), byColumn('dx'));
    expect(study.groups.groups.map(({ name, colour }) => [name, colour])).toEqual([
      ['control', 0],
      ['patient', 1],
      ['2', 2],
    ]);
    expect(members(study)).toEqual([
      'control',
      'patient',
      'patient',
      'control',
      null,
      'patient',
      '2',
      'control',
      'patient',
    ]);
  });

  it('are of that column no longer once a group comes from elsewhere, or none is left', () => {
    const study = edited(smallStudy(), byColumn('sex'));
    expect(study.groups.column).toBe('sex');
    expect(edited(study, { kind: 'remove-group', labelling: 'groups', name: 'M' }).groups.column).toBe('sex');
    const young = add('young', { kind: 'range', column: 'age', minimum: null, maximum: 30 });
    expect(edited(study, young).groups.column).toBeNull();
    const removal = (name: string): StudyEdit => ({ kind: 'remove-group', labelling: 'groups', name });
    expect(edited(study, removal('M'), removal('F')).groups.column).toBeNull();
  });

  it('put spellings that differ in capitals together', () => {
    const study = edited(smallStudy(), byColumn('sex'));
    expect(study.groups.groups.map(({ name }) => name)).toEqual(['F', 'M']);
    expect(members(study)[2]).toBe('F');
  });

  it('call no group by the name of all subjects together', () => {
    const study = smallStudy();
    study.subjects.forEach(({ values }, i) => (values['sex'] = i % 2 ? 'all' : 'some'));
    expect(edited(study, byColumn('sex')).groups.groups.map(({ name }) => name)).toEqual(['some', 'sex all']);
  });

  it('take the column out of the features, since it gives the answer away', () => {
    const study = smallStudy({
      columns: smallStudy().columns.map((known) => (known.name === 'dx' ? { ...known, role: 'feature' } : known)),
    });
    expect(edited(study, byColumn('dx')).columns.find(({ name }) => name === 'dx')?.role).toBe('covariate');
  });

  it.each([
    ['unknown', 'nothing', "The study has no column 'nothing'. Columns are: id, dx, sex, age, thickness."],
    ['written with other capitals', 'DX', "The study has no column 'DX'. Did you mean 'dx'?"],
    [
      'of measurements',
      'thickness',
      "Column 'thickness' holds measurements (7 different numbers from 0.5 to 7), not classes. Make groups by a rule with ranges instead, for example below and from 2.",
    ],
  ])('are refused for a column that is %s', (_, name, message) => {
    expect(() => edited(smallStudy(), byColumn(name))).toThrow(message);
  });

  it('are refused where hardly any whole number occurs twice, as in a small sample of volumes', () => {
    const study = smallStudy();
    study.subjects.forEach(({ values }, i) => (values['age'] = 1_500_000 + i * 10));
    expect(() => edited(study, byColumn('age'))).toThrow("Column 'age' holds measurements (8 different numbers");
  });

  it('are refused for a column with one value, none, or too many', () => {
    const study = smallStudy();
    study.columns.push(column('site', { type: 'category' }), column('empty'), column('note', { type: 'text' }));
    study.subjects = Array.from({ length: 30 }, (_, i) => ({
      id: `p${i}`,
      scan: null,
      excluded: null,
      values: { site: 'Bonn', empty: null, note: `text ${i}` },
    }));
    expect(() => edited(study, byColumn('site'))).toThrow("Column 'site' has the same value ('Bonn') for all subjects");
    expect(() => edited(study, byColumn('empty'))).toThrow("Column 'empty' has no value in any subject");
    expect(() => edited(study, byColumn('note'))).toThrow(
      "Column 'note' has 30 different values, too many for groups.",
    );
  });
});

describe('groups by rule and by hand', () => {
  it('follow values, ranges and patterns; the first rule that matches wins', () => {
    const study = edited(
      smallStudy(),
      add('young', { kind: 'range', column: 'age', minimum: null, maximum: 34 }),
      add('men', { kind: 'value', column: 'sex', values: [' M '] }),
      add('rest', { kind: 'pattern', field: 'id', pattern: 'S?' }),
    );
    expect(members(study)).toEqual(['young', 'men', 'rest', 'young', 'men', 'rest', 'young', 'men', 'rest']);
  });

  it('match file names, or paths where the pattern has a slash', () => {
    const study = smallStudy();
    study.subjects.slice(0, 2).forEach((subject, i) => {
      subject.scan = {
        path: `site${i}/sub-PX0${i}.nii.gz`,
        bytes: 1,
        sha256: '',
        shape: [1, 1, 1],
        spacingMm: [1, 1, 1],
        orientation: 'RAS',
        dataType: 'uint8',
      };
    });
    const px = edited(study, add('px', { kind: 'pattern', field: 'file', pattern: 'sub-px*' }));
    expect(members(px).slice(0, 3)).toEqual(['px', 'px', null]);
    const site = edited(study, add('one', { kind: 'pattern', field: 'file', pattern: 'site1/*' }));
    expect(members(site).slice(0, 3)).toEqual([null, 'one', null]);
  });

  it('let a hand assignment win over every rule, also the one to no group', () => {
    const study = edited(
      smallStudy(),
      byColumn('dx'),
      { kind: 'assign', labelling: 'groups', subjects: ['s5'], group: 'patient' },
      { kind: 'assign', labelling: 'groups', subjects: ['s1'], group: null },
    );
    expect(members(study).slice(0, 5)).toEqual([null, 'patient', 'patient', 'control', 'patient']);
  });

  it('keep hand assignments when a group is renamed, and drop them when it is removed', () => {
    const assigned = edited(smallStudy(), byColumn('dx'), {
      kind: 'assign',
      labelling: 'groups',
      subjects: ['s5'],
      group: 'patient',
    });
    const renamed = edited(assigned, {
      kind: 'change-group',
      labelling: 'groups',
      name: 'patient',
      change: { name: 'schizophrenia' },
    });
    expect(members(renamed)[4]).toBe('schizophrenia');
    expect(renamed.groups.column).toBe('dx');
    const removed = edited(renamed, { kind: 'remove-group', labelling: 'groups', name: 'schizophrenia' });
    expect(removed.groups.assigned).toEqual({});
    expect(members(removed)[1]).toBeNull();
  });

  it.each<[string, StudyEdit, string]>([
    ['a second group of one name', add('Control'), "There is a group 'Control' already. Choose another name."],
    ['a group without a name', add('  '), 'A group needs a name.'],
    ['the name of all subjects', add('All'), "'All' names all subjects together. Choose another name for the group."],
    [
      'an empty range',
      add('x', { kind: 'range', column: 'age', minimum: 5, maximum: 5 }),
      'No number is at least 5 and below 5.',
    ],
    [
      'a range of text',
      add('x', { kind: 'range', column: 'sex', minimum: 5, maximum: 6 }),
      "Column 'sex' does not hold numbers, so it has no ranges.",
    ],
    [
      'a rule on an unknown column',
      add('x', { kind: 'value', column: 'gone', values: ['a'] }),
      "The study has no column 'gone'.",
    ],
    [
      'a rule without values',
      add('x', { kind: 'value', column: 'sex', values: [] }),
      'A rule by value needs at least one value',
    ],
    [
      'a pattern of nothing',
      add('x', { kind: 'pattern', field: 'id', pattern: ' ' }),
      'A rule by pattern needs a pattern',
    ],
    [
      'an unknown group',
      { kind: 'remove-group', labelling: 'groups', name: 'gone' },
      "There is no group 'gone'. Groups are: control, patient, 2.",
    ],
    [
      'an unknown subject',
      { kind: 'assign', labelling: 'groups', subjects: ['s99'], group: 'control' },
      'The study has no subject s99.',
    ],
    [
      'an exclusion without reason',
      { kind: 'exclude', subjects: ['s1'], reason: ' ' },
      'Give the reason why these subjects are excluded.',
    ],
    ['a study without a name', { kind: 'rename', name: '' }, 'A study needs a name.'],
  ])('refuse %s', (_, edit, message) => {
    const study = edited(smallStudy(), byColumn('dx'));
    expect(() => applyEdit(study, edit)).toThrow(
      expect.objectContaining({ kind: 'setting', message: expect.stringContaining(message) as string }) as Error,
    );
  });
});

describe('the target', () => {
  it('is the groups until it is labelled, and can be them again', () => {
    const study = edited(smallStudy(), byColumn('dx'));
    expect(targetLabelling(study)).toBe(study.groups);
    const own = edited(study, byColumn('sex', 'target'));
    expect(targetLabelling(own).column).toBe('sex');
    expect(own.groups.column).toBe('dx');
    expect(edited(own, { kind: 'target-is-groups' }).target).toBeNull();
  });

  it('starts as a copy of the groups when a class is changed, and from nothing when one is added', () => {
    const study = edited(smallStudy(), byColumn('dx'));
    const changed = edited(study, { kind: 'remove-group', labelling: 'target', name: '2' });
    expect(changed.target?.groups.map(({ name }) => name)).toEqual(['control', 'patient']);
    expect(changed.groups.groups).toHaveLength(3);
    expect(
      edited(study, add('old', { kind: 'range', column: 'age', minimum: 40, maximum: null }, 'target')).target?.groups,
    ).toHaveLength(1);
  });
});

describe('columns', () => {
  const change = (name: string, changed: Extract<StudyEdit, { kind: 'column' }>['change']): StudyEdit => ({
    kind: 'column',
    column: name,
    change: changed,
  });

  it('can be corrected: another meaning moves there, and a fact about the subjects is no feature', () => {
    const study = edited(smallStudy(), change('thickness', { meaning: 'age' }));
    expect(study.columns.map(({ name, role, meaning }) => [name, role, meaning]).slice(3)).toEqual([
      ['age', 'covariate', null],
      ['thickness', 'covariate', 'age'],
    ]);
  });

  it('change their type with their values', () => {
    const coded = edited(smallStudy(), change('dx', { type: 'category' }));
    expect(coded.subjects[1]?.values['dx']).toBe('1');
    expect(edited(coded, change('dx', { type: 'number' })).subjects[1]?.values['dx']).toBe(1);
    expect(() => edited(smallStudy(), change('sex', { type: 'number' }))).toThrow(
      "Column 'sex' cannot be numbers: it holds 'F', 'M', 'f'.",
    );
  });

  it('become features only where they are numbers that are no label', () => {
    const study = edited(smallStudy(), byColumn('dx'), {
      kind: 'features',
      columns: ['age', 'thickness'],
      included: true,
    });
    expect(study.columns.filter(({ role }) => role === 'feature').map(({ name }) => name)).toEqual([
      'age',
      'thickness',
    ]);
    expect(edited(study, { kind: 'features', columns: ['age'], included: false }).columns[3]?.role).toBe('covariate');
    const include = (name: string): StudyEdit => ({ kind: 'features', columns: [name], included: true });
    expect(() => edited(study, include('sex'))).toThrow("Column 'sex' holds text; only numbers can be features.");
    expect(() => edited(study, include('dx'))).toThrow("Column 'dx' is what the subjects are divided by");
    expect(() => edited(study, include('id'))).toThrow("Column 'id' names the subjects.");
    expect(() => edited(smallStudy({ kind: 'volumes' }), include('age'))).toThrow('The network learns from the scans');
  });

  it('give the subjects other ids, and what was said of them goes with them', () => {
    const base = smallStudy();
    base.columns.push(column('code', { type: 'text', role: 'ignored' }));
    base.subjects.forEach((subject, i) => (subject.values['code'] = `c${i}`));
    const study = edited(
      base,
      byColumn('dx'),
      { kind: 'assign', labelling: 'groups', subjects: ['s5'], group: 'control' },
      change('code', { role: 'id' }),
    );
    expect(study.subjects[4]?.id).toBe('c4');
    expect(members(study)[4]).toBe('control');
    expect(() => edited(base, change('sex', { role: 'id' }))).toThrow(
      "Column 'sex' has 'M' more than once, so it cannot name the subjects.",
    );
    expect(() => edited(base, change('age', { role: 'id' }))).toThrow("Column 'age' has no value for s6");
  });
});

describe('exclusion', () => {
  it('keeps the first reason, and ends with inclusion', () => {
    const study = edited(smallStudy(), { kind: 'exclude', subjects: ['s1', 's9'], reason: 'Withdrew consent.' });
    expect(study.subjects[0]?.excluded).toBe('Withdrew consent.');
    expect(study.subjects[8]?.excluded).toBe('Moved during the scan.');
    expect(edited(study, { kind: 'include', subjects: ['s9'] }).subjects[8]?.excluded).toBeNull();
  });

  it('cannot be ended for a subject whose scan is broken', () => {
    const study = smallStudy({ kind: 'volumes' });
    expect(() => edited(study, { kind: 'include', subjects: ['s9'] })).toThrow(
      's9 cannot take part: Moved during the scan. Correct the data and import them again.',
    );
  });
});

describe('undo and redo', () => {
  it('go back and forth through every edit', () => {
    const history = new History(smallStudy());
    const states = [history.study, history.edit(byColumn('dx')), history.edit({ kind: 'rename', name: 'New' })];
    expect([history.canUndo, history.canRedo]).toEqual([true, false]);
    expect(history.undo()).toEqual(states[1]);
    expect(history.undo()).toEqual(states[0]);
    expect(history.canUndo).toBe(false);
    expect(() => history.undo()).toThrow('There is nothing to undo.');
    expect(history.redo()).toEqual(states[1]);
    expect(history.redo()).toEqual(states[2]);
    expect(() => history.redo()).toThrow('There is nothing to redo.');
  });

  it('forget what was undone when something else is done, and nothing when an edit fails', () => {
    const history = new History(smallStudy());
    history.edit(byColumn('dx'));
    history.undo();
    expect(() => history.edit(byColumn('gone'))).toThrow();
    expect(history.canRedo).toBe(true);
    history.edit({ kind: 'rename', name: 'Other' });
    expect(history.canRedo).toBe(false);
    expect(history.undo().name).toBe('Small');
  });
});

describe("a number that stands for 'missing'", () => {
  const problem = {
    code: 'number-codes-missing',
    severity: 'warning' as const,
    file: null,
    subject: null,
    field: 'thickness',
    message: '',
  };
  const edit: StudyEdit = { kind: 'count-as-missing', columns: ['thickness'], code: 1.5 };

  it('becomes an empty cell, answers the warning, and can be undone', () => {
    const history = new History(smallStudy({ problems: [problem] }));
    const study = history.edit(edit);
    expect(study.subjects[0]?.values).toMatchObject({ id: 's1', thickness: null });
    expect(study.problems).toEqual([]);
    expect(history.undo().subjects[0]?.values).toMatchObject({ thickness: 1.5 });
    expect(history.study.problems).toEqual([problem]);
  });

  it('must be there', () => {
    expect(() => edited(smallStudy(), { ...edit, code: -999 })).toThrow("Column 'thickness' holds -999 nowhere.");
  });
});

describe('a column that is dropped', () => {
  const drop: StudyEdit = { kind: 'drop-columns', columns: ['age'] };

  it('leaves the study with its values and what was said of it, and there is no way back', () => {
    const problem = {
      code: 'age-over-89',
      severity: 'warning' as const,
      file: null,
      subject: null,
      field: 'age',
      message: '',
    };
    const history = new History(smallStudy({ problems: [problem] }));
    history.edit({ kind: 'rename', name: 'before' });
    const study = history.edit(drop);
    expect(JSON.stringify(study)).not.toContain('"age"');
    expect(study.subjects[0]?.values).toEqual({ id: 's1', dx: 0, sex: 'F', thickness: 1.5 });
    expect(history.canUndo).toBe(false);
  });

  it('cannot be what the study stands on', () => {
    const study = edited(smallStudy(), byColumn('dx'));
    const dropping = (name: string) => () => edited(study, { kind: 'drop-columns', columns: [name] });
    expect(dropping('id')).toThrow("Column 'id' names the subjects and cannot be dropped.");
    expect(dropping('dx')).toThrow("Column 'dx' makes the groups and cannot be dropped.");
    expect(dropping('gone')).toThrow(/gone/);
  });
});
