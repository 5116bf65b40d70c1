/** Keras layers that hold weight matrices. */
import { t } from '#app/text/text.ts';
import { isRecord, KerasConfig, Unmappable } from './keras-config.ts';
import { activate, activationOf, paddingOf, plain, requireChannelsLast, type Reader } from './keras-parts.ts';
import type { LayerStack } from './layers.ts';

function biasNotes(config: KerasConfig): string[] {
  return config.flag('use_bias', true) ? [] : [t('has no bias in the file and has one here')];
}

export const dense: Reader = (config) => {
  const [units, activation] = [config.count('units'), activationOf(config)];
  const build = (stack: LayerStack): void => activate(stack.dense(units), activation);
  return { build, notes: biasNotes(config), dense: { units, activation } };
};

export function conv(axes: number): Reader {
  return (config) => {
    requireChannelsLast(config);
    const ones = new Array<number>(axes).fill(1);
    const filters = config.count('filters');
    const kernel = config.counts('kernel_size', axes);
    const strides = config.counts('strides', axes, ones);
    const dilations = config.counts('dilation_rate', axes, ones);
    const groups = config.values['groups'] === undefined ? 1 : config.count('groups');
    const causal = axes === 1 && config.text('padding', 'valid') === 'causal';
    const padding = causal ? 'valid' : paddingOf(config);
    const before = ((kernel[0] ?? 1) - 1) * (dilations[0] ?? 1);
    const activation = activationOf(config);
    return plain((stack) => {
      if (causal && before > 0) stack.zeroPad([before], [0]);
      activate(stack.conv(filters, { kernel, strides, padding, dilations, groups }), activation);
    }, biasNotes(config));
  };
}

export function convTranspose(axes: number): Reader {
  return (config) => {
    requireChannelsLast(config);
    const ones = new Array<number>(axes).fill(1);
    const filters = config.count('filters');
    const kernel = config.counts('kernel_size', axes);
    const strides = config.counts('strides', axes, ones);
    const padding = paddingOf(config);
    if (config.counts('dilation_rate', axes, ones).some((each) => each !== 1)) {
      throw new Unmappable(t('is dilated, which transposed convolutions are not here'));
    }
    if ((config.values['output_padding'] ?? null) !== null) throw new Unmappable(t('has an output_padding'));
    if (padding === 'valid' && kernel.some((size, axis) => size < (strides[axis] ?? 1))) {
      throw new Unmappable(t('has strides that are larger than its kernel'));
    }
    const activation = activationOf(config);
    return plain(
      (stack) => activate(stack.convTranspose(filters, { kernel, strides, padding }), activation),
      biasNotes(config),
    );
  };
}

interface Recurrent {
  cell: 'lstm' | 'gru';
  units: number;
  sequences: boolean;
  backward: boolean;
  resetBefore: boolean;
  notes: string[];
}

function recurrentOf(cell: 'lstm' | 'gru', config: KerasConfig): Recurrent {
  config.require('activation', 'tanh');
  config.require('return_state', false);
  config.require('stateful', false);
  const notes = biasNotes(config);
  const gates = config.text('recurrent_activation', 'sigmoid');
  if (gates === 'hard_sigmoid') notes.push(t('has gates of a hard sigmoid in the file and of a sigmoid here'));
  else config.require('recurrent_activation', 'sigmoid');
  if (config.number('dropout', 0) > 0 || config.number('recurrent_dropout', 0) > 0) {
    notes.push(t('drops none of its input or state here'));
  }
  const [sequences, backward] = [config.flag('return_sequences', false), config.flag('go_backwards', false)];
  // A file that does not say was written by TensorFlow.js, which knows no other GRU, or by an early Keras.
  const resetBefore = cell === 'gru' && !config.flag('reset_after', false);
  return { cell, units: config.count('units'), sequences, backward, resetBefore, notes };
}

export function recurrent(cell: 'lstm' | 'gru'): Reader {
  return (config) => {
    const { units, sequences, backward, resetBefore, notes } = recurrentOf(cell, config);
    if (backward && sequences) throw new Unmappable(t('goes backwards and returns its sequence in that order'));
    const direction = backward ? 'backward' : 'forward';
    return plain((stack) => stack.recurrent(cell, units, { direction, sequences, resetBefore }), notes);
  };
}

function innerLayer(config: KerasConfig): { className: string; inner: KerasConfig } {
  const layer = config.values['layer'];
  if (!isRecord(layer) || !isRecord(layer['config'])) throw new Unmappable(t('does not say which layer it wraps'));
  return { className: String(layer['class_name']), inner: new KerasConfig(layer['config']) };
}

export const bidirectional: Reader = (config) => {
  const { className, inner } = innerLayer(config);
  if (className !== 'LSTM' && className !== 'GRU')
    throw new Unmappable(t('wraps {layer}; only LSTM and GRU are known', { layer: className }));
  const { cell, units, sequences, backward, resetBefore, notes } = recurrentOf(
    className === 'LSTM' ? 'lstm' : 'gru',
    inner,
  );
  if (backward) throw new Unmappable(t('wraps a layer that goes backwards'));
  const merge = config.text('merge_mode', 'concat');
  if (merge !== 'concat' && merge !== 'sum')
    throw new Unmappable(t("merges by '{merge}'; only concat and sum are known", { merge }));
  return plain((stack) => {
    const start = stack.place;
    const backwards = stack.recurrent(cell, units, { direction: 'backward', sequences, resetBefore }).place;
    stack.from(start).recurrent(cell, units, { sequences, resetBefore });
    stack.join(merge === 'concat' ? 'concatenate' : 'add', [backwards]);
  }, notes);
};

/** Our layers act along the last axis wherever there are rows before it. */
export const timeDistributed: Reader = (config) => {
  const { className, inner } = innerLayer(config);
  if (className !== 'Dense') throw new Unmappable(t('wraps {layer}; only Dense is known', { layer: className }));
  const { build, notes } = dense(inner);
  return { build, notes };
};

export const embedding: Reader = (config) => {
  config.require('mask_zero', false);
  const [vocabulary, units] = [config.count('input_dim'), config.count('output_dim')];
  return plain((stack) => stack.embedding(vocabulary, units));
};
