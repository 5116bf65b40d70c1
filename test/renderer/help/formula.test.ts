import { describe, expect, it } from 'vitest';
import { formulaParts } from '../../../renderer/help/formula.ts';
import { terms } from '../../../renderer/help/terms.ts';

/** Indices in brackets. */
const read = (formula: string): string =>
  formulaParts(formula)
    .map(({ text, low }) => (low ? `[${text}]` : text))
    .join('');

describe('a formula of the glossary', () => {
  it('has its indices below the line: letters, words and what braces hold', () => {
    expect(read('G_g = A_gᵀ D_g')).toBe('G[g] = A[g]ᵀ D[g]');
    expect(read('√((1/k + n_test/n_train) s²)')).toBe('√((1/k + n[test]/n[train]) s²)');
    expect(read('min k with Σ_{i ≤ k} sᵢ²')).toBe('min k with Σ[i ≤ k] sᵢ²');
    expect(read('‖M‖²_F')).toBe('‖M‖²[F]');
  });
  it('keeps no mark of how it is written', () => {
    for (const { formula = '' } of Object.values(terms)) {
      const shown = formulaParts(formula).map(({ text }) => text);
      expect(shown.join('')).not.toMatch(/_/);
    }
  });
});
