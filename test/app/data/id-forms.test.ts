import { describe, expect, it } from 'vitest';
import { keyOfId, matchIds, visitOf, type IdForm, type IdMatching } from '#app/data/id-forms.ts';
import { matchFiles } from '#app/data/matching.ts';

function matched(subjects: readonly string[], rows: IdMatching['rows']): string[] {
  return rows.map((row) =>
    typeof row === 'string' ? row : `${subjects[row.subject] ?? ''} ${row.form}${row.repeated ? ' again' : ''}`,
  );
}

describe('ids of one subject', () => {
  it.each<[string, string, IdForm | null]>([
    ['sub-0040013', 'sub-0040013', 'as-written'],
    ['sub-0040013', '0040013', 'label'],
    ['sub-0040013', 'SUB_0040013', 'label'],
    ['sub-01', '/data/subjects/sub-01/', 'label'],
    ['sub-01', 'sub-01_ses-1', 'visit'],
    ['01', 'sub-01_ses-baseline_run-2', 'visit'],
    ['sub-01', 'sub-01.long.sub-01_base', 'visit'],
    ['sub-0040013', '40013', 'zeros'],
    ['p7', 'p007', 'zeros'],
    ['sub-0051456', 'Caltech_0051456', 'number'],
    ['Caltech_0051456', '51456', 'number'],
    ['sub-0040013', '40014', null],
    ['alpha', 'beta', null],
  ])("'%s' and '%s' agree by: %s", (subject, id, form) => {
    const [row] = matchIds([id], [subject], 'number').rows;
    expect(row).toEqual(form === null ? 'unknown' : { subject: 0, form, repeated: false });
  });

  it('keep what is said of the visit', () => {
    expect(visitOf('sub-01_ses-2_run-1')).toBe('ses-2_run-1');
    expect(visitOf('sub-01')).toBe('');
    expect(keyOfId('visit', 'sub-tom')).toBe('tom');
  });
});

describe('the rows of a table', () => {
  it('go each to the subject with which they agree most strictly', () => {
    const subjects = ['sub-001', 'sub-01', 'sub-2'];
    expect(matched(subjects, matchIds(['1', '001', '01', '02'], subjects).rows)).toEqual([
      'ambiguous',
      'sub-001 label',
      'sub-01 label',
      'sub-2 zeros',
    ]);
  });

  it('are never matched by their number alone unasked, nor where the number is that of two people', () => {
    const subjects = ['Caltech_001', 'NYU_001', 'NYU_002'];
    const ids = ['1', '2', 'Caltech_001'];
    expect(matched(subjects, matchIds(ids, subjects).rows)).toEqual(['unknown', 'unknown', 'Caltech_001 as-written']);
    expect(matched(subjects, matchIds(ids, subjects, 'number').rows)).toEqual([
      'ambiguous',
      'NYU_002 number',
      'Caltech_001 as-written',
    ]);
    // Two people in the table, one in the study.
    expect(matched(['7'], matchIds(['A_7', 'B_7'], ['7'], 'number').rows)).toEqual(['ambiguous', 'ambiguous']);
  });

  it('that name a subject a second time are told from those that name none', () => {
    const subjects = ['sub-01', 'sub-02'];
    expect(matched(subjects, matchIds(['sub-01_ses-1', 'sub-01_ses-2', 'sub-02', '2', ''], subjects).rows)).toEqual([
      'sub-01 visit',
      'sub-01 visit again',
      'sub-02 as-written',
      'sub-02 zeros again',
      'unknown',
    ]);
  });
});

describe('scans', () => {
  it('are matched by the number alone only when asked, and not where it is that of two', () => {
    const files = ['img/sub-0051456_T1w.nii', 'img/sub-0051457_T1w.nii'];
    const ids = ['Caltech_51456', 'Pitt_51457', 'NYU_51457'];
    expect(matchFiles(ids, files).map(({ file }) => file)).toEqual([null, null, null]);
    expect(matchFiles(ids, files, true)).toEqual([
      { file: files[0], loosely: true },
      { file: null, candidates: [files[1]] },
      { file: null, candidates: [files[1]] },
    ]);
  });
});
