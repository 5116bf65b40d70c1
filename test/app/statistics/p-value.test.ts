import { describe, expect, it } from 'vitest';
import { pCell, pText } from '#app/statistics/p-value.ts';

describe('a p value', () => {
  it('has three decimals where they decide something, and two above', () => {
    expect([0.0004, 0.001, 0.0321, 0.051, 0.0996, 0.46, 1].map(pCell)).toEqual([
      '< 0.001',
      '0.001',
      '0.032',
      '0.051',
      '0.10',
      '0.46',
      '1.00',
    ]);
  });

  it('that is not there is a dash', () => {
    expect([null, undefined, Number.NaN].map(pCell)).toEqual(['–', '–', '–']);
    expect(pText(null)).toBe('p –');
  });

  it('reads the same in a sentence', () => {
    expect([0.0004, 0.0123].map(pText)).toEqual(['p < 0.001', 'p = 0.012']);
  });
});
