import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { DenseDescription } from '#app/model/description.ts';
import { groupGradients } from '../group-gradients.ts';
import { heNormal, kept, type Layer, type LayerMaterials } from './layer.ts';

/** Z = A W + b over rows: A [samples, …, inputs], W [inputs x units]. */
export function denseLayer(description: DenseDescription, materials: LayerMaterials): Layer {
  const { kernels, random, planned, rectified } = materials;
  const { name, units } = description;
  const inputs = description.inputShape.at(-1) as number;
  const weight = kernels.parameter(`${name}/weight`, [inputs, units], heNormal(inputs * units, inputs, random));
  const bias = kernels.parameter(`${name}/bias`, [units], new Float32Array(units));
  let activations: Tensor | null = null;
  let output: Tensor | null = null;
  return {
    parameters: [weight, bias],
    forward(x) {
      activations = x;
      output = kernels.dense(x, weight.value, bias.value, rectified);
      return output;
    },
    backward(dy, needsInput, watch) {
      const a = kept(activations);
      const errors = kernels.biasAdjoints(dy, rectified ? kept(output) : null);
      const total = groupGradients(watch, planned('weight'), a, errors.dz, (groups) =>
        kernels.denseWeightGradient(a, errors.dz, groups),
      );
      const dx = needsInput ? kernels.denseInputGradient(errors.dz, weight.value, null) : null;
      if (errors.dz !== dy) errors.dz.dispose();
      return { dx, gradients: [total, errors.bias] };
    },
  };
}
