/** A network as a tfjs layers model: model.json and the weights it names. */
import { modelInput, product, type ModelDescription } from '#app/model/description.ts';
import { t } from '#app/text/text.ts';
import { inputLayer, kerasLayersOf, softmaxLayer, type KerasLayer } from './keras-layers.ts';
import type { NamedArray } from './named-array.ts';

export interface LayersModel {
  /** Content of model.json. */
  json: object;
  /** Content of weights.bin. */
  weights: Buffer;
}

/** A layer that has no place in a layers model, and why. */
export interface UnmappedLayer {
  layer: string;
  reason: string;
}

/** A Keras layer and the names of those that it takes its inputs from. */
interface PlacedLayer {
  layer: KerasLayer;
  inputs: readonly string[];
}

/**
 * A sequential model, or a functional one where layers do not follow one another alone. That of classes ends with a softmax,
 * so that it gives probabilities.
 *
 * @param weights ours, by name
 * @returns the layers that cannot be mapped, when there are any
 */
export function layersModelOf(
  model: ModelDescription,
  weights: ReadonlyMap<string, NamedArray>,
): LayersModel | UnmappedLayer[] {
  const placed: PlacedLayer[] = [{ layer: inputLayer(model.inputShape), inputs: [] }];
  const manifest: { name: string; shape: readonly number[]; dtype: 'float32' }[] = [];
  const contents: Uint8Array[] = [];
  const unmapped: UnmappedLayer[] = [];
  /** Of each of our layers: the Keras layer that gives its output, and the shape of that. */
  const outputs = new Map([[modelInput, { name: modelInput, shape: model.inputShape }]]);
  const lastName = (): string => placed.at(-1)?.layer.config['name'] as string;
  for (const layer of model.layers) {
    const given = layer.inputs.map((name) => outputs.get(name) ?? { name, shape: layer.inputShape });
    const mapped = kerasLayersOf(
      layer,
      given.map(({ shape }) => shape),
    );
    if (typeof mapped === 'string') {
      unmapped.push({ layer: layer.name, reason: mapped });
      continue;
    }
    for (const [i, each] of mapped.layers.entries()) {
      placed.push({ layer: each, inputs: i === 0 ? given.map(({ name }) => name) : [lastName()] });
    }
    outputs.set(layer.name, { name: lastName(), shape: layer.outputShape });
    for (const { name, ours } of mapped.weights) {
      const missing = ours.filter((each) => !weights.has(each));
      if (missing.length > 0) {
        unmapped.push({ layer: layer.name, reason: t('its {weights} is not stored', { weights: missing.join(', ') }) });
        continue;
      }
      const array = sideBySide(ours.map((each) => weights.get(each) as NamedArray));
      manifest.push({ name, shape: [...array.shape], dtype: 'float32' });
      contents.push(new Uint8Array(array.values.buffer, array.values.byteOffset, array.values.byteLength));
    }
  }
  if (unmapped.length > 0) return unmapped;
  if (model.task.kind === 'classification') placed.push({ layer: softmaxLayer(), inputs: [lastName()] });
  return {
    json: {
      format: 'layers-model',
      generatedBy: 'Spectroscope',
      convertedBy: null,
      modelTopology: {
        keras_version: 'tfjs-layers',
        backend: 'tensor_flow.js',
        ...topologyOf(model.name, placed),
      },
      weightsManifest: [{ paths: ['weights.bin'], weights: manifest }],
    },
    weights: Buffer.concat(contents),
  };
}

function topologyOf(name: string, placed: readonly PlacedLayer[]): KerasLayer {
  const nameOf = ({ layer }: PlacedLayer): string => layer.config['name'] as string;
  const isRow = placed.slice(1).every(({ inputs }, i) => inputs.join() === nameOf(placed[i] as PlacedLayer));
  if (isRow) return { class_name: 'Sequential', config: { name, layers: placed.map(({ layer }) => layer) } };
  const node = (from: string): [string, number, number] => [from, 0, 0];
  return {
    class_name: 'Functional',
    config: {
      name,
      layers: placed.map((each) => ({
        ...each.layer,
        name: nameOf(each),
        inbound_nodes: each.inputs.length === 0 ? [] : [each.inputs.map((from) => [...node(from), {}])],
      })),
      input_layers: [node(modelInput)],
      output_layers: [node(nameOf(placed.at(-1) as PlacedLayer))],
    },
  };
}

/** Arrays of the same axes but the last, joined along it. */
function sideBySide(arrays: readonly NamedArray[]): NamedArray {
  const [first] = arrays;
  if (arrays.length === 1 && first !== undefined) return first;
  const widths = arrays.map(({ shape }) => shape.at(-1) ?? 1);
  const columns = widths.reduce((sum, width) => sum + width, 0);
  const leading = first?.shape.slice(0, -1) ?? [];
  const rows = product(leading);
  const values = new Float32Array(rows * columns);
  let column = 0;
  arrays.forEach((array, i) => {
    const width = widths[i] as number;
    for (let row = 0; row < rows; row++) {
      values.set(array.values.subarray(row * width, (row + 1) * width), row * columns + column);
    }
    column += width;
  });
  return { shape: [...leading, columns], values };
}
