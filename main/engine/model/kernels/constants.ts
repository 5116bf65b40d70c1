/** Small tensors that never change. There are as many as layers and sizes of batches, so they are kept. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { tf } from '../../device/tensorflow.ts';

const made = new Map<string, Tensor>();

function once(key: string, make: () => Tensor): Tensor {
  const known = made.get(key);
  if (known !== undefined) return known;
  const tensor = tf.keep(make());
  made.set(key, tensor);
  return tensor;
}

/** A shape as int32. */
export function shapeTensor(shape: readonly number[]): Tensor {
  return once(`shape ${shape.join()}`, () => tf.tensor1d([...shape], 'int32'));
}

export function scalar(value: number): Tensor {
  return once(`scalar ${value}`, () => tf.scalar(value));
}

/** [length x 1] of one number: a product with it sums rows. */
export function column(length: number, value: number): Tensor {
  return once(`column ${length} ${value}`, () => tf.fill([length, 1], value));
}

/** [length] of one number. */
export function filled(length: number, value: number): Tensor {
  return once(`filled ${length} ${value}`, () => tf.fill([length], value));
}
