/** A network in the words of a paper: what it is called within a sentence, and what its weights started from. */
import type { RunConfiguration } from '#app/run/configuration.ts';
import { joined } from './format.ts';
import type { Content, Markup } from './markup.ts';
import type { ModelFacts, ReportMaterial } from './material.ts';
import type { ReferenceKey } from './references.ts';

/** Article and noun; titles of the window ('LSTM', 'Own model') are none that a sentence can take. */
const nouns: Readonly<Record<string, readonly [article: 'a' | 'an', noun: string]>> = {
  mlp: ['a', 'multilayer perceptron'],
  cnn1d: ['a', 'one-dimensional convolutional neural network'],
  cnn2d: ['a', 'two-dimensional convolutional neural network on slices'],
  cnn3d: ['a', 'three-dimensional convolutional neural network'],
  resnet3d: ['a', 'three-dimensional residual network'],
  lstm: ['a', 'long short-term memory network'],
  bilstm: ['a', 'bidirectional long short-term memory network'],
  gru: ['a', 'network of gated recurrent units'],
  transformer: ['a', 'Transformer encoder'],
  'connectome-cnn': ['a', 'convolutional neural network on connectomes'],
  autoencoder: ['an', 'autoencoder'],
  'conv-autoencoder': ['a', 'three-dimensional convolutional autoencoder'],
  custom: ['a', 'neural network of our own design'],
};

/** 'multilayer perceptron' */
export function modelNoun({ model, configuration }: Pick<ReportMaterial, 'model' | 'configuration'>): string {
  return nounOf(model, configuration.task)[1];
}

/** 'a multilayer perceptron' */
export function aModel({ model, configuration }: Pick<ReportMaterial, 'model' | 'configuration'>): string {
  return nounOf(model, configuration.task).join(' ');
}

function nounOf({ name, title }: ModelFacts, task: RunConfiguration['task']): readonly [string, string] {
  if (name === 'logistic') return ['a', task.kind === 'regression' ? 'linear regression' : 'logistic regression'];
  return nouns[name] ?? ['the', title];
}

/** Sizes and rates, where there are any: 'hidden units 64, 32; dropout 0.2'. What is off is not told. */
export function sizeWords({ settings }: ModelFacts): string {
  return settings
    .filter(({ value }) => /^[\d., ]+$/.test(value) && value !== '0')
    .map(({ name, value }) => `${name.toLowerCase()} ${value}`)
    .join('; ');
}

/** By what rule the weights of which layers are drawn (main/engine/model/layers): those of other layers start at 0 or 1. */
const starts: readonly { kinds: RegExp; words: string; key: ReferenceKey | null }[] = [
  { kinds: /^(dense|conv)/, words: 'from a normal distribution with variance 2/(number of inputs)', key: 'heStart' },
  { kinds: /^attention$/, words: 'of attention from a uniform distribution', key: 'glorot' },
  { kinds: /^(lstm|gru)$/, words: 'of the input of recurrent layers from a uniform distribution', key: 'glorot' },
  { kinds: /^(lstm|gru)$/, words: 'of their state as random orthogonal rows', key: 'orthogonal' },
  { kinds: /^embedding$/, words: 'of embeddings from a uniform distribution within ±0.05', key: null },
];

function startsOf({ layers }: ModelFacts): typeof starts {
  return starts.filter(({ kinds }) => layers.some(({ kind }) => kinds.test(kind)));
}

/** 'Weights were drawn … [3], biases started at 0.' */
export function startWords(model: ModelFacts, cite: (key: ReferenceKey) => Markup): Content[] {
  const used = startsOf(model);
  const gate = model.layers.some(({ kind }) => kind === 'lstm') ? ' (those of forget gates at 1)' : '';
  if (used.length === 0) return [];
  return [
    'Weights were drawn ',
    ...used.flatMap(({ words, key }, at): Content[] => [
      at === 0 ? '' : at === used.length - 1 ? ' and ' : ', ',
      ...(key === null ? [words] : [words, ' ', cite(key)]),
    ]),
    `; biases started at 0${gate}.`,
  ];
}

/** The same without references, for a cell of a checklist. */
export function plainStartWords(model: ModelFacts): string {
  return joined(
    startsOf(model).map(({ words, key }) => (key === null ? words : `${words} (${startNames[key] ?? ''})`)),
  );
}

const startNames: Readonly<Partial<Record<ReferenceKey, string>>> = {
  heStart: 'He et al. 2015',
  glorot: 'Glorot and Bengio 2010',
  orthogonal: 'Saxe et al. 2014',
};
