/** Layers in words that a clinician has met. */
import { t } from '#app/text/text.ts';
import type {
  ActivationFunction,
  ConvDescription,
  ConvTransposeDescription,
  LayerDescription,
} from '#app/model/description.ts';

/** '23 × 27 × 23 × 8'. */
export function shapeText(shape: readonly number[]): string {
  return shape.join(' × ');
}

const activations: Readonly<Record<ActivationFunction, string>> = {
  relu: t('keeps what is above zero'),
  'leaky-relu': t('shrinks what is below zero'),
  elu: t('bends what is below zero'),
  gelu: t('lets through by size'),
  tanh: t('bends to −1 … 1'),
  sigmoid: t('bends to 0 … 1'),
  softplus: t('a smooth rectifier'),
  swish: t('lets through by size'),
  softmax: t('shares that add up to 1'),
};

export function layerWords(layer: LayerDescription): string {
  switch (layer.kind) {
    case 'dense':
      return t('every input to each of {units} units', { units: layer.units });
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
      return [...filters(layer), ...(layer.groups === 1 ? [] : [t('in {parts} parts', { parts: layer.groups })])].join(
        ', ',
      );
    case 'conv1d-transpose':
    case 'conv2d-transpose':
    case 'conv3d-transpose':
      return [...filters(layer), t('backwards')].join(', ');
    case 'lstm':
    case 'gru':
      return [
        t('{units} units with memory', { units: layer.units }),
        ...(layer.resetBefore ? [t('reset before the product')] : []),
        ...(layer.direction === 'backward' ? [t('last time first')] : []),
      ].join(', ');
    case 'attention':
      return t('{heads} heads of {features} features', { heads: layer.heads, features: layer.keySize });
    case 'embedding':
      return t('a row of {units} numbers for each of {vocabulary}', {
        units: layer.units,
        vocabulary: layer.vocabulary,
      });
    case 'position':
      return t('adds a learnt row for each place');
    case 'batch-norm':
      return t('standardises each channel over the batch');
    case 'layer-norm':
      return t('standardises the features of each row');
    case 'group-norm':
      return t('standardises channels in {parts} parts', { parts: layer.groups });
    case 'activation':
      return activations[layer.function];
    case 'dropout':
      return t(
        layer.spatial ? 'drops {percent} % of the channels while training' : 'drops {percent} % while training',
        { percent: Math.round(layer.rate * 100) },
      );
    case 'max-pool':
      return t('largest of each {window}', { window: shapeText(layer.window) });
    case 'average-pool':
      return t('mean of each {window}', { window: shapeText(layer.window) });
    case 'global-average-pool':
      return t('mean over all positions');
    case 'global-max-pool':
      return t('largest of all positions');
    case 'zero-pad':
      return t('adds an edge of zeros');
    case 'crop':
      return t('cuts off the edges');
    case 'upsample':
      return t('repeats each position {factors}', { factors: shapeText(layer.factors) });
    case 'permute':
    case 'reshape':
      return t('the same numbers in another order');
    case 'flatten':
      return t('one long row');
    case 'add':
      return t('sum of {layers}', {
        layers: layer.inputs.reduce((before, after) => t('{before} and {after}', { before, after })),
      });
    case 'concatenate':
      return layer.inputs.reduce((before, after) => t('{before} beside {after}', { before, after }));
  }
}

function filters(layer: ConvDescription | ConvTransposeDescription): string[] {
  const [first, ...others] = layer.strides;
  const strides = others.every((stride) => stride === first) ? String(first) : shapeText(layer.strides);
  const words = t('{filters} filters of {size}', { filters: layer.filters, size: shapeText(layer.kernel) });
  return strides === '1' ? [words] : [words, t('step {strides}', { strides })];
}
