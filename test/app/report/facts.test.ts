import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TestRow } from '#app/inference/test-options.ts';
import { effectSentence } from '#app/report/findings.ts';
import { count, estimate, figure, plain } from '#app/report/format.ts';
import { references } from '#app/report/references.ts';
import { withoutIdentity } from '#app/report/study-facts.ts';
import { validityParts } from '#app/report/validity.ts';
import type { Subject } from '#app/study/study.ts';

const subject = (id: string, path: string): Subject => ({
  id,
  scan: {
    path,
    bytes: 1,
    sha256: '',
    shape: [1, 1, 1],
    spacingMm: [1, 1, 1],
    orientation: 'RAS',
    dataType: 'int16',
  },
  values: {},
  excluded: null,
});

describe('a reason for leaving a subject out', () => {
  it('loses who the subject is and what its files are called', () => {
    const one = subject('sub-014', 'anat/sub-014_T1w.nii.gz');
    expect(withoutIdentity('sub-014_T1w.nii.gz: the file ends after 32 % of its data.', one)).toBe(
      '[subject]: the file ends after 32 % of its data.',
    );
    expect(withoutIdentity('SUB-014 moved (anat/sub-014_T1w.nii.gz)', one)).toBe('[subject] moved ([subject])');
  });

  it('keeps words in which a short identifier stands by chance', () => {
    expect(withoutIdentity('The scan 1 of site Oslo12 moved', subject('o', 'o.nii'))).toBe(
      'The scan 1 of site Oslo12 moved',
    );
  });
});

describe('the program’s account of its validity', () => {
  it('is read whole: a command, and a row for each method', () => {
    const parts = validityParts(readFileSync('docs/validity.md', 'utf8'));
    const blocks = parts.flatMap((part) => part.blocks);
    expect(blocks.some(({ kind }) => kind === 'command')).toBe(true);
    const tables = blocks.filter((block) => block.kind === 'table');
    expect(tables.length).toBeGreaterThan(1);
    for (const { head, rows } of tables) expect(rows.every((row) => row.length === head.length)).toBe(true);
    const methods = tables[0]?.rows.map(([method]) => method).join(' ');
    for (const method of ['permutation', 'max-statistic', 'cluster-mass']) expect(methods).toContain(method);
    expect(JSON.stringify(parts)).not.toMatch(/\]\(|\*\*|`/);
  });
});

describe('an effect in words', () => {
  const row: TestRow = {
    layer: 'dense_1',
    quantity: 'gradient',
    summary: 'energy',
    groups: ['a', 'b'],
    window: { first: 0, last: 9 },
    observed: 0,
    expected: 0,
    effect: Math.log(1.25),
    unit: '',
    interval: [0.1, 0.3],
    p: 0.01,
    pCorrected: 0.02,
    method: 'permutation',
    n: 100,
  };
  it('names which group has more, and how much', () => {
    expect(effectSentence(row)).toContain('the energy of the gradient was 25 % larger in a than in b');
    expect(effectSentence({ ...row, effect: -Math.log(3) })).toContain('3.0 times as large in b as in a');
    expect(effectSentence({ ...row, summary: 'effective-rank', effect: -2 })).toMatch(
      /was higher by 2.0 .* in b than in a/,
    );
    expect(effectSentence({ ...row, summary: 'alignment', effect: -0.2 })).toMatch(/of a and b was lower by 0.20/);
  });
});

describe('numbers in print', () => {
  it('have so many digits as they carry', () => {
    expect([0.31651, -12.53, 0, null, 1234.5, 4.2e-7].map((value) => figure(value))).toEqual([
      '0.317',
      '−12.5',
      '0',
      '–',
      '1230',
      '4.20 × 10⁻⁷',
    ]);
    expect([plain(0.001), plain(-0.5), plain(2e-7)]).toEqual(['0.001', '−0.5', '2.0 × 10⁻⁷']);
    expect([count(12300), count(7)]).toEqual(['12,300', '7']);
    expect(estimate({ value: 0.8, low: null, high: null })).toBe('0.800');
  });
});

describe('references', () => {
  it('have a DOI in its form, or none, and no two are one work', () => {
    const dois = Object.values(references).flatMap(({ doi }) => (doi === null ? [] : [doi]));
    for (const doi of dois) expect(doi).toMatch(/^10\.\d{4,9}\/\S+$/);
    expect(new Set(dois).size).toBe(dois.length);
  });
});
