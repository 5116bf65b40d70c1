/**
 * A network of layers with an explicit backward pass: no tape, so that each layer can be watched where its rows are at
 * hand. Layers are visited in order, and in reverse; where a branch starts, the adjoints that come back are summed.
 */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { modelInput, type LayerDescription, type ModelDescription } from '#app/model/description.ts';
import type { SeededRandom } from '#app/run/random.ts';
import type { WeightPart } from '#app/spectra/matrices.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import type { Kernels, Parameter } from './kernels/kernels.ts';
import { buildLayer } from './layers/build-layer.ts';
import { masked, type TimeMask } from './mask.ts';
import { mergedRectifiers, passingLayer } from './layers/rectified.ts';
import type { ForwardContext, Layer, Watch } from './layers/layer.ts';

export interface NetworkWeights {
  shape: readonly number[];
  values: Float32Array;
}

interface Node {
  description: LayerDescription;
  layer: Layer;
  /** Which of its inputs' adjoints are wanted: those that lead to a layer with parameters. */
  needs: readonly boolean[];
}

export class Network {
  /** What the optimizer changes, in network order. */
  readonly parameters: readonly Parameter[];
  /** What is kept beside them: running statistics of batch norms. */
  readonly statistics: readonly Parameter[];
  private readonly kernels: Kernels;
  private readonly nodes: readonly Node[];
  /** Of the latest forward pass. */
  private mask: TimeMask | null = null;

  /**
   * @param plan of the capture; its weights are found by layer and part
   * @param random initial weights, in network order
   */
  constructor(model: ModelDescription, kernels: Kernels, plan: readonly LayerPlan[], random: SeededRandom) {
    this.kernels = kernels;
    const trained = new Set<string>();
    const rectifiers = mergedRectifiers(model.layers);
    this.nodes = model.layers.map((description) => {
      const planned = (part: WeightPart): number | null => {
        const found = plan.findIndex(({ weight }) => weight.layer.name === description.name && weight.part === part);
        return found < 0 ? null : found;
      };
      const rectified = [...rectifiers.values()].includes(description.name);
      const layer = rectifiers.has(description.name)
        ? passingLayer()
        : buildLayer(description, { kernels, random, planned, rectified });
      const needs = description.inputs.map((name) => trained.has(name));
      if (layer.parameters.length > 0 || needs.includes(true)) trained.add(description.name);
      return { description, layer, needs };
    });
    this.parameters = this.nodes.flatMap(({ layer }) => layer.parameters);
    this.statistics = this.nodes.flatMap(({ layer }) => layer.statistics ?? []);
  }

  /** @returns the last layer's output: logits [samples x classes], values, or a reconstruction */
  forward(x: Tensor, context: ForwardContext): Tensor {
    const outputs = new Map<string, Tensor>([[modelInput, x]]);
    this.mask = context.mask ?? null;
    let output = x;
    for (const { description, layer } of this.nodes) {
      const [first = x, ...others] = description.inputs.map((name) => outputs.get(name) as Tensor);
      // What is padded is 0 to whoever comes next, and so adds nothing to activations, gradients or spectra.
      output = masked(layer.forward(first, context, others), this.mask);
      outputs.set(description.name, output);
    }
    return output;
  }

  /**
   * @param dy dL/doutput; it is disposed of
   * @returns gradients in the order of `parameters`; layers are visited from the last to the first
   */
  backward(dy: Tensor, watch: Watch | null): Tensor[] {
    const arrived = new Map<string, Tensor[]>([[this.nodes.at(-1)?.description.name ?? modelInput, [dy]]]);
    const gradients: (readonly Tensor[])[] = [];
    for (let i = this.nodes.length - 1; i >= 0; i--) {
      const { description, layer, needs } = this.nodes[i] as Node;
      const parts = arrived.get(description.name);
      arrived.delete(description.name);
      if (parts === undefined || (layer.parameters.length === 0 && !needs.includes(true))) {
        for (const part of parts ?? []) part.dispose();
        continue;
      }
      const summed = this.summed(parts);
      const adjoint = masked(summed, this.mask);
      if (adjoint !== summed) summed.dispose();
      const { dx, others = [], gradients: own } = layer.backward(adjoint, needs[0] === true, watch);
      gradients[i] = own;
      adjoint.dispose();
      [dx, ...others].forEach((each, place) => {
        if (each === null) return;
        const name = description.inputs[place] as string;
        if (needs[place] === true) arrived.set(name, [...(arrived.get(name) ?? []), each]);
        else each.dispose();
      });
    }
    return gradients.flat();
  }

  async weights(): Promise<Map<string, NetworkWeights>> {
    const weights = new Map<string, NetworkWeights>();
    for (const { name, shape, value } of [...this.parameters, ...this.statistics]) {
      weights.set(name, { shape, values: await this.kernels.read(value) });
    }
    return weights;
  }

  restore(weights: ReadonlyMap<string, NetworkWeights>): void {
    for (const parameter of [...this.parameters, ...this.statistics]) {
      const stored = weights.get(parameter.name);
      if (stored !== undefined) parameter.assign(stored.values);
    }
  }

  dispose(): void {
    for (const parameter of [...this.parameters, ...this.statistics]) parameter.dispose();
  }

  private summed(parts: readonly Tensor[]): Tensor {
    const [first] = parts;
    if (parts.length === 1 && first !== undefined) return first;
    const sum = this.kernels.sum(parts);
    for (const part of parts) part.dispose();
    return sum;
  }
}
