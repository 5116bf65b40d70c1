/** Rectifiers whose work the weight layer before them does, in the pass in which it adds its bias. */
import { tf } from '../../device/tensorflow.ts';
import type { LayerDescription, LayerKind } from '#app/model/description.ts';
import type { Layer } from './layer.ts';

const rectifying: readonly LayerKind[] = [
  'dense',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv1d-transpose',
  'conv2d-transpose',
  'conv3d-transpose',
];

/** By rectifier, the layer that does its work: nothing else reads that layer's output. */
export function mergedRectifiers(layers: readonly LayerDescription[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const layer of layers) {
    if (layer.kind !== 'activation' || layer.function !== 'relu') continue;
    const before = layers.find(({ name }) => name === layer.inputs[0]);
    if (before === undefined || !rectifying.includes(before.kind)) continue;
    const readers = layers.filter(({ inputs }) => inputs.includes(before.name));
    if (readers.length === 1 && before !== layers.at(-1)) found.set(layer.name, before.name);
  }
  return found;
}

/** A layer that hands on what it is given. */
export function passingLayer(): Layer {
  return {
    parameters: [],
    forward: (x) => tf.clone(x),
    backward: (dy) => ({ dx: tf.clone(dy), gradients: [] }),
  };
}
