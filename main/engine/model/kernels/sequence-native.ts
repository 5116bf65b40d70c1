/** Layers over time and tokens by the native binding (main/engine/native/sequence_functions.cc): a whole pass in one call. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { callHost, isHost } from './host.ts';
import type { AttentionInputs, RecurrentCell, SequenceKernels } from './sequence.ts';
import { gateCounts } from './sequence.ts';
import { portableSequence } from './sequence-portable.ts';

/** Numbers that native code works on at once: rows of attention's weights are padded to it. */
const vectorLength = 16;

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
    const made = callHost('recurrentForward', recurrentSizes(cell, projected.shape), inputs, shapes);
    const [states, before, gates, memory] = made as [Tensor, Tensor, Tensor, Tensor];
    return { states, before, gates, memory };
  },
  recurrentAdjoints(cell, pass, recurrent, dy) {
    const [samples = 0, times = 0] = pass.gates.shape;
    const shape = [samples, times, gateCounts[cell.kind] * cell.units];
    const inputs = [pass.before, pass.gates, pass.memory, recurrent, dy];
    const made = callHost('recurrentBackward', recurrentSizes(cell, shape), inputs, [shape, shape]);
    const [input, ownRecurrent] = made as [Tensor, Tensor?];
    return { input, recurrent: ownRecurrent ?? input };
  },
  attention(inputs, heads) {
    const { query, key, value } = inputs;
    const sizes = attentionSizes(inputs, heads);
    const [samples = 0, tokens = 0] = sizes;
    const shapes = [query.shape, [samples, heads, tokens, vectorLength * Math.ceil(tokens / vectorLength)]];
    const [output, weights] = callHost('attentionForward', sizes, [query, key, value], shapes) as [Tensor, Tensor];
    return { output, weights };
  },
  attentionAdjoints(inputs, heads, { weights }, dy) {
    const { query, key, value } = inputs;
    const shapes = [query.shape, query.shape, query.shape];
    const made = callHost('attentionBackward', attentionSizes(inputs, heads), [query, key, value, weights, dy], shapes);
    const [dQuery, dKey, dValue] = made as [Tensor, Tensor, Tensor];
    return { query: dQuery, key: dKey, value: dValue };
  },
};

export const nativeSequence: SequenceKernels = isHost ? hostSequence : portableSequence;
