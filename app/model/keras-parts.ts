/** What the readers of Keras layers share. */
import { t } from '#app/text/text.ts';
import type { ActivationFunction, Padding } from './description.ts';
import { KerasConfig, Unmappable } from './keras-config.ts';
import type { Place } from './layer-input.ts';
import type { LayerStack } from './layers.ts';

export interface MappedLayer {
  /** Adds it after the place in hand; `others` are the further branches of a layer that joins. */
  build: (stack: LayerStack, others: readonly Place[]) => void;
  /** Where this learns otherwise than in the file, ends of sentences that name the layer. */
  notes: readonly string[];
  joins?: boolean;
  /** A dense layer can be the model's last: then with as many units as the task asks for. */
  dense?: { units: number; activation: Activation | null };
  /** Nothing but an activation. */
  activation?: Activation | null;
}

export interface Activation {
  name: ActivationFunction;
  alpha?: number;
}

export type Reader = (config: KerasConfig) => MappedLayer;

const activationNames: Readonly<Record<string, ActivationFunction>> = {
  relu: 'relu',
  leaky_relu: 'leaky-relu',
  elu: 'elu',
  gelu: 'gelu',
  tanh: 'tanh',
  sigmoid: 'sigmoid',
  softplus: 'softplus',
  swish: 'swish',
  silu: 'swish',
  softmax: 'softmax',
};

/** null: linear. */
export function activationOf(config: KerasConfig, name = 'activation'): Activation | null {
  const text = config.text(name, 'linear');
  if (text === 'linear') return null;
  const known = activationNames[text];
  if (known === undefined)
    throw new Unmappable(t("has the activation '{name}', which is not known here", { name: text }));
  return { name: known };
}

export function activate(stack: LayerStack, activation: Activation | null): void {
  if (activation !== null) stack.activation(activation.name, activation.alpha);
}

export function plain(build: MappedLayer['build'], notes: readonly string[] = []): MappedLayer {
  return { build, notes };
}

export function paddingOf(config: KerasConfig): Padding {
  const padding = config.text('padding', 'valid').toLowerCase();
  if (padding === 'same' || padding === 'valid') return padding;
  throw new Unmappable(t("has the padding '{padding}', which is not known here", { padding }));
}

export function requireChannelsLast(config: KerasConfig): void {
  const values = { data_format: config.values['data_format'] ?? undefined };
  if (values.data_format === 'channelsLast') return;
  new KerasConfig(values).require('data_format', 'channels_last');
}
