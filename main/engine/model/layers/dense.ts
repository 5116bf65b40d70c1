import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { DenseDescription } from '#app/model/description.ts';
import { groupGradients } from '../group-gradients.ts';
import { heNormal, kept, type Layer, type LayerMaterials } from './layer.ts';

/** Z = A W + b over rows of samples: A [samples x inputs], W [inputs x units]. */
export function denseLayer(description: DenseDescription, { kernels, random, planned }: LayerMaterials): Layer {
  const { name, units } = description;
  const inputs = description.inputShape[0] as number;
  const weight = kernels.parameter(`${name}/weight`, [inputs, units], heNormal(inputs * units, inputs, random));
  const bias = kernels.parameter(`${name}/bias`, [units], new Float32Array(units));
  let activations: Tensor | null = null;
  return {
    parameters: [weight, bias],
    forward(x) {
      activations = x;
      const product = kernels.matMul(x, weight.value, false, false);
      const z = kernels.biasAdd(product, bias.value);
      product.dispose();
      return z;
    },
    backward(dy, needsInput, watch) {
      const a = kept(activations);
      const total = groupGradients(kernels, watch, planned, a, dy, (rows, adjoints) =>
        kernels.matMul(rows, adjoints, true, false),
      );
      return {
        dx: needsInput ? kernels.matMul(dy, weight.value, false, true) : null,
        gradients: [total, kernels.biasGradient(dy)],
      };
    },
  };
}
