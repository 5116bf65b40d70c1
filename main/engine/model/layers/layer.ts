/** A layer that computes: forward keeps what backward needs, backward hands the weight layers' rows to the capture. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { SeededRandom } from '#app/run/random.ts';
import type { Capture, GroupSizes } from '../../capture/types.ts';
import type { WeightPart } from '#app/spectra/matrices.ts';
import type { Kernels, Parameter } from '../kernels/kernels.ts';
import type { TimeMask } from '../mask.ts';

export interface ForwardContext {
  /** Dropout acts in training alone. */
  training: boolean;
  random: SeededRandom;
  /** Of a step that is looked at again in another order: the place that each sample had, so that it is dropped out alike. */
  order?: readonly number[];
  /** Of series of different lengths; absent or null: nothing is padded. */
  mask?: TimeMask | null;
}

/** What is watched in a backward pass. */
export interface Watch {
  /** null when this step is not captured. */
  capture: Capture | null;
  groupSizes: GroupSizes;
  /**
   * Milliseconds that watching took of this thread, added up by whoever watches. Where a gradient is formed group by group,
   * all groups but one count as watching.
   */
  spentMs: number;
}

export interface Backward {
  /** dL/dx; null when the caller did not ask. */
  dx: Tensor | null;
  /** Of the inputs after the first, in their order. */
  others?: readonly Tensor[];
  /** In the order of `parameters`. */
  gradients: readonly Tensor[];
}

export interface Layer {
  readonly parameters: readonly Parameter[];
  /** Numbers that are kept with the weights and not trained: running statistics. */
  readonly statistics?: readonly Parameter[];
  /** @param others inputs after the first, of layers that have several */
  forward(x: Tensor, context: ForwardContext, others: readonly Tensor[]): Tensor;
  /**
   * @param dy dL/dy
   * @param needsInput whether dL/dx is wanted (that of the model's own input is not)
   * @param watch null where there are no groups
   */
  backward(dy: Tensor, needsInput: boolean, watch: Watch | null): Backward;
}

export interface LayerMaterials {
  kernels: Kernels;
  random: SeededRandom;
  /** Index of one of the layer's weights in the capture plan; null when it is not captured. */
  planned(part: WeightPart): number | null;
  /** Whether the layer's output is no less than zero: it does the work of the rectifier that follows it. */
  rectified: boolean;
}

/** Inside one step a layer's forward comes before its backward. */
export function kept<T>(value: T | null): T {
  if (value === null) throw new Error('backward was called before forward.');
  return value;
}

/** He et al. 2015: normal with variance 2 / fan-in, for layers followed by a rectifier. */
export function heNormal(size: number, fanIn: number, random: SeededRandom): Float32Array {
  const deviation = Math.sqrt(2 / fanIn);
  return Float32Array.from({ length: size }, () => deviation * random.normal());
}
