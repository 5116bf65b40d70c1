/** The arithmetic of layers over time and tokens: the part of `Kernels` that no single fused operation covers. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';

export interface RecurrentCell {
  /** Gates in the order of Keras. LSTM: input, forget, cell, output; GRU: update, reset, candidate. */
  kind: 'lstm' | 'gru';
  units: number;
  /** Reads the last time first. Tensors keep the order of the input. */
  reversed: boolean;
}

/** Three axes: samples, time, and the one named. */
export interface RecurrentPass {
  /** After each time: units. */
  states: Tensor;
  /** Before each time: units. Zero where reading starts. */
  before: Tensor;
  /** After their functions: gates x units. */
  gates: Tensor;
  /** LSTM: the cell after each time. GRU: the candidate's recurrent product with its bias, before the reset. Units. */
  memory: Tensor;
}

/** dL/d of the gates' pre-activations [samples, time, gates x units]. */
export interface RecurrentAdjoints {
  /** Of x W + b. */
  input: Tensor;
  /** Of h R (+ b): the same tensor for an LSTM. The GRU's candidate differs by its reset gate. */
  recurrent: Tensor;
}

export interface AttentionPass {
  /** Heads side by side [samples, tokens, heads x keySize]. */
  output: Tensor;
  /** softmax(Q K' / sqrt(keySize)): [samples, heads, tokens, tokens]. */
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
   * @param recurrent [units x gates x units]
   * @param recurrentBias [gates x units], of the GRU's recurrent product; null for an LSTM
   */
  recurrent(cell: RecurrentCell, projected: Tensor, recurrent: Tensor, recurrentBias: Tensor | null): RecurrentPass;
  /** @param dy dL/d of all states [samples, time, units], or of the state after the last that was read [samples, units] */
  recurrentAdjoints(cell: RecurrentCell, pass: RecurrentPass, recurrent: Tensor, dy: Tensor): RecurrentAdjoints;
  attention(inputs: AttentionInputs, heads: number): AttentionPass;
  /** @param dy dL/d of the output */
  attentionAdjoints(inputs: AttentionInputs, heads: number, pass: AttentionPass, dy: Tensor): AttentionInputs;
}

export const gateCounts = { lstm: 4, gru: 3 } as const;
