import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { ActivationDescription } from '#app/model/description.ts';
import type { Activated } from '../kernels/kernels.ts';
import { kept, type Layer, type LayerMaterials } from './layer.ts';

export function activationLayer(description: ActivationDescription, { kernels }: LayerMaterials): Layer {
  const { function: name, alpha } = description;
  let input: Tensor | null = null;
  let output: Activated | null = null;
  return {
    parameters: [],
    forward(x) {
      input = x;
      output = kernels.activation(name, alpha, x);
      return output.y;
    },
    backward: (dy) => ({
      dx: kernels.activationGradient(name, alpha, dy, kept(input), kept(output)),
      gradients: [],
    }),
  };
}
