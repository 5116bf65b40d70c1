import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { product, type ConvDescription } from '#app/model/description.ts';
import { groupGradients } from '../group-gradients.ts';
import { groupedConvolution } from './grouped.ts';
import { heNormal, kept, type Layer, type LayerMaterials } from './layer.ts';
import { mergedRows, partedRows } from './positions.ts';

/**
 * Convolution over one to three axes: x [samples, …, d1, d2, d3, channels], filter [k1, k2, k3, channels / groups, filters].
 */
export function convLayer(
  description: ConvDescription,
  { kernels, random, planned, rectified }: LayerMaterials,
): Layer {
  const { name, filters, kernel, strides, dilations, padding, groups, inputShape, outputShape } = description;
  const channels = (inputShape.at(-1) as number) / groups;
  const fanIn = product(kernel) * channels;
  const shape = [...kernel, channels, filters];
  const convolution = groupedConvolution(kernels, { size: kernel, strides, dilations, padding }, groups);
  const filter = kernels.parameter(`${name}/filter`, shape, heNormal(fanIn * filters, fanIn, random));
  const bias = kernels.parameter(`${name}/bias`, [filters], new Float32Array(filters));
  const axes = kernel.length;
  let activations: Tensor | null = null;
  let output: Tensor | null = null;
  return {
    parameters: [filter, bias],
    forward(x) {
      activations = x;
      output = convolution.forward(mergedRows(x, axes), filter.value, bias.value, rectified);
      return partedRows(output, x.shape[0], outputShape);
    },
    backward(dy, needsInput, watch) {
      const a = kept(activations);
      const errors = kernels.biasAdjoints(mergedRows(dy, axes), rectified ? kept(output) : null);
      const adjoints = partedRows(errors.dz, dy.shape[0], outputShape);
      const total = groupGradients(watch, planned('weight'), a, adjoints, (groups) =>
        convolution.filterGradients(a, shape, adjoints, groups),
      );
      const xShape = mergedRows(a, axes).shape;
      const dx = needsInput ? convolution.inputGradient(xShape, filter.value, errors.dz) : null;
      return {
        dx: dx === null ? null : partedRows(dx, a.shape[0], inputShape),
        gradients: [total, errors.bias],
      };
    },
  };
}
