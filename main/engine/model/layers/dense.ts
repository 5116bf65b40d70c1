import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { DenseDescription } from '#app/model/description.ts';
import { tf } from '../../device/tensorflow.ts';
import { groupGradients } from '../group-gradients.ts';
import { heNormal, kept, type Layer, type LayerMaterials } from './layer.ts';

/** Z = A W + b over rows: A [samples, …, inputs], W [inputs x units]. */
export function denseLayer(description: DenseDescription, { kernels, random, planned }: LayerMaterials): Layer {
  const { name, units } = description;
  const inputs = description.inputShape.at(-1) as number;
  const weight = kernels.parameter(`${name}/weight`, [inputs, units], heNormal(inputs * units, inputs, random));
  const bias = kernels.parameter(`${name}/bias`, [units], new Float32Array(units));
  let activations: Tensor | null = null;
  return {
    parameters: [weight, bias],
    forward(x) {
      activations = x;
      const rows = asRows(x, inputs);
      const product = kernels.matMul(rows, weight.value, false, false);
      const z = kernels.biasAdd(product, bias.value);
      product.dispose();
      return x.rank === 2 ? z : tf.reshape(z, [...x.shape.slice(0, -1), units]);
    },
    backward(dy, needsInput, watch) {
      const a = kept(activations);
      const total = groupGradients(kernels, watch, planned('weight'), a, dy, (rows, adjoints) =>
        kernels.matMul(asRows(rows, inputs), asRows(adjoints, units), true, false),
      );
      const errors = asRows(dy, units);
      const dx = needsInput ? kernels.matMul(errors, weight.value, false, true) : null;
      return {
        dx: dx === null || a.rank === 2 ? dx : tf.reshape(dx, a.shape),
        gradients: [total, kernels.biasGradient(errors)],
      };
    },
  };
}

/** All axes but the last as one. Shares its memory. */
function asRows(x: Tensor, columns: number): Tensor {
  return x.rank === 2 ? x : tf.reshape(x, [-1, columns]);
}
