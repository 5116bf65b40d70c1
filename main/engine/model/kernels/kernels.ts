/**
 * The arithmetic of layers, as one seam with two versions: `native` drives TensorFlow's fused kernels, `portable` uses
 * public tfjs operations and serves as its test oracle. Tensors are float32 unless said; positions along one to three axes
 * are N x d1 x d2 x d3 x C in whatever order of the axes the caller keeps. Results belong to the caller's scope.
 */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { ActivationFunction } from '#app/model/description.ts';
import type { SeededRandom } from '#app/run/random.ts';
import type { SequenceKernels } from './sequence.ts';

/** A window that is moved over one, two or three axes: a number for each. */
export interface Window {
  size: readonly number[];
  strides: readonly number[];
  dilations: readonly number[];
  padding: 'same' | 'valid';
}

/** A trainable array. An update replaces its `value`, or changes its numbers: do not keep it, or a clone, across steps. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Tensor;
  /** Replaces the numbers. */
  assign(values: Float32Array): void;
  /** Replaces the numbers by those of a tensor, which stays the caller's. */
  copy(value: Tensor): void;
  dispose(): void;
}

export interface OptimizerSettings {
  kind: 'adam' | 'adamw' | 'sgd' | 'momentum';
  learningRate: number;
  /** Decoupled (Loshchilov & Hutter 2019): each step subtracts learningRate * weightDecay * weight from weight matrices. */
  weightDecay: number;
}

export interface OptimizerState {
  /** Updates so far. */
  steps: number;
  /** Running means by name, 'dense_1/weight:0', in the shape of their parameter. */
  slots: ReadonlyMap<string, Float32Array>;
}

export interface Optimizer {
  /**
   * One update; `gradients` in the order of the parameters, left as they are.
   *
   * @param learningRate of this update, where it is not that of the settings
   * @param limit largest norm of the whole gradient (Pascanu et al. 2013): a longer one is shortened to it
   */
  apply(gradients: readonly Tensor[], learningRate?: number, limit?: number | null): void;
  /** Everything but the parameters that the next update depends on. */
  state(): OptimizerState | Promise<OptimizerState>;
  restore(state: OptimizerState): void;
  dispose(): void;
}

export interface Activated {
  y: Tensor;
  /** What the gradient would have to compute again, beside x and y; null where there is nothing. */
  inner: Tensor | null;
}

export interface ActivationKernels {
  /**
   * Of every number, 'softmax' along the last axis. 'gelu' is x times the normal distribution function (Hendrycks & Gimpel
   * 2016), not its approximation by a hyperbolic tangent.
   * @param alpha slope of 'leaky-relu' below zero, scale of 'elu'; others do not look at it
   */
  activation(name: ActivationFunction, alpha: number, x: Tensor): Activated;
  activationGradient(name: ActivationFunction, alpha: number, dy: Tensor, x: Tensor, activated: Activated): Tensor;
}

/** Along as many axes as the window has: one to three. */
export interface WindowKernels {
  /** x [N, d1, d2, d3, C], filter [k1, k2, k3, C, F]. */
  conv(x: Tensor, filter: Tensor, window: Window): Tensor;
  /** With `addBias` on top. */
  convWithBias(x: Tensor, filter: Tensor, bias: Tensor, window: Window, rectified: boolean): Tensor;
  convFilterGradient(x: Tensor, filterShape: readonly number[], dy: Tensor, window: Window): Tensor;
  /**
   * The same, over samples that are sorted by group and may have axes before those of the window.
   * @param x [samples, …, d1, d2, d3, C]
   * @param groups null: the whole alone is wanted
   */
  convFilterGradients(
    x: Tensor,
    filterShape: readonly number[],
    dy: Tensor,
    window: Window,
    groups: Groups | null,
  ): GroupedGradient;
  convInputGradient(xShape: readonly number[], filter: Tensor, dy: Tensor, window: Window): Tensor;
  /** Pooling windows are not dilated. */
  maxPool(x: Tensor, window: Window): Tensor;
  maxPoolGradient(x: Tensor, y: Tensor, dy: Tensor, window: Window): Tensor;
  /** Padding does not count towards the mean. */
  averagePool(x: Tensor, window: Window): Tensor;
  averagePoolGradient(xShape: readonly number[], dy: Tensor, window: Window): Tensor;
}

/** Of columns, [C] each. */
export interface Moments {
  mean: Tensor;
  variance: Tensor;
}

export interface ScaledGradients {
  dx: Tensor;
  dScale: Tensor;
  dOffset: Tensor;
}

/** On matrices: rows of whatever is normalised together beside columns. */
export interface NormKernels {
  /**
   * Each column of x [rows, C] by its own mean and variance (Ioffe & Szegedy 2015).
   * @param running what is kept for inference
   * @returns also the moments of this batch, as the gradient takes them, and what the running ones become: momentum x before
   * + (1 - momentum) x of this batch, the variance as estimated for the population (rows - 1)
   */
  batchNorm(
    x: Tensor,
    scale: Tensor,
    offset: Tensor,
    running: Moments,
    options: { epsilon: number; momentum: number },
  ): { y: Tensor; running: Moments; moments: readonly Tensor[] };
  batchNormGradient(dy: Tensor, x: Tensor, scale: Tensor, moments: readonly Tensor[], epsilon: number): ScaledGradients;
  batchNormInference(x: Tensor, scale: Tensor, offset: Tensor, running: Moments, epsilon: number): Tensor;
  /** x scale + offset, for each column of x [rows, C]. */
  scaleColumns(x: Tensor, scale: Tensor, offset: Tensor): Tensor;
  scaleColumnsGradient(dy: Tensor, x: Tensor, scale: Tensor): ScaledGradients;
  /** Each row of x by its own mean and variance; `precision` [rows, 1] is 1 / sqrt(variance + epsilon). */
  standardize(x: Tensor, epsilon: number): Standardized;
  standardizeGradient(dy: Tensor, standardized: Standardized): Tensor;
  /** Each row along the last axis of x by its own mean and variance, times scale, plus offset [C]. */
  layerNorm(x: Tensor, scale: Tensor, offset: Tensor, epsilon: number): { y: Tensor; moments: readonly Tensor[] };
  /** @param moments as `layerNorm` gave them */
  layerNormGradient(dy: Tensor, x: Tensor, scale: Tensor, moments: readonly Tensor[]): ScaledGradients;
}

export interface Standardized {
  y: Tensor;
  precision: Tensor;
}

/** The groups of a batch, whose samples are sorted by group. */
export interface Groups {
  /** Samples of each. */
  sizes: readonly number[];
  /**
   * Whether the gradient of each is wanted. Where it costs little the total is the sum over the groups also when it is not,
   * so that a step gives the same numbers captured and not.
   */
  wantsParts: boolean;
}

/** A gradient of a weight over the samples of a batch, sorted by group. */
export interface GroupedGradient {
  total: Tensor;
  /** Of each group, null for one without samples; their sum is `total`. null when they were not asked for. */
  parts: readonly (Tensor | null)[] | null;
  /** Milliseconds that the parts took beyond what the total alone takes. */
  partsMs: number;
}

/** Products with a weight [inputs x outputs] along the last axis of x [samples, …, inputs]. */
export interface DenseKernels {
  /** x W + b, no less than zero when `rectified`. */
  dense(x: Tensor, weight: Tensor, bias: Tensor, rectified: boolean): Tensor;
  /**
   * dL/dx = dy W'.
   * @param onto is added to it and used up
   */
  denseInputGradient(dy: Tensor, weight: Tensor, onto: Tensor | null): Tensor;
  /**
   * dL/dW = x' dy.
   * @param groups null: the whole alone is wanted
   */
  denseWeightGradient(x: Tensor, dy: Tensor, groups: Groups | null): GroupedGradient;
  /** Adds [C] along the last axis, then no less than zero when `rectified`. x is used up. */
  addBias(x: Tensor, bias: Tensor, rectified: boolean): Tensor;
  /**
   * Back through `addBias`.
   * @param y what it gave when it rectified, else null
   * @returns dL/d of x: dy itself where nothing was rectified, and dL/db
   */
  biasAdjoints(dy: Tensor, y: Tensor | null): { dz: Tensor; bias: Tensor };
}

export interface Kernels extends ActivationKernels, WindowKernels, NormKernels, DenseKernels {
  readonly name: 'native' | 'portable' | 'webgpu';
  /** Of layers over time and tokens. */
  readonly sequence: SequenceKernels;
  /** [m x k] [k x n], either one transposed first. */
  matMul(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor;
  /** Adds [C] along the last axis. */
  biasAdd(x: Tensor, bias: Tensor): Tensor;
  /** Sum over all axes but the last: [C]. */
  biasGradient(dy: Tensor): Tensor;
  /**
   * @param logits [N, classes]
   * @param labels int32 [N]
   * @returns losses [N] and their gradients with respect to the logits [N, classes], not averaged
   */
  softmaxCrossEntropy(logits: Tensor, labels: Tensor): { losses: Tensor; gradients: Tensor };
  /** Zeros at the rate, else 1 / (1 - rate): the same for every backend, in the order of the generator. */
  dropoutMask(shape: readonly number[], rate: number, random: SeededRandom): Tensor;
  /** The numbers of a tensor, a copy. A backend that computes elsewhere answers later. */
  read(x: Tensor): Float32Array | Promise<Float32Array>;
  /** Sum of tensors of one shape. */
  sum(parts: readonly Tensor[]): Tensor;
  parameter(name: string, shape: readonly number[], values: Float32Array): Parameter;
  optimizer(parameters: readonly Parameter[], settings: OptimizerSettings): Optimizer;
}

/** Name of a running mean in `OptimizerState`. */
export function slotName(parameter: Parameter, slot: number): string {
  return `${parameter.name}:${slot}`;
}

/** Weight decay is decoupled in either. */
export function isAdam({ kind }: OptimizerSettings): boolean {
  return kind === 'adam' || kind === 'adamw';
}

/** Biases and other vectors are not decayed. */
export function isDecayed(parameter: Parameter): boolean {
  return parameter.shape.length > 1;
}
