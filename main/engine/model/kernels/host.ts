/** Functions of the native binding on tensors in the memory of the host (main/engine/native/tensor_call.h). */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import { byId } from './raw.ts';

export type HostFunction =
  | 'recurrentForward'
  | 'recurrentBackward'
  | 'attentionForward'
  | 'attentionBackward'
  | 'updateParameters'
  | 'ownTensor'
  | 'addBias'
  | 'biasGradient'
  | 'layerNorm'
  | 'layerNormGradient'
  | 'gelu'
  | 'geluGradient'
  | 'dropoutMask'
  | 'sumOf'
  | 'filterGradients'
  | 'convolve'
  | 'convolveBack'
  | 'dense'
  | 'denseInputGradient'
  | 'denseWeightGradient';

/** Sizes, numbers of tensors and settings in, numbers of new tensors out. */
type Native = (sizes: Int32Array, tensors: Int32Array, settings: Float64Array) => Int32Array;

interface NodeBackend {
  isUsingGpuDevice: boolean;
  binding: { TF_FLOAT: number } & Partial<Record<HostFunction, Native>>;
  createOutputTensor(info: { id: number; shape: number[]; dtype: number }): Tensor;
}

const backend = tf.backend() as unknown as NodeBackend;

/** Whether tensors are where native code reads them. */
export const isHost = !backend.isUsingGpuDevice;

const noSettings = new Float64Array();

/** @param shapes of the results, in their order; those beyond the results are not looked at */
export function callHost(...call: Parameters<typeof callHostForMore>): Tensor[] {
  return callHostForMore(...call).tensors;
}

/**
 * @param shapes one for each tensor that may be made
 * @returns what was made, and the numbers beyond
 */
export function callHostForMore(
  name: HostFunction,
  sizes: readonly number[],
  inputs: readonly Tensor[],
  shapes: readonly (readonly number[])[],
  settings: Float64Array = noSettings,
): { tensors: Tensor[]; numbers: Int32Array } {
  const run = backend.binding[name];
  if (run === undefined) {
    throw new Error('The TensorFlow binding was built without our own functions; run "npm run setup" to build it.');
  }
  const ids = run(Int32Array.from(sizes), Int32Array.from(inputs, byId.of), settings);
  const tensors = Array.from(ids.subarray(0, shapes.length), (id, i) =>
    backend.createOutputTensor({ id, shape: shapes[i] as number[], dtype: backend.binding.TF_FLOAT }),
  );
  return { tensors, numbers: ids.subarray(shapes.length) };
}
