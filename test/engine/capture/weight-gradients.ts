/** Gradients of a weight for each group, A'D by its definition. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { isConvolution, isTransposedConvolution, product } from '#app/model/description.ts';
import type { ConvDescription, ConvTransposeDescription } from '#app/model/description.ts';
import { paddingBefore } from '#app/model/window.ts';
import type { WeightMatrices } from '#app/spectra/matrices.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';

/**
 * @param activations [samples, …], sorted by group
 * @param adjoints [samples, …]
 * @returns null for an absent group
 */
export function weightGradients(
  weight: WeightMatrices,
  activations: Float32Array,
  adjoints: Float32Array,
  groupSizes: readonly number[],
): (Tensor | null)[] {
  const samples = groupSizes.reduce((sum, size) => sum + size, 0);
  const [ofSample, errorsOfSample] = [activations.length / samples, adjoints.length / samples];
  let first = 0;
  return groupSizes.map((size) => {
    const [start, end] = [first, first + size];
    first = end;
    if (size === 0) return null;
    const x = activations.subarray(start * ofSample, end * ofSample);
    const dz = adjoints.subarray(start * errorsOfSample, end * errorsOfSample);
    const { layer } = weight;
    if (isConvolution(layer)) return filterGradient(layer, layer.inputShape, layer.outputShape, x, dz);
    if (isTransposedConvolution(layer)) return filterGradient(layer, layer.outputShape, layer.inputShape, dz, x);
    const { rows, columns } = weight.gradient;
    return tf.matMul(tf.tensor2d(x, [x.length / rows, rows]), tf.tensor2d(dz, [dz.length / columns, columns]), true);
  });
}

/** For each place of the filter and each number under it: [kernel positions, channels of its part, columns]. */
function filterGradient(
  layer: ConvDescription | ConvTransposeDescription,
  under: readonly number[],
  places: readonly number[],
  x: Float32Array,
  y: Float32Array,
): Tensor {
  const { kernel, strides, padding } = layer;
  const axes = kernel.length;
  const parts = isConvolution(layer) ? layer.groups : 1;
  const dilations = isConvolution(layer) ? layer.dilations : kernel.map(() => 1);
  const [inputs, outputs] = [under.slice(-1 - axes, -1), places.slice(-1 - axes, -1)];
  const [channels, columns] = [under.at(-1) ?? 0, places.at(-1) ?? 0];
  const [channelsOfPart, columnsOfPart] = [channels / parts, columns / parts];
  const before = kernel.map((size, axis) =>
    paddingBefore(inputs[axis] ?? 1, outputs[axis] ?? 1, size, strides[axis] ?? 1, dilations[axis] ?? 1, padding),
  );
  const gradient = new Float64Array(product(kernel) * channelsOfPart * columns);
  const images = x.length / (product(inputs) * channels);
  for (let image = 0; image < images; image++) {
    for (let place = 0; place < product(outputs); place++) {
      const at = unravelled(place, outputs);
      for (let offset = 0; offset < product(kernel); offset++) {
        const covered = unravelled(offset, kernel).map(
          (each, axis) => (at[axis] ?? 0) * (strides[axis] ?? 1) + each * (dilations[axis] ?? 1) - (before[axis] ?? 0),
        );
        if (!covered.every((each, axis) => each >= 0 && each < (inputs[axis] ?? 0))) continue;
        const position = covered.reduce((flat, each, axis) => flat * (inputs[axis] ?? 1) + each, 0);
        for (let column = 0; column < columns; column++) {
          const firstChannel = Math.floor(column / columnsOfPart) * channelsOfPart;
          for (let channel = 0; channel < channelsOfPart; channel++) {
            const number = x[(image * product(inputs) + position) * channels + firstChannel + channel] ?? 0;
            const error = y[(image * product(outputs) + place) * columns + column] ?? 0;
            const index = (offset * channelsOfPart + channel) * columns + column;
            gradient[index] = (gradient[index] ?? 0) + number * error;
          }
        }
      }
    }
  }
  return tf.tensor1d(Float32Array.from(gradient));
}

function unravelled(flat: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  for (const size of shape.toReversed()) {
    place.unshift(flat % size);
    flat = Math.floor(flat / size);
  }
  return place;
}
