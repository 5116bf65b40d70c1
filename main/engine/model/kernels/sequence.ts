/** The arithmetic of layers over time and tokens: the part of `Kernels` that no single fused operation covers. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';

export interface RecurrentCell {
  /**
   * Gates in the order of Keras. LSTM: input, forget, cell, output; GRU: update, reset, candidate. The reset gate of a
   * 'reset-before-gru' multiplies the state before the candidate's recurrent product, that of a 'gru' the product.
   */
  kind: 'lstm' | 'gru' | 'reset-before-gru';
  units: number;
  /** Reads the last time first. Tensors keep the order of the input. */
  reversed: boolean;
}

export interface RecurrentWeights {
  /** [units x gates x units]; of a GRU that resets before, [units x 2 units]: update and reset. */
  recurrent: Tensor;
  /** [gates x units], of the recurrent product of a GRU that resets after; null for others. */
  bias: Tensor | null;
  /** [units x units], which meets the state after the reset, of a GRU that resets before; null for others. */
  candidate: Tensor | null;
}

/** Three axes: samples, time, and the one named. */
export interface RecurrentPass {
  /** After each time: units. */
  states: Tensor;
  /** Before each time: units. Zero where reading starts. */
  before: Tensor;
  /** After their functions: gates x units. */
  gates: Tensor;
  /**
   * LSTM: the cell after each time. GRU: the candidate's recurrent product with its bias, before the reset. GRU that
   * resets before: the state before each time, after the reset. Units.
   */
  memory: Tensor;
}

/** dL/d of the gates' pre-activations [samples, time, gates x units]. */
export interface RecurrentAdjoints {
  /** Of x W + b. */
  input: Tensor;
  /**
   * Of h R (+ b): the same tensor for an LSTM. The GRU's candidate differs by its reset gate; of one that resets before,
   * update and reset alone.
   */
  recurrent: Tensor;
  /** Of the candidate's product of a GRU that resets before; null for others. */
  candidate: Tensor | null;
}

export interface AttentionPass {
  /** Heads side by side [samples, tokens, heads x keySize]. */
  output: Tensor;
  /** softmax(Q K' / sqrt(keySize)): [samples, heads, tokens, tokens], its last axis padded as the kernels like. */
  weights: Tensor;
}

/** [samples, tokens, heads x keySize] each. */
export interface AttentionInputs {
  query: Tensor;
  key: Tensor;
  value: Tensor;
}

export interface SequenceKernels {
  /**
   * @param projected x W + b [samples, time, gates x units]
   */
  recurrent(cell: RecurrentCell, projected: Tensor, weights: RecurrentWeights): RecurrentPass;
  /** @param dy dL/d of all states [samples, time, units], or of the state after the last that was read [samples, units] */
  recurrentAdjoints(cell: RecurrentCell, pass: RecurrentPass, weights: RecurrentWeights, dy: Tensor): RecurrentAdjoints;
  attention(inputs: AttentionInputs, heads: number): AttentionPass;
  /** @param dy dL/d of the output */
  attentionAdjoints(inputs: AttentionInputs, heads: number, pass: AttentionPass, dy: Tensor): AttentionInputs;
}

export const gateCounts = { lstm: 4, gru: 3, 'reset-before-gru': 3 } as const;
