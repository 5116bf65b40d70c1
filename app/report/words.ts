/** Words of a report for what the program names shortly. */
import { adamDefaults, momentum } from '#app/run/optimizer-constants.ts';
import type { TestMethod } from '#app/inference/test-options.ts';
import type { TestStatistic } from '#app/inference/statistics.ts';
import type { Quantity, RunConfiguration } from '#app/run/configuration.ts';
import { metricNames } from '#app/statistics/metric-names.ts';
import { plain } from './format.ts';
import { inEnglish } from '#app/text/text.ts';

export const quantityWords: Readonly<Record<Quantity, string>> = {
  activations: 'activations',
  adjoints: 'adjoints',
  gradient: 'gradient',
};

export const quantitySymbols: Readonly<Record<Quantity, string>> = { activations: 'A', adjoints: 'D', gradient: 'G' };

export const statisticWords: Readonly<Record<TestStatistic, string>> = {
  'effective-rank': 'effective rank',
  'stable-rank': 'stable rank',
  'participation-ratio': 'participation ratio',
  'numerical-rank': 'numerical rank',
  'values-for-90-percent': 'values for 90 % of the energy',
  energy: 'energy',
  'nuclear-norm': 'nuclear norm',
  largest: 'largest singular value',
  slope: 'slope of the spectrum',
  'spectrum-distance': 'distance of the spectra',
  alignment: 'alignment of the gradients',
};

export const methodWords: Readonly<Record<TestMethod, string>> = {
  permutation: 'mean over all steps',
  'max-statistic': 'largest deviation over the steps',
  'cluster-mass': 'clusters of neighbouring steps',
  runs: 'runs as replicates',
  'per-iteration': 'steps as replicates (exploratory)',
};

const adam = `β₁ = ${adamDefaults.beta1}, β₂ = ${adamDefaults.beta2}, ε = ${plain(adamDefaults.epsilon)}`;

export const optimizerWords: Readonly<Record<RunConfiguration['optimizer'], string>> = {
  adam: `Adam (${adam})`,
  adamw: `AdamW (${adam})`,
  sgd: 'stochastic gradient descent',
  momentum: `stochastic gradient descent with momentum of ${momentum}`,
};

/** As tables have them; in a report a lone 'r' says too little. */
export const scoreWords: Readonly<Record<string, string>> = inEnglish(() => ({ ...metricNames(), r: 'Pearson r' }));

/** '203', '61 × 73 × 61 × 1' */
export function shapeWords(shape: readonly number[]): string {
  return shape.join(' × ');
}

export const significant = 0.05;
