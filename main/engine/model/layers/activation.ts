import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { ActivationDescription } from '#app/model/description.ts';
import { kept, type Layer, type LayerMaterials } from './layer.ts';

export function activationLayer(description: ActivationDescription, { kernels }: LayerMaterials): Layer {
  if (description.function !== 'relu') throw new Error(`There is no activation ${description.function}.`);
  let output: Tensor | null = null;
  return {
    parameters: [],
    forward: (x) => (output = kernels.relu(x)),
    backward: (dy) => ({ dx: kernels.reluGradient(dy, kept(output)), gradients: [] }),
  };
}
