/** Layers over time and tokens by the native binding (main/engine/native/sequence_functions.cc): a whole pass in one call. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { callHost, isHost } from './host.ts';
import type { AttentionInputs, RecurrentCell, SequenceKernels } from './sequence.ts';
import { gateCounts } from './sequence.ts';
import { portableSequence } from './sequence-portable.ts';

/** Numbers that native code works on at once: rows of attention's weights are padded to it. */
const vectorLength = 16;

/** As main/engine/native/recurrent.h counts them. */
const cellNumbers = { lstm: 0, gru: 1, 'reset-before-gru': 2 } as const;

function recurrentSizes(
  { kind, reversed, units }: RecurrentCell,
  [samples = 0, times = 0]: readonly number[],
): number[] {
  return [cellNumbers[kind], Number(reversed), samples, times, units];
}

/** samples, tokens, heads, keySize */
function attentionSizes({ query }: AttentionInputs, heads: number): number[] {
  const [samples = 0, tokens = 0, columns = 0] = query.shape;
  return [samples, tokens, heads, columns / heads];
}

const hostSequence: SequenceKernels = {
  recurrent(cell, projected, { recurrent, bias, candidate }) {
    const [samples = 0, times = 0, columns = 0] = projected.shape;
    const inputs = [projected, recurrent, bias ?? candidate].filter((each) => each !== null);
    const narrow = [samples, times, cell.units];
    const shapes = [narrow, narrow, [samples, times, columns], narrow];
    const made = callHost('recurrentForward', recurrentSizes(cell, projected.shape), inputs, shapes);
    const [states, before, gates, memory] = made as [Tensor, Tensor, Tensor, Tensor];
    return { states, before, gates, memory };
  },
  recurrentAdjoints(cell, pass, { recurrent, candidate }, dy) {
    const [samples = 0, times = 0] = pass.gates.shape;
    const shape = [samples, times, gateCounts[cell.kind] * cell.units];
    const ofRecurrent = [samples, times, recurrent.shape[1] ?? 0];
    const inputs = [pass.before, pass.gates, pass.memory, recurrent, dy, candidate].filter((each) => each !== null);
    const shapes = [shape, ofRecurrent, [samples, times, cell.units]];
    const made = callHost('recurrentBackward', recurrentSizes(cell, shape), inputs, shapes);
    const [input, ownRecurrent, ofCandidate = null] = made as [Tensor, Tensor?, Tensor?];
    return { input, recurrent: ownRecurrent ?? input, candidate: ofCandidate };
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
