import { describe, expect, it } from 'vitest';
import type { TestRow } from '#app/inference/test-options.ts';
import {
  formatEffect,
  isFound,
  meaningOf,
  outcomeOf,
  sortedRows,
} from '../../../../renderer/charts/review/test-words.ts';

const sizes = [
  { name: 'control', subjects: 130 },
  { name: 'schizophrenia', subjects: 50 },
];
const row = (changes: Partial<TestRow>): TestRow => ({
  layer: 'dense_1',
  quantity: 'gradient',
  summary: 'effective-rank',
  groups: ['control', 'schizophrenia'],
  window: { first: 3, last: 40 },
  observed: 5,
  expected: 3,
  effect: 2,
  unit: '',
  interval: [1, 3],
  p: 0.002,
  pCorrected: 0.01,
  method: 'permutation',
  n: 1000,
  ...changes,
});

describe('the words of a test', () => {
  it('say what differs, where, by how much and how sure that is', () => {
    expect(meaningOf(row({}), sizes)).toBe(
      'dense_1, gradient, over steps 3 to 40: effective rank of control is 2.00 higher than that of schizophrenia, against permuted labels (95 % interval 1.0 to 3.0); p = 0.002, corrected 0.010: a difference.',
    );
    expect(meaningOf(row({ pCorrected: 0.2, effect: -2 }), sizes)).toMatch(/lower than.*no difference can be claimed/);
  });

  it('give sizes as ratios', () => {
    expect(formatEffect('energy', Math.log(0.5))).toBe('0.500 ×');
    expect(formatEffect('stable-rank', -1)).toBe('−1.00');
  });

  it('never call an exploratory result a difference, nor one that group sizes alone explain', () => {
    expect(isFound(row({}), sizes)).toBe(true);
    expect(isFound(row({ method: 'per-iteration', p: 1e-9, pCorrected: 1e-9 }), sizes)).toBe(false);
    expect(isFound(row({ method: 'runs', expected: 0 }), sizes)).toBe(false);
    expect(isFound(row({ method: 'runs', summary: 'energy' }), sizes)).toBe(true);
    expect(isFound(row({ method: 'runs', expected: 2.5 }), sizes)).toBe(true);
    const equal = sizes.map(({ name }) => ({ name, subjects: 50 }));
    expect(isFound(row({ method: 'runs', expected: 0 }), equal)).toBe(true);
  });

  it('count the clusters of a test as one test', () => {
    const cluster = row({ method: 'cluster-mass' });
    const rows = [cluster, { ...cluster, pCorrected: 0.9 }, row({ layer: 'dense_2', pCorrected: 0.3 })];
    expect(outcomeOf({ rows, groups: sizes })).toMatch(/^1 of 2 tests finds a difference/);
    expect(outcomeOf({ rows: [row({ method: 'per-iteration' })], groups: sizes })).toMatch(/exploratory/);
  });

  it('sort by corrected p with exploratory results last, or by a column either way', () => {
    const rows = [
      row({ layer: 'a', method: 'per-iteration', p: 0, pCorrected: 0 }),
      row({ layer: 'b', pCorrected: 0.5, effect: -9 }),
      row({ layer: 'c', pCorrected: 0.02 }),
    ];
    const names = (sorted: TestRow[]): string => sorted.map(({ layer }) => layer).join('');
    expect(names(sortedRows(rows, 'pCorrected', true, sizes))).toBe('cba');
    const ofSize = row({ layer: 'd', method: 'runs', expected: 0, pCorrected: 0.001 });
    expect(names(sortedRows([ofSize, ...rows], 'pCorrected', true, sizes))).toBe('cbda');
    expect(names(sortedRows(rows, 'effect', false, sizes))[0]).toBe('b');
    expect(names(sortedRows(rows, 'layer', false, sizes))).toBe('cba');
  });
});
