/** Layers in words that a clinician has met. */
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
  relu: 'keeps what is above zero',
  'leaky-relu': 'shrinks what is below zero',
  elu: 'bends what is below zero',
  gelu: 'lets through by size',
  tanh: 'bends to −1 … 1',
  sigmoid: 'bends to 0 … 1',
  softplus: 'a smooth rectifier',
  swish: 'lets through by size',
  softmax: 'shares that add up to 1',
};

export function layerWords(layer: LayerDescription): string {
  switch (layer.kind) {
    case 'dense':
      return `every input to each of ${layer.units} units`;
    case 'conv1d':
    case 'conv2d':
    case 'conv3d':
      return `${filters(layer)}${layer.groups === 1 ? '' : `, in ${layer.groups} parts`}`;
    case 'conv1d-transpose':
    case 'conv2d-transpose':
    case 'conv3d-transpose':
      return `${filters(layer)}, backwards`;
    case 'lstm':
    case 'gru':
      return `${layer.units} units with memory${layer.resetBefore ? ', reset before the product' : ''}${layer.direction === 'backward' ? ', last time first' : ''}`;
    case 'attention':
      return `${layer.heads} heads of ${layer.keySize} features`;
    case 'embedding':
      return `a row of ${layer.units} numbers for each of ${layer.vocabulary}`;
    case 'position':
      return 'adds a learnt row for each place';
    case 'batch-norm':
      return 'standardises each channel over the batch';
    case 'layer-norm':
      return 'standardises the features of each row';
    case 'group-norm':
      return `standardises channels in ${layer.groups} parts`;
    case 'activation':
      return activations[layer.function];
    case 'dropout':
      return `drops ${Math.round(layer.rate * 100)} %${layer.spatial ? ' of the channels' : ''} while training`;
    case 'max-pool':
      return `largest of each ${shapeText(layer.window)}`;
    case 'average-pool':
      return `mean of each ${shapeText(layer.window)}`;
    case 'global-average-pool':
      return 'mean over all positions';
    case 'global-max-pool':
      return 'largest of all positions';
    case 'zero-pad':
      return 'adds an edge of zeros';
    case 'crop':
      return 'cuts off the edges';
    case 'upsample':
      return `repeats each position ${shapeText(layer.factors)}`;
    case 'permute':
    case 'reshape':
      return 'the same numbers in another order';
    case 'flatten':
      return 'one long row';
    case 'add':
      return `sum of ${layer.inputs.join(' and ')}`;
    case 'concatenate':
      return layer.inputs.join(' beside ');
  }
}

function filters(layer: ConvDescription | ConvTransposeDescription): string {
  const [first, ...others] = layer.strides;
  const strides = others.every((stride) => stride === first) ? String(first) : shapeText(layer.strides);
  return `${layer.filters} filters of ${shapeText(layer.kernel)}${strides === '1' ? '' : `, step ${strides}`}`;
}
