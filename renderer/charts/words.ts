/** Names of quantities, scales and summaries as charts and tables say them. */
import type { Scale, SummaryName } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';

export const quantityNames: Readonly<Record<Quantity, string>> = {
  activations: 'Activations',
  adjoints: 'Adjoints',
  gradient: 'Gradient',
};

/** In a title: 'Gradient singular values'. */
export const quantityAdjectives: Readonly<Record<Quantity, string>> = {
  activations: 'Activation',
  adjoints: 'Adjoint',
  gradient: 'Gradient',
};

export const scaleNames: Readonly<Record<Scale, string>> = { raw: 'raw', normalised: 'size-normalised' };

export const summaryTitles: Readonly<Record<SummaryName, string>> = {
  'effective-rank': 'Effective rank',
  'stable-rank': 'Stable rank',
  'participation-ratio': 'Participation ratio',
  'numerical-rank': 'Numerical rank',
  'values-for-90-percent': 'Values for 90 % of energy',
  energy: 'Energy',
  'nuclear-norm': 'Nuclear norm',
  largest: 'Largest value, σ₁',
};

/** Summaries that span decades: drawn on a log axis, compared as a ratio of tens. */
export function isMagnitude(summary: SummaryName): boolean {
  return summary === 'energy' || summary === 'nuclear-norm' || summary === 'largest';
}

/** The set of all samples: the engine calls it 'all'. */
export const allName = 'all samples';

/** '348 → 128' or '8×16×16×16 → 16×8×8×8'. */
export function shapeText(input: readonly number[], output: readonly number[]): string {
  return `${input.join('×')} → ${output.join('×')}`;
}
