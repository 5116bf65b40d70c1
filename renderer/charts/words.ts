/** Names of quantities, scales and summaries as charts and tables say them. */
import type { RunStatus, Scale, SessionLayer, SummaryName } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { spoken } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';

export const quantityNames: Readonly<Record<Quantity, string>> = {
  activations: t('Activations'),
  adjoints: t('Adjoints'),
  gradient: t('Gradient'),
};

/** Within a sentence: not every language writes them there as in a title. */
export const quantityWords: Readonly<Record<Quantity, string>> = {
  activations: t('activations'),
  adjoints: t('adjoints'),
  gradient: t('gradient'),
};

/** Before another word: 'gradient singular values'. */
export const quantityAdjectives: Readonly<Record<Quantity, string>> = {
  activations: t('activation'),
  adjoints: t('adjoint'),
  gradient: t('gradient'),
};

export const singularValueTitles: Readonly<Record<Quantity, string>> = {
  activations: t('Activation singular values'),
  adjoints: t('Adjoint singular values'),
  gradient: t('Gradient singular values'),
};

export const spectrumTitles: Readonly<Record<Quantity, string>> = {
  activations: t('Activation spectrum'),
  adjoints: t('Adjoint spectrum'),
  gradient: t('Gradient spectrum'),
};

export const scaleNames: Readonly<Record<Scale, string>> = { raw: t('raw'), normalised: t('size-normalised') };

/** What theory says of the rank of what is shown, or ''. */
export function boundWords({ bound, boundSaid }: SessionLayer['quantities'][number]): string {
  return spoken(boundSaid ?? bound);
}

/** Beside an axis of singular values. */
export function axisName(scale: Scale | undefined): string {
  return scale === undefined ? 'σ' : `σ, ${scale === 'raw' ? t('raw') : t('normalised')}`;
}

export const summaryTitles: Readonly<Record<SummaryName, string>> = {
  'effective-rank': t('Effective rank'),
  'stable-rank': t('Stable rank'),
  'participation-ratio': t('Participation ratio'),
  'numerical-rank': t('Numerical rank'),
  'values-for-90-percent': t('Values for 90 % of energy'),
  energy: t('Energy'),
  'nuclear-norm': t('Nuclear norm'),
  largest: t('Largest value, σ₁'),
};

/** Within a sentence. */
export const summaryWords: Readonly<Record<SummaryName, string>> = {
  'effective-rank': t('effective rank'),
  'stable-rank': t('stable rank'),
  'participation-ratio': t('participation ratio'),
  'numerical-rank': t('numerical rank'),
  'values-for-90-percent': t('values for 90 % of energy'),
  energy: t('energy'),
  'nuclear-norm': t('nuclear norm'),
  largest: t('largest value, σ₁'),
};

/** Summaries that span decades: drawn on a log axis, compared as a ratio of tens. */
export function isMagnitude(summary: SummaryName): boolean {
  return summary === 'energy' || summary === 'nuclear-norm' || summary === 'largest';
}

/** How a run stands, after what it is of: 'finished'. */
export const statusWords: Readonly<Record<RunStatus, string>> = {
  waiting: t('waiting'),
  running: t('running'),
  paused: t('paused'),
  finished: t('finished'),
  stopped: t('stopped'),
  interrupted: t('interrupted'),
  failed: t('failed'),
};

const stepScalars: Readonly<Record<string, string>> = {
  loss: t('loss'),
  accuracy: t('accuracy'),
  'step-time-ms': t('step time ms'),
  'capture-wait-ms': t('capture wait ms'),
  'data-wait-ms': t('data wait ms'),
  'learning-rate': t('learning rate'),
};

/** What is measured at each step; a name that is not known is shown as it is stored. */
export function scalarWords(name: string): string {
  return stepScalars[name] ?? name.replaceAll('-', ' ');
}

/** The set of all samples: the engine calls it 'all'. */
export const allName = t('all samples');

/** '348 → 128' or '8×16×16×16 → 16×8×8×8'. */
export function shapeText(input: readonly number[], output: readonly number[]): string {
  return `${input.join('×')} → ${output.join('×')}`;
}
