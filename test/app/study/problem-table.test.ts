import { describe, expect, test } from 'vitest';
import { matchingProblems, problemCodes, problemsFormat, problemsText } from '#app/study/problem-table.ts';
import type { Problem } from '#app/study/study.ts';

function problem(change: Partial<Problem> = {}): Problem {
  return {
    ...{ code: 'nifti-truncated', severity: 'error', file: 'a.nii', subject: 'sub-3', field: null },
    message: 'a.nii: the file ends too early.',
    ...change,
  };
}

describe('problems as a table', () => {
  test('have one line each, whatever the sentence holds', () => {
    const text = problemsText([problem({ message: 'two\nlines\tand a tab', found: '3', expected: '4' })], 'tsv');
    expect(text.split('\n')).toEqual([
      'severity\tcode\tsubject\tfile\tfield\tfound\texpected\tmessage',
      'error\tnifti-truncated\tsub-3\ta.nii\t\t3\t4\ttwo lines and a tab',
      '',
    ]);
  });

  test('are quoted where CSV needs it', () => {
    const text = problemsText([problem({ message: 'the column "age", and more' })], 'csv');
    expect(text.split('\n')[1]).toBe('error,nifti-truncated,sub-3,a.nii,,,,"the column ""age"", and more"');
  });

  test('are written as the name of the file says', () => {
    expect([problemsFormat('a.CSV'), problemsFormat('a.tsv'), problemsFormat('a')]).toEqual(['csv', 'tsv', 'tsv']);
  });

  test('are found by severity, code and any of their words', () => {
    const problems = [
      problem(),
      problem({ severity: 'note', code: 'scan-not-used' }),
      problem({ found: '812 x 812', code: 'nifti-too-large' }),
    ];
    const all = { severity: null, code: null, text: '' };
    expect(matchingProblems(problems, all)).toHaveLength(3);
    expect(matchingProblems(problems, { ...all, severity: 'note' })).toEqual([problems[1]]);
    expect(matchingProblems(problems, { ...all, code: 'nifti-truncated' })).toEqual([problems[0]]);
    expect(matchingProblems(problems, { ...all, text: ' 812 X ' })).toEqual([problems[2]]);
    expect(matchingProblems(problems, { severity: 'note', code: null, text: 'large' })).toEqual([]);
  });

  test('are counted by code, the most frequent first', () => {
    expect(problemCodes([problem({ code: 'a' }), problem({ code: 'b' }), problem({ code: 'b' })])).toEqual([
      { code: 'b', count: 2 },
      { code: 'a', count: 1 },
    ]);
  });
});
