/** A network as a tfjs layers model: model.json and the weights it names. */
import { modelInput, product, type ModelDescription } from '#app/model/description.ts';
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

/**
 * A sequential model. That of classes ends with a softmax, so that it gives probabilities.
 *
 * @param weights ours, by name
 * @returns the layers that cannot be mapped, when there are any
 */
export function layersModelOf(
  model: ModelDescription,
  weights: ReadonlyMap<string, NamedArray>,
): LayersModel | UnmappedLayer[] {
  const layers: KerasLayer[] = [inputLayer(model.inputShape)];
  const manifest: { name: string; shape: readonly number[]; dtype: 'float32' }[] = [];
  const contents: Uint8Array[] = [];
  const unmapped: UnmappedLayer[] = [];
  let before = modelInput;
  for (const layer of model.layers) {
    const mapped = kerasLayersOf(layer, before);
    before = layer.name;
    if (typeof mapped === 'string') {
      unmapped.push({ layer: layer.name, reason: mapped });
      continue;
    }
    layers.push(...mapped.layers);
    for (const { name, ours } of mapped.weights) {
      const missing = ours.filter((each) => !weights.has(each));
      if (missing.length > 0) {
        unmapped.push({ layer: layer.name, reason: `its ${missing.join(', ')} is not stored` });
        continue;
      }
      const array = sideBySide(ours.map((each) => weights.get(each) as NamedArray));
      manifest.push({ name, shape: [...array.shape], dtype: 'float32' });
      contents.push(new Uint8Array(array.values.buffer, array.values.byteOffset, array.values.byteLength));
    }
  }
  if (unmapped.length > 0) return unmapped;
  if (model.task.kind === 'classification') layers.push(softmaxLayer());
  return {
    json: {
      format: 'layers-model',
      generatedBy: 'Spectroscope',
      convertedBy: null,
      modelTopology: {
        keras_version: 'tfjs-layers',
        backend: 'tensor_flow.js',
        class_name: 'Sequential',
        config: { name: model.name, layers },
      },
      weightsManifest: [{ paths: ['weights.bin'], weights: manifest }],
    },
    weights: Buffer.concat(contents),
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
