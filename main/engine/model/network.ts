/** A sequential network with an explicit backward pass: no tape, so that each layer can be watched where its rows are at hand. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { LayerDescription, ModelDescription } from '#app/model/description.ts';
import type { SeededRandom } from '#app/run/random.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import type { Kernels, Parameter } from './kernels/kernels.ts';
import { conv3dLayer } from './layers/conv3d.ts';
import { denseLayer } from './layers/dense.ts';
import type { ForwardContext, Layer, LayerMaterials, Watch } from './layers/layer.ts';
import {
  dropoutLayer,
  flattenLayer,
  globalAveragePool3dLayer,
  maxPool3dLayer,
  reluLayer,
} from './layers/shape-layers.ts';

export interface NetworkWeights {
  shape: readonly number[];
  values: Float32Array;
}

export class Network {
  readonly parameters: readonly Parameter[];
  private readonly layers: readonly Layer[];

  /**
   * @param plan of the capture; its layers are found by name
   * @param random initial weights, in network order
   */
  constructor(model: ModelDescription, kernels: Kernels, plan: readonly LayerPlan[], random: SeededRandom) {
    this.layers = model.layers.map((layer) => {
      const planned = plan.findIndex((each) => each.layer.name === layer.name);
      return buildLayer(layer, { kernels, random, planned: planned < 0 ? null : planned });
    });
    this.parameters = this.layers.flatMap((layer) => layer.parameters);
  }

  /** @returns logits [samples x classes] */
  forward(x: Tensor, context: ForwardContext): Tensor {
    return this.layers.reduce((input, layer) => layer.forward(input, context), x);
  }

  /**
   * @param dy dL/dlogits
   * @returns gradients in the order of `parameters`; layers are visited from the last to the first
   */
  backward(dy: Tensor, watch: Watch | null): Tensor[] {
    const gradients: (readonly Tensor[])[] = [];
    let adjoint = dy;
    for (let i = this.layers.length - 1; i >= 0; i--) {
      const layer = this.layers[i] as Layer;
      const { dx, gradients: own } = layer.backward(adjoint, i > 0, watch);
      gradients[i] = own;
      adjoint.dispose();
      if (dx === null) break;
      adjoint = dx;
    }
    return gradients.flat();
  }

  weights(): Map<string, NetworkWeights> {
    return new Map(
      this.parameters.map(({ name, shape, value }) => [name, { shape, values: value.dataSync<'float32'>().slice() }]),
    );
  }

  restore(weights: ReadonlyMap<string, NetworkWeights>): void {
    for (const parameter of this.parameters) {
      const stored = weights.get(parameter.name);
      if (stored !== undefined) parameter.assign(stored.values);
    }
  }

  dispose(): void {
    for (const parameter of this.parameters) parameter.dispose();
  }
}

function buildLayer(layer: LayerDescription, materials: LayerMaterials): Layer {
  switch (layer.kind) {
    case 'dense':
      return denseLayer(layer, materials);
    case 'conv3d':
      return conv3dLayer(layer, materials);
    case 'dropout':
      return dropoutLayer(layer);
    case 'max-pool-3d':
      return maxPool3dLayer(layer, materials.kernels);
    case 'relu':
      return reluLayer(materials.kernels);
    case 'flatten':
      return flattenLayer();
    case 'global-average-pool-3d':
      return globalAveragePool3dLayer();
  }
}
