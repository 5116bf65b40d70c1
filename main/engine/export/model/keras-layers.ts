/** Our layers as Keras layers, which a tfjs layers model consists of. */
import { modelInput, product, type LayerDescription, type RecurrentDescription } from '#app/model/description.ts';

export interface KerasLayer {
  class_name: string;
  config: Record<string, unknown>;
}

export interface MappedLayer {
  layers: KerasLayer[];
  /** Keras's name of a weight, 'dense_1/kernel', and ours, which stand side by side in it along the last axis. */
  weights: { name: string; ours: readonly string[] }[];
}

/** @returns the Keras layers in its place, or why there are none */
export function kerasLayersOf(layer: LayerDescription, before: string): MappedLayer | string {
  if (layer.inputs.length !== 1 || layer.inputs[0] !== before) return 'it does not follow the layer before it alone';
  switch (layer.kind) {
    case 'dense':
      return weighted(layer.name, 'Dense', { units: layer.units }, 'weight');
    case 'conv1d':
    case 'conv2d':
    case 'conv3d': {
      const axes = Number(layer.kind[4]);
      if (layer.groups !== 1) return 'tfjs has no grouped convolution';
      if (layer.inputShape.length !== axes + 1) return 'it is moved over some axes of its input alone';
      const placed = windowConfig(layer.kernel, layer.strides, layer.padding, 'kernel_size');
      const config = { ...placed, filters: layer.filters, dilation_rate: [...layer.dilations] };
      return weighted(layer.name, `Conv${axes}D`, config, 'filter');
    }
    case 'lstm':
    case 'gru':
      return recurrent(layer);
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
      if (layer.inputShape.length !== axes + 1) return 'it pools some axes of its input alone';
      const name = layer.kind === 'max-pool' ? 'MaxPooling' : 'AveragePooling';
      return plain(
        layer.name,
        `${name}${axes}D`,
        windowConfig(layer.window, layer.strides, layer.padding, 'pool_size'),
      );
    }
    case 'global-average-pool':
    case 'global-max-pool': {
      // tfjs has no global pooling over three axes; over one, of the positions in a row, it is the same.
      const row = [product(layer.inputShape.slice(0, -1)), layer.inputShape.at(-1) ?? 1];
      const name = layer.kind === 'global-max-pool' ? 'GlobalMaxPooling1D' : 'GlobalAveragePooling1D';
      const reshape = keras('Reshape', `${layer.name}_positions`, { target_shape: row });
      return { layers: [reshape, keras(name, layer.name, {})], weights: [] };
    }
    default:
      return `a layer of kind ${layer.kind} has no counterpart that is exported`;
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
  if (!known.includes(of)) return `tfjs has another ${of}`;
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
  if (kind === 'gru' && !resetBefore) return 'tfjs has no GRU that resets after the recurrent product';
  if (direction === 'backward' && sequences) return 'tfjs gives the states of a backward layer last time first';
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

function plain(name: string, kind: string, config: Record<string, unknown>): MappedLayer {
  return { layers: [keras(kind, name, config)], weights: [] };
}

function keras(kind: string, name: string, config: Record<string, unknown>): KerasLayer {
  return { class_name: kind, config: { name, trainable: true, ...config } };
}
