/**
 * The portable kernels with what tfjs's WebGPU backend needs: at rank 5 and above it adds a vector, pads and slices without
 * an error and with wrong numbers, so such tensors are folded to a lower rank first. Reads are asynchronous there.
 */
import { inputError } from '#app/contract/errors.ts';
import { sentence, type Words } from '#app/text/sentence.ts';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';
import { openWebgpu } from '../../device/webgpu.ts';
import { composedDense, composedWindows } from './composed.ts';
import type { Kernels } from './kernels.ts';
import { portableKernels } from './portable.ts';

/** All axes but the last as one. */
function rowsOf(x: Tensor): Tensor {
  return tf.reshape(x, [-1, x.shape[x.rank - 1] as number]);
}

const folded = {
  ...portableKernels,
  biasAdd: (x: Tensor, bias: Tensor): Tensor => tf.tidy(() => tf.reshape(tf.add(rowsOf(x), bias), x.shape)),
  biasGradient: (dy: Tensor): Tensor => tf.tidy(() => tf.sum(rowsOf(dy), 0)),
};

const dense = composedDense(folded);

export const webgpuKernels: Kernels = {
  ...folded,
  ...dense,
  ...composedWindows({ ...folded, ...dense }),
  name: 'webgpu',
  read: async (x) => {
    const values = await x.data<'float32'>().catch((cause: unknown) => cause);
    const [error] = (await openWebgpu()).errors();
    if (error !== undefined || !(values instanceof Float32Array)) throw cardFailed(error, values);
    return values.slice();
  },
};

/** The numbers of a card that failed are zeros or worse, and nothing else would say so; a card that is gone gives none. */
function cardFailed(error: Words | undefined, cause: unknown): Error {
  const message = cause instanceof Error && cause.message !== '' ? cause.message : sentence('it gave no numbers.');
  return inputError(
    'graphics-card-failed',
    sentence('The graphics card failed: {reason} Train on the processor instead.', { reason: error ?? message }),
  );
}
