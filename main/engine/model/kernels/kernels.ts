/**
 * The arithmetic of layers, as one seam with two versions: `native` drives TensorFlow's fused kernels, `portable` uses
 * public tfjs operations and serves as its test oracle. Tensors are float32 unless said; volumes are N x Y x X x Z x C in
 * whatever order of the three axes the caller keeps. Results belong to the caller's scope.
 */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';

/** A window that is moved over one, two or three axes: a number for each. */
export interface Window {
  size: readonly number[];
  strides: readonly number[];
  dilations: readonly number[];
  padding: 'same' | 'valid';
}

/** A trainable array. Its `value` is replaced by each update: do not keep it across steps. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
  readonly value: Tensor;
  /** Replaces the numbers. */
  assign(values: Float32Array): void;
  dispose(): void;
}

export interface OptimizerSettings {
  kind: 'adam' | 'adamw' | 'sgd' | 'momentum';
  learningRate: number;
  /** Decoupled (Loshchilov & Hutter 2019): each step subtracts learningRate * weightDecay * weight from weight matrices. */
  weightDecay: number;
}

export interface Optimizer {
  /** One update; `gradients` in the order of the parameters. */
  apply(gradients: readonly Tensor[]): void;
  dispose(): void;
}

export interface Kernels {
  readonly name: 'native' | 'portable' | 'webgpu';
  /** [m x k] [k x n], either one transposed first. */
  matMul(a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Tensor;
  /** Adds [C] along the last axis. */
  biasAdd(x: Tensor, bias: Tensor): Tensor;
  /** Sum over all axes but the last: [C]. */
  biasGradient(dy: Tensor): Tensor;
  relu(x: Tensor): Tensor;
  /** @param y what `relu` gave */
  reluGradient(dy: Tensor, y: Tensor): Tensor;
  /** x [N, d1, d2, d3, C], filter [k1, k2, k3, C, F]. */
  conv3d(x: Tensor, filter: Tensor, window: Window): Tensor;
  conv3dFilterGradient(x: Tensor, filterShape: readonly number[], dy: Tensor, window: Window): Tensor;
  conv3dInputGradient(xShape: readonly number[], filter: Tensor, dy: Tensor, window: Window): Tensor;
  maxPool3d(x: Tensor, window: Window): Tensor;
  maxPool3dGradient(x: Tensor, y: Tensor, dy: Tensor, window: Window): Tensor;
  /**
   * @param logits [N, classes]
   * @param labels int32 [N]
   * @returns losses [N] and their gradients with respect to the logits [N, classes], not averaged
   */
  softmaxCrossEntropy(logits: Tensor, labels: Tensor): { losses: Tensor; gradients: Tensor };
  /** The numbers of a tensor, a copy. A backend that computes elsewhere answers later. */
  read(x: Tensor): Float32Array | Promise<Float32Array>;
  /** Sum of tensors of one shape. */
  sum(parts: readonly Tensor[]): Tensor;
  parameter(name: string, shape: readonly number[], values: Float32Array): Parameter;
  optimizer(parameters: readonly Parameter[], settings: OptimizerSettings): Optimizer;
}

export const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-7 } as const;
export const momentum = 0.9;

/** Weight decay is decoupled in either. */
export function isAdam({ kind }: OptimizerSettings): boolean {
  return kind === 'adam' || kind === 'adamw';
}

/** Biases and other vectors are not decayed. */
export function isDecayed(parameter: Parameter): boolean {
  return parameter.shape.length > 1;
}
