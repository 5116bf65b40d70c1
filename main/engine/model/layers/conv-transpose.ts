import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { product, type ConvTransposeDescription } from '#app/model/description.ts';
import { groupGradients } from '../group-gradients.ts';
import type { Window } from '../kernels/kernels.ts';
import { heNormal, kept, type Layer, type LayerMaterials } from './layer.ts';
import { mergedRows, partedRows } from './positions.ts';

/**
 * The transpose of a convolution from this layer's output to its input: forward is that one's input gradient, and input and
 * adjoint change places in its filter gradient. x [samples, …, d1, d2, d3, channels], filter [k1, k2, k3, filters, channels].
 */
export function convTransposeLayer(
  description: ConvTransposeDescription,
  { kernels, random, planned, rectified }: LayerMaterials,
): Layer {
  const { name, filters, kernel, strides, padding, inputShape, outputShape } = description;
  const channels = inputShape.at(-1) as number;
  const shape = [...kernel, filters, channels];
  const window: Window = { size: kernel, strides, dilations: kernel.map(() => 1), padding };
  const axes = kernel.length;
  // Each output position meets the kernel at every so many places.
  const fanIn = (product(kernel) * channels) / product(strides);
  const values = heNormal(product(shape), fanIn, random);
  const filter = kernels.parameter(`${name}/filter`, shape, values);
  const bias = kernels.parameter(`${name}/bias`, [filters], new Float32Array(filters));
  let activations: Tensor | null = null;
  let output: Tensor | null = null;
  return {
    parameters: [filter, bias],
    forward(x) {
      activations = x;
      const rows = mergedRows(x, axes);
      const full = [rows.shape[0], ...outputShape.slice(-axes - 1)];
      const spread = kernels.convInputGradient(full, filter.value, rows, window);
      output = kernels.addBias(spread, bias.value, rectified);
      return partedRows(output, x.shape[0], outputShape);
    },
    backward(dy, needsInput, watch) {
      const a = kept(activations);
      const errors = kernels.biasAdjoints(mergedRows(dy, axes), rectified ? kept(output) : null);
      const adjoints = partedRows(errors.dz, dy.shape[0], outputShape);
      const total = groupGradients(watch, planned('weight'), a, adjoints, (groups) =>
        kernels.convFilterGradients(adjoints, shape, a, window, groups),
      );
      const dx = needsInput ? kernels.conv(errors.dz, filter.value, window) : null;
      return {
        dx: dx === null ? null : partedRows(dx, a.shape[0], inputShape),
        gradients: [total, errors.bias],
      };
    },
  };
}
