import { expect, it } from 'vitest';
import { findings } from '#app/report/findings.ts';
import { madeMaterial } from './made-material.ts';

function toldOf(low: number, high: number): string {
  const material = madeMaterial('mlp', { kind: 'classification' });
  const group = (name: string, value: number, from: number, to: number) => ({
    ...{ kind: 'group' as const, name, subjects: 5, confusion: [], reliability: [] },
    scores: { accuracy: { value, low: from, high: to } },
  });
  const parts = [group('patients', low, low, high), group('controls', 0.6, 0.4, 1)];
  return findings({ ...material, metrics: { ...material.metrics, parts } }).join(' ');
}

it('says which groups were served differently', () => {
  expect(toldOf(0.1, 0.3)).toContain('The intervals of patients and controls do not overlap.');
});

it('makes no finding of an interval that resamples could not vary', () => {
  const told = toldOf(0, 0);
  expect(told).not.toContain('do not overlap');
  expect(told).toContain('An interval without width comes from too few subjects');
});
