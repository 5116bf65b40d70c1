import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Conv3dDescription } from '#app/model/description.ts';
import { groupGradients } from '../group-gradients.ts';
import type { Window3d } from '../kernels/kernels.ts';
import { heNormal, kept, type Layer, type LayerMaterials } from './layer.ts';

/** 3-D convolution: x [samples, d1, d2, d3, channels], filter [k1, k2, k3, channels, filters]. */
export function conv3dLayer(description: Conv3dDescription, { kernels, random, planned }: LayerMaterials): Layer {
  const { name, filters, kernel, strides, padding } = description;
  const channels = description.inputShape[3] as number;
  const fanIn = kernel[0] * kernel[1] * kernel[2] * channels;
  const shape = [...kernel, channels, filters];
  const window: Window3d = { size: kernel, strides, padding };
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
      const total = groupGradients(kernels, watch, planned, a, dy, (rows, adjoints) =>
        kernels.conv3dFilterGradient(rows, shape, adjoints, window),
      );
      return {
        dx: needsInput ? kernels.conv3dInputGradient(a.shape, filter.value, dy, window) : null,
        gradients: [total, kernels.biasGradient(dy)],
      };
    },
  };
}
