/** TensorFlow's own operations by name, as tfjs-node's binding runs them. They are synchronous and not recorded for gradients. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';

export interface Attribute {
  name: string;
  type: number;
  value: unknown;
}

interface OutputInfo {
  id: number;
  shape: number[];
  dtype: number;
}

interface NodeBackend {
  binding: {
    TF_FLOAT: number;
    TF_INT32: number;
    TF_ATTR_TYPE: number;
    TF_ATTR_INT: number;
    TF_ATTR_BOOL: number;
    TF_ATTR_FLOAT: number;
    TF_ATTR_STRING: number;
    TF_ATTR_SHAPE: number;
    executeOp(name: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): OutputInfo[];
    deleteTensor(id: number): void;
  };
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
  createOutputTensor(info: OutputInfo): Tensor;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
}

const backend = tf.backend() as unknown as NodeBackend;
const { binding } = backend;

export const attribute = {
  type: (name: string, value: 'float32' | 'int32'): Attribute => ({
    name,
    type: binding.TF_ATTR_TYPE,
    value: value === 'float32' ? binding.TF_FLOAT : binding.TF_INT32,
  }),
  int: (name: string, value: number | readonly number[]): Attribute => ({ name, type: binding.TF_ATTR_INT, value }),
  float: (name: string, value: number): Attribute => ({ name, type: binding.TF_ATTR_FLOAT, value }),
  bool: (name: string, value: boolean): Attribute => ({ name, type: binding.TF_ATTR_BOOL, value }),
  text: (name: string, value: string): Attribute => ({ name, type: binding.TF_ATTR_STRING, value }),
  shape: (name: string, value: readonly number[]): Attribute => ({ name, type: binding.TF_ATTR_SHAPE, value }),
};

/** One output. */
export function run(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): Tensor {
  return backend.executeMultipleOutputs(name, attributes, inputs, 1)[0] as Tensor;
}

export function runTwo(name: string, attributes: readonly Attribute[], inputs: readonly Tensor[]): [Tensor, Tensor] {
  return backend.executeMultipleOutputs(name, attributes, inputs, 2) as [Tensor, Tensor];
}

export function runMany(
  name: string,
  attributes: readonly Attribute[],
  inputs: readonly Tensor[],
  outputs: number,
): Tensor[] {
  return backend.executeMultipleOutputs(name, attributes, inputs, outputs);
}

/** On the binding's own numbers, for what tfjs has no type for: resource handles. */
export const byId = {
  run: (name: string, attributes: readonly Attribute[], inputs: readonly number[]): number =>
    (binding.executeOp(name, attributes, inputs, 1)[0] as OutputInfo).id,
  runTensor: (name: string, attributes: readonly Attribute[], inputs: readonly number[]): Tensor =>
    backend.createOutputTensor(binding.executeOp(name, attributes, inputs, 1)[0] as OutputInfo),
  runNothing: (name: string, attributes: readonly Attribute[], inputs: readonly number[]): void => {
    binding.executeOp(name, attributes, inputs, 0);
  },
  of: (tensor: Tensor): number => backend.getInputTensorIds([tensor])[0] as number,
  delete: (id: number): void => binding.deleteTensor(id),
};
