/** Our layers as Keras layers, which a tfjs layers model consists of. */
import {
  modelInput,
  product,
  type ConvTransposeDescription,
  type JoinDescription,
  type LayerDescription,
  type NormDescription,
  type RecurrentDescription,
} from '#app/model/description.ts';
import { t } from '#app/text/text.ts';

export interface KerasLayer {
  class_name: string;
  config: Record<string, unknown>;
}

export interface MappedLayer {
  /** One after the other; the first takes the inputs, the last gives the output. */
  layers: KerasLayer[];
  /** Keras's name of a weight, 'dense_1/kernel', and ours, which stand side by side in it along the last axis. */
  weights: { name: string; ours: readonly string[] }[];
}

/**
 * @param given shapes of its inputs, without the batch
 * @returns the Keras layers in its place, or why there are none
 */
export function kerasLayersOf(layer: LayerDescription, given: readonly (readonly number[])[]): MappedLayer | string {
  switch (layer.kind) {
    case 'dense':
      return weighted(layer.name, 'Dense', { units: layer.units }, 'weight');
    case 'conv1d':
    case 'conv2d':
    case 'conv3d': {
      const axes = Number(layer.kind[4]);
      if (layer.groups !== 1) return t('tfjs has no grouped convolution');
      const placed = windowConfig(layer.kernel, layer.strides, layer.padding, 'kernel_size');
      const config = { ...placed, filters: layer.filters, dilation_rate: [...layer.dilations] };
      return moved(layer, axes, weighted(layer.name, `Conv${axes}D`, config, 'filter'));
    }
    case 'conv1d-transpose':
    case 'conv2d-transpose':
    case 'conv3d-transpose':
      return transposed(layer);
    case 'lstm':
    case 'gru':
      return recurrent(layer);
    case 'batch-norm':
    case 'layer-norm':
      return norm(layer);
    case 'add':
    case 'concatenate':
      return join(layer, given);
    case 'permute':
      return plain(layer.name, 'Permute', { dims: layer.axes.map((axis) => axis + 1) });
    case 'activation':
      return activation(layer.name, layer.function, layer.alpha);
    case 'dropout':
      return plain(layer.name, 'Dropout', { rate: layer.rate });
    case 'flatten':
      return plain(layer.name, 'Flatten', {});
    case 'reshape':
      return plain(layer.name, 'Reshape', { target_shape: [...layer.outputShape] });
    case 'max-pool':
    case 'average-pool': {
      const axes = layer.window.length;
      const name = layer.kind === 'max-pool' ? 'MaxPooling' : 'AveragePooling';
      const config = windowConfig(layer.window, layer.strides, layer.padding, 'pool_size');
      return moved(layer, axes, plain(layer.name, `${name}${axes}D`, config));
    }
    case 'global-average-pool':
    case 'global-max-pool': {
      // tfjs has no global pooling over three axes; over one, of the positions in a row, it is the same.
      const row = [product(layer.inputShape.slice(0, -1)), layer.inputShape.at(-1) ?? 1];
      const name = layer.kind === 'global-max-pool' ? 'GlobalMaxPooling1D' : 'GlobalAveragePooling1D';
      return { layers: [reshape(`${layer.name}_positions`, row), keras(name, layer.name, {})], weights: [] };
    }
    default:
      return t('a layer of kind {kind} has no counterpart that is exported', { kind: layer.kind });
  }
}

/** Takes samples of the model's input. */
export function inputLayer(inputShape: readonly number[]): KerasLayer {
  return keras('InputLayer', modelInput, { batch_input_shape: [null, ...inputShape], dtype: 'float32', sparse: false });
}

/** Logits to probabilities. */
export function softmaxLayer(): KerasLayer {
  return keras('Activation', 'probabilities', { activation: 'softmax' });
}

function activation(name: string, of: string, alpha: number): MappedLayer | string {
  if (of === 'leaky-relu') return plain(name, 'LeakyReLU', { alpha });
  if (of === 'elu') return plain(name, 'ELU', { alpha });
  const known = ['relu', 'tanh', 'sigmoid', 'softplus', 'swish', 'softmax'];
  if (!known.includes(of)) return t('tfjs has another {name}', { name: of });
  return plain(name, 'Activation', { activation: of });
}

function windowConfig(
  size: readonly number[],
  strides: readonly number[],
  padding: string,
  sizeName: string,
): Record<string, unknown> {
  return { [sizeName]: [...size], strides: [...strides], padding, data_format: 'channels_last' };
}

function weighted(name: string, kind: string, config: Record<string, unknown>, weight: string): MappedLayer {
  return {
    layers: [keras(kind, name, { ...config, use_bias: true, activation: 'linear' })],
    weights: [
      { name: `${name}/kernel`, ours: [`${name}/${weight}`] },
      { name: `${name}/bias`, ours: [`${name}/bias`] },
    ],
  };
}

function recurrent({
  kind,
  name,
  units,
  direction,
  sequences,
  resetBefore,
}: RecurrentDescription): MappedLayer | string {
  if (kind === 'gru' && !resetBefore) return t('tfjs has no GRU that resets after the recurrent product');
  if (direction === 'backward' && sequences) return t('tfjs gives the states of a backward layer last time first');
  const config = {
    units,
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    use_bias: true,
    return_sequences: sequences,
    go_backwards: direction === 'backward',
    ...(kind === 'gru' ? { reset_after: false } : {}),
  };
  const state = kind === 'gru' ? [`${name}/recurrent`, `${name}/candidate`] : [`${name}/recurrent`];
  return {
    layers: [keras(kind === 'gru' ? 'GRU' : 'LSTM', name, config)],
    weights: [
      { name: `${name}/kernel`, ours: [`${name}/input`] },
      { name: `${name}/recurrent_kernel`, ours: state },
      { name: `${name}/bias`, ours: [`${name}/bias`] },
    ],
  };
}

/** What is moved over the last axes alone is so at each place of the first, as slice by slice. */
function moved(
  { name, inputShape }: Pick<LayerDescription, 'name' | 'inputShape'>,
  axes: number,
  mapped: MappedLayer,
): MappedLayer | string {
  if (inputShape.length === axes + 1) return mapped;
  if (inputShape.length !== axes + 2) return t('it is moved over some axes of its input alone');
  // Of what is wrapped, weights are called by the name of the wrapper.
  const layers = mapped.layers.map(({ class_name, config }) =>
    keras('TimeDistributed', name, { layer: { class_name, config: { ...config, name: `${name}_each` } } }),
  );
  return { ...mapped, layers };
}

function transposed({
  kind,
  name,
  filters,
  kernel,
  strides,
  padding,
  inputShape,
}: ConvTransposeDescription): MappedLayer | string {
  const axes = kernel.length;
  if (axes === 1) return t('tfjs has no transposed convolution over one axis');
  const config = { ...windowConfig(kernel, strides, padding, 'kernel_size'), filters };
  const type = kind === 'conv2d-transpose' ? 'Conv2DTranspose' : 'Conv3DTranspose';
  return moved({ name, inputShape }, axes, weighted(name, type, config, 'filter'));
}

function norm({ kind, name, epsilon, momentum, inputShape }: NormDescription): MappedLayer {
  const isOfBatch = kind === 'batch-norm';
  const config = isOfBatch ? { axis: -1, momentum, epsilon, center: true, scale: true } : { axis: -1, epsilon };
  const running = [
    { name: `${name}/moving_mean`, ours: [`${name}/mean`] },
    { name: `${name}/moving_variance`, ours: [`${name}/variance`] },
  ];
  const layer = keras(isOfBatch ? 'BatchNormalization' : 'LayerNormalization', name, config);
  // tfjs normalises a batch of four axes at most; of the positions in a row, it is the same.
  const row = [product(inputShape.slice(0, -1)), inputShape.at(-1) ?? 1];
  const layers =
    isOfBatch && inputShape.length > 3
      ? [reshape(`${name}_positions`, row), layer, reshape(`${name}_axes`, inputShape)]
      : [layer];
  return {
    layers,
    weights: [
      { name: `${name}/gamma`, ours: [`${name}/scale`] },
      { name: `${name}/beta`, ours: [`${name}/offset`] },
      ...(isOfBatch ? running : []),
    ],
  };
}

function join({ kind, name }: JoinDescription, given: readonly (readonly number[])[]): MappedLayer | string {
  if (kind === 'concatenate') return plain(name, 'Concatenate', { axis: -1 });
  const isAlike = given.every((shape) => shape.join() === given[0]?.join());
  return isAlike ? plain(name, 'Add', {}) : t('it adds branches of other shapes');
}

const reshape = (name: string, shape: readonly number[]): KerasLayer =>
  keras('Reshape', name, { target_shape: [...shape] });

function plain(name: string, kind: string, config: Record<string, unknown>): MappedLayer {
  return { layers: [keras(kind, name, config)], weights: [] };
}

function keras(kind: string, name: string, config: Record<string, unknown>): KerasLayer {
  return { class_name: kind, config: { name, trainable: true, ...config } };
}
