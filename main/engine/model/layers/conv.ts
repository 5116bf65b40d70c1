import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { product, type ConvDescription } from '#app/model/description.ts';
import { groupGradients } from '../group-gradients.ts';
import type { Window } from '../kernels/kernels.ts';
import { heNormal, kept, type Layer, type LayerMaterials } from './layer.ts';

/** 3-D convolution: x [samples, d1, d2, d3, channels], filter [k1, k2, k3, channels, filters]. */
export function convLayer(description: ConvDescription, { kernels, random, planned }: LayerMaterials): Layer {
  const { name, filters, kernel, strides, dilations, padding } = description;
  const channels = description.inputShape.at(-1) as number;
  const fanIn = product(kernel) * channels;
  const shape = [...kernel, channels, filters];
  const window: Window = { size: kernel, strides, dilations, padding };
  const filter = kernels.parameter(`${name}/filter`, shape, heNormal(fanIn * filters, fanIn, random));
  const bias = kernels.parameter(`${name}/bias`, [filters], new Float32Array(filters));
  let activations: Tensor | null = null;
  return {
    parameters: [filter, bias],
    forward(x) {
      activations = x;
      const convolved = kernels.conv3d(x, filter.value, window);
      const z = kernels.biasAdd(convolved, bias.value);
      convolved.dispose();
      return z;
    },
    backward(dy, needsInput, watch) {
      const a = kept(activations);
      const total = groupGradients(kernels, watch, planned('weight'), a, dy, (rows, adjoints) =>
        kernels.conv3dFilterGradient(rows, shape, adjoints, window),
      );
      return {
        dx: needsInput ? kernels.conv3dInputGradient(a.shape, filter.value, dy, window) : null,
        gradients: [total, kernels.biasGradient(dy)],
      };
    },
  };
}
