import { describe, expect, it } from 'vitest';
import { crossTable } from '#app/study/cross-table.ts';
import { applyEdit } from '#app/study/edit.ts';
import { subjectFlow } from '#app/study/flow.ts';
import { smallStudy } from './small-study.ts';

const labelled = applyEdit(smallStudy(), { kind: 'label-by-column', labelling: 'groups', column: 'dx' });

describe('counts by group', () => {
  it('give mean, SD and range of numbers over subjects that take part', () => {
    const table = crossTable(labelled, labelled.groups, 'age');
    expect(table).toMatchObject({ kind: 'number', groups: ['control', 'patient', '2'] });
    if (table.kind !== 'number') throw new Error('age is a number');
    expect(table.summaries[0]).toMatchObject({ count: 3, missing: 0, minimum: 21, maximum: 52 });
    expect(table.summaries[0]?.mean).toBeCloseTo(33.6667, 4);
    expect(table.summaries[0]?.standardDeviation).toBeCloseTo(16.2583, 4);
    expect(table.summaries[1]).toMatchObject({ count: 2, missing: 1, mean: 39.5 });
    expect(table.summaries[2]).toMatchObject({ count: 1, standardDeviation: null });
  });

  it('count the levels of categories, and what is missing', () => {
    expect(crossTable(labelled, labelled.groups, 'sex')).toEqual({
      kind: 'category',
      column: 'sex',
      groups: ['control', 'patient', '2'],
      levels: [
        { level: 'F', counts: [1, 1, 1] },
        { level: 'M', counts: [2, 1, 0] },
        { level: 'f', counts: [0, 1, 0] },
      ],
      missing: [0, 0, 0],
    });
  });

  it('refuse an unknown column', () => {
    expect(() => crossTable(labelled, labelled.groups, 'gone')).toThrow("The study has no column 'gone'.");
  });
});

describe('the flow of subjects', () => {
  it('counts what an import left out by kind: each reason names a file or a subject', () => {
    const study = smallStudy();
    const reasons = [
      's1: no file has this id in its path.',
      's2: no file has this id in its path.',
      's3.nii: ends early.',
    ];
    const problems = reasons.map((message, at) => ({
      ...{ code: at < 2 ? 'no-file-for-subject' : 'nifti-truncated', severity: 'error' as const, file: null },
      ...{ subject: `s${at + 1}`, field: null, message },
    }));
    const subjects = study.subjects.map((subject, at) => ({
      ...subject,
      excluded: reasons[at] ?? (at === 3 ? 'Motion' : subject.excluded),
    }));
    const { excluded } = subjectFlow({ ...study, subjects, problems });
    expect(excluded.map(({ reason, subjects: who }) => [reason, who.length])).toEqual(
      expect.arrayContaining([
        ['No scan or series', 2],
        ['Damaged file, or not what its name says', 1],
        ['Motion', 1],
      ]),
    );
  });

  it('tells where each subject went', () => {
    const study = applyEdit(labelled, {
      kind: 'add-group',
      labelling: 'target',
      group: { name: 'known age', colour: 0, rule: { kind: 'range', column: 'age', minimum: 0, maximum: null } },
    });
    const flow = subjectFlow(study);
    expect(flow).toMatchObject({
      imported: 9,
      excluded: [{ reason: 'Moved during the scan.', subjects: ['s9'] }],
      inNoGroup: ['s5'],
      inNoClass: ['s6'],
    });
    expect(flow.analysed.map(({ id, group, target }) => [id, group, target])).toEqual([
      ['s1', 0, 0],
      ['s2', 1, 0],
      ['s3', 1, 0],
      ['s4', 0, 0],
      ['s7', 2, 0],
      ['s8', 0, 0],
    ]);
  });
});
