import { describe, expect, it } from 'vitest';
import { subjectFlow } from '#app/study/flow.ts';
import { cohortWarnings, countTables, flowSteps, groupCounts } from '../../../renderer/pages/cohort/cohort-counts.ts';
import { matching, ruleRefused, ruleWords, valuesOf } from '../../../renderer/pages/cohort/rules.ts';
import { byColumn, exampleStudy, subject } from './example-study.ts';

describe('the flow of subjects', () => {
  it('accounts for everyone from imported to analysed', () => {
    const steps = flowSteps(subjectFlow(exampleStudy()), []);
    expect(steps.map((step) => step.subjects)).toEqual([26, 25, 24]);
    expect(steps[0]?.leaving).toEqual([{ reason: 'Motion', subjects: 1 }]);
    expect(steps[1]?.leaving).toEqual([{ reason: 'In no group', subjects: 1 }]);
  });
  it('names those who have a group but no target', () => {
    const study = exampleStudy({ target: byColumn('sex', ['1']) });
    const steps = flowSteps(subjectFlow(study), study.problems);
    expect(steps[1]?.leaving).toContainEqual({ reason: 'Without a target', subjects: 12 });
    expect(steps.at(-1)?.subjects).toBe(12);
  });
});

describe('counts', () => {
  it('follow the groups, by sex in the names of its levels and by age as mean and range', () => {
    const study = exampleStudy();
    expect(groupCounts(study, subjectFlow(study))).toEqual([12, 12]);
    const [sex, age] = countTables(study);
    expect(sex?.rows).toContainEqual({ name: 'female', values: ['6', '6'] });
    expect(age?.heads).toEqual(['mean ± SD', 'range']);
    expect(age?.rows[0]).toEqual({ name: 'patient', values: ['25.5 ± 3.61', '20.0 to 31.0'] });
    expect(age?.rows[1]).toEqual({ name: 'control', values: ['37.5 ± 3.61', '32.0 to 43.0'] });
  });
});

describe('warnings', () => {
  it('are absent where groups are large and balanced', () => {
    expect(cohortWarnings(exampleStudy())).toEqual([]);
  });
  it('name a small group, an empty one, and imbalance', () => {
    const study = exampleStudy({ groups: byColumn('diagnosis', ['patient', 'control', 'twin']) });
    expect(cohortWarnings(study)).toEqual(['twin has no subjects: change its rule or remove it.']);
    const few = {
      ...study,
      subjects: study.subjects.slice(0, 14),
      groups: byColumn('diagnosis', ['patient', 'control']),
    };
    const warnings = cohortWarnings(few).join(' ');
    expect(warnings).toContain('control has 2 subjects');
    expect(warnings).toContain('6.0 times');
  });
  it('ask for a second group', () => {
    const study = exampleStudy({ groups: byColumn('diagnosis', ['patient']) });
    expect(cohortWarnings(study)[0]).toContain('at least two');
  });
});

describe('rules', () => {
  const study = exampleStudy();
  it('say in words whom they take', () => {
    expect(ruleWords({ kind: 'value', column: 'sex', values: ['1', '2'] })).toBe('sex is 1 or 2');
    expect(ruleWords({ kind: 'range', column: 'age', minimum: 18, maximum: 40 })).toBe('18 ≤ age < 40');
    expect(ruleWords({ kind: 'range', column: 'age', minimum: null, maximum: 40 })).toBe('age < 40');
    expect(ruleWords(null)).toBe('chosen by hand');
  });
  it('count their subjects before they are made', () => {
    expect(matching(study, { kind: 'range', column: 'age', minimum: 30, maximum: null }, [])).toEqual({
      matched: 15,
      taken: 0,
    });
    const { groups } = study.groups;
    expect(matching(study, { kind: 'pattern', field: 'id', pattern: 'sub-2*' }, groups)).toEqual({
      matched: 8,
      taken: 7,
    });
  });
  it('are refused in words when they cannot take anyone', () => {
    expect(ruleRefused({ kind: 'range', column: 'age', minimum: 40, maximum: 30 })).toContain('below');
    expect(ruleRefused({ kind: 'range', column: 'age', minimum: null, maximum: null })).toContain('limit');
    expect(ruleRefused({ kind: 'value', column: '', values: [] })).toContain('column');
    expect(ruleRefused({ kind: 'pattern', field: 'file', pattern: ' ' })).toContain('pattern');
    expect(ruleRefused({ kind: 'value', column: 'sex', values: ['1'] })).toBeNull();
  });
  it('list the values of a column, most frequent first, missing left out', () => {
    const values = valuesOf({ ...study, subjects: [...study.subjects, subject('x', { sex: '2' })] }, 'sex');
    expect(values).toEqual([
      { value: '2', subjects: 14 },
      { value: '1', subjects: 13 },
    ]);
  });
});
