import { describe, expect, it } from 'vitest';
import type { Problem } from '#app/study/study.ts';
import { everyRow, levelText, shownRows } from '../../../renderer/pages/data/subject-rows.ts';
import { exampleStudy, viewOf } from './example-study.ts';

const problem = (change: Partial<Problem>): Problem => ({
  code: 'nifti-truncated',
  severity: 'error',
  file: 'a.nii',
  subject: 'sub-3',
  field: null,
  message: 'sub-3: the file ends early.',
  ...change,
});

describe('the subjects that are shown', () => {
  const view = viewOf(exampleStudy({ problems: [problem({})] }));
  it('are all of them, in the order of the study, to begin with', () => {
    expect(shownRows(view, everyRow, null)).toEqual([...Array(26).keys()]);
  });
  it('can be only those with a problem, excluded, included, or in no group', () => {
    expect(shownRows(view, { ...everyRow, show: 'problems' }, null)).toEqual([2]);
    expect(shownRows(view, { ...everyRow, show: 'excluded' }, null)).toEqual([24]);
    expect(shownRows(view, { ...everyRow, show: 'included' }, null)).toHaveLength(25);
    expect(shownRows(view, { ...everyRow, show: 'no-group' }, null)).toEqual([25]);
  });
  it('are found by identifier and by the sentence of their problem', () => {
    expect(shownRows(view, { ...everyRow, text: 'ENDS early' }, null)).toEqual([2]);
    expect(shownRows(view, { ...everyRow, text: 'sub-26' }, null)).toEqual([25]);
    expect(shownRows(view, { ...everyRow, text: 'motion' }, null)).toEqual([24]);
  });
  it('are put in order by number, with missing values last in both directions', () => {
    const up = shownRows(view, everyRow, { by: 'column:age', descending: false });
    const down = shownRows(view, everyRow, { by: 'column:age', descending: true });
    expect(up.slice(0, 2)).toEqual([0, 1]);
    expect(down.slice(0, 2)).toEqual([23, 22]);
    expect([up.at(-1), down.at(-1)]).toEqual([25, 25]);
  });
  it('are put in order by identifier as people count', () => {
    expect(shownRows(view, everyRow, { by: 'subject', descending: false }).slice(0, 3)).toEqual([0, 1, 2]);
  });
  it('stay fast: 10,000 subjects are filtered and sorted in a fraction of a second', () => {
    const study = exampleStudy();
    const [first] = study.subjects;
    const subjects = Array.from({ length: 10_000 }, (_, at) => ({
      ...first!,
      id: `sub-${at}`,
      values: { ...first!.values, age: (at * 7919) % 97 },
    }));
    const large = viewOf({ ...study, subjects });
    const start = performance.now();
    const rows = shownRows(large, { ...everyRow, text: 'sub-1' }, { by: 'column:age', descending: true });
    expect(performance.now() - start).toBeLessThan(500);
    expect(rows).toHaveLength(1111);
  });
});

describe('values', () => {
  it('are shown by the names that the sidecar gives them', () => {
    expect(levelText(exampleStudy(), 'sex', '2')).toBe('female');
    expect(levelText(exampleStudy(), 'sex', '9')).toBe('9');
    expect(levelText(exampleStudy(), 'age', null)).toBeNull();
  });
});
