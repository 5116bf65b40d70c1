/** Layers over time and tokens by the native binding (main/engine/native/sequence_functions.cc): a whole pass in one call. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import { byId } from './raw.ts';
import type { AttentionInputs, RecurrentCell, SequenceKernels } from './sequence.ts';
import { gateCounts } from './sequence.ts';
import { portableSequence } from './sequence-portable.ts';

/** Sizes and numbers of tensors in, numbers of new tensors out. */
type NativeFunction = (sizes: Int32Array, tensors: Int32Array) => Int32Array;

interface NodeBackend {
  /** Native code reads the memory of the host. */
  isUsingGpuDevice: boolean;
  binding: {
    TF_FLOAT: number;
    recurrentForward?: NativeFunction;
    recurrentBackward?: NativeFunction;
    attentionForward?: NativeFunction;
    attentionBackward?: NativeFunction;
  };
  createOutputTensor(info: { id: number; shape: number[]; dtype: number }): Tensor;
}

const backend = tf.backend() as unknown as NodeBackend;

type Name = 'recurrentForward' | 'recurrentBackward' | 'attentionForward' | 'attentionBackward';

function call(name: Name, sizes: readonly number[], inputs: readonly Tensor[], shapes: readonly number[][]): Tensor[] {
  const run = backend.binding[name];
  if (run === undefined) {
    throw new Error('The TensorFlow binding was built without layers over time; run "npm run setup" to build it.');
  }
  const ids = run(Int32Array.from(sizes), Int32Array.from(inputs, byId.of));
  return Array.from(ids, (id, i) =>
    backend.createOutputTensor({ id, shape: shapes[i] as number[], dtype: backend.binding.TF_FLOAT }),
  );
}

function recurrentSizes(
  { kind, reversed, units }: RecurrentCell,
  [samples = 0, times = 0]: readonly number[],
): number[] {
  return [kind === 'lstm' ? 0 : 1, Number(reversed), samples, times, units];
}

/** samples, tokens, heads, keySize */
function attentionSizes({ query }: AttentionInputs, heads: number): number[] {
  const [samples = 0, tokens = 0, columns = 0] = query.shape;
  return [samples, tokens, heads, columns / heads];
}

const hostSequence: SequenceKernels = {
  recurrent(cell, projected, recurrent, recurrentBias) {
    const [samples = 0, times = 0, columns = 0] = projected.shape;
    const inputs = recurrentBias === null ? [projected, recurrent] : [projected, recurrent, recurrentBias];
    const narrow = [samples, times, cell.units];
    const shapes = [narrow, narrow, [samples, times, columns], narrow];
    const made = call('recurrentForward', recurrentSizes(cell, projected.shape), inputs, shapes);
    const [states, before, gates, memory] = made as [Tensor, Tensor, Tensor, Tensor];
    return { states, before, gates, memory };
  },
  recurrentAdjoints(cell, pass, recurrent, dy) {
    const [samples = 0, times = 0] = pass.gates.shape;
    const shape = [samples, times, gateCounts[cell.kind] * cell.units];
    const inputs = [pass.before, pass.gates, pass.memory, recurrent, dy];
    const made = call('recurrentBackward', recurrentSizes(cell, shape), inputs, [shape, shape]);
    const [input, ownRecurrent] = made as [Tensor, Tensor?];
    return { input, recurrent: ownRecurrent ?? input };
  },
  attention(inputs, heads) {
    const { query, key, value } = inputs;
    const sizes = attentionSizes(inputs, heads);
    const [samples = 0, tokens = 0] = sizes;
    const shapes = [query.shape, [samples, heads, tokens, tokens]];
    const [output, weights] = call('attentionForward', sizes, [query, key, value], shapes) as [Tensor, Tensor];
    return { output, weights };
  },
  attentionAdjoints(inputs, heads, { weights }, dy) {
    const { query, key, value } = inputs;
    const shapes = [query.shape, query.shape, query.shape];
    const made = call('attentionBackward', attentionSizes(inputs, heads), [query, key, value, weights, dy], shapes);
    const [dQuery, dKey, dValue] = made as [Tensor, Tensor, Tensor];
    return { query: dQuery, key: dKey, value: dValue };
  },
};

export const nativeSequence: SequenceKernels = backend.isUsingGpuDevice ? portableSequence : hostSequence;
