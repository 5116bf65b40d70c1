/** The arithmetic of a probe: gradients of a convolution and of a product, on the device and on tfjs's plain processor backend. */
import { SeededRandom } from '#app/run/random.ts';
import { sentence, type Sentence } from '#app/text/sentence.ts';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import type { Kernels, Window } from '../model/kernels/kernels.ts';
import { portableKernels } from '../model/kernels/portable.ts';
import { tf } from './tensorflow.ts';

/** Largest difference allowed, of the largest value. TF32 would give 1e-3. */
export const tolerance = 1e-4;

const window: Window = { size: [3, 3, 3], strides: [1, 1, 1], dilations: [1, 1, 1], padding: 'same' };
const volume = [2, 6, 5, 4, 3];
const filter = [3, 3, 3, 3, 4];
const output = [2, 6, 5, 4, 4];

function numbers(shape: readonly number[], seed: number): Tensor {
  const random = new SeededRandom(seed);
  const size = shape.reduce((product, each) => product * each, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    [...shape],
  );
}

/** What is compared, and how it is computed. */
const gradients: readonly (readonly [Sentence, (kernels: Kernels) => Tensor])[] = [
  [
    sentence('the filter gradient of a 3-D convolution'),
    (kernels) => kernels.convFilterGradient(numbers(volume, 1), filter, numbers(output, 2), window),
  ],
  [
    sentence('the input gradient of a 3-D convolution'),
    (kernels) => kernels.convInputGradient(volume, numbers(filter, 3), numbers(output, 2), window),
  ],
  [
    sentence('the weight gradient of a product'),
    (kernels) => kernels.matMul(numbers([32, 48], 4), numbers([32, 20], 5), true, false),
  ],
  [
    sentence('the input gradient of a product'),
    (kernels) => kernels.matMul(numbers([32, 20], 5), numbers([48, 20], 6), false, true),
  ],
];

async function values(backend: string, kernels: Kernels, compute: (kernels: Kernels) => Tensor): Promise<Float32Array> {
  await tf.setBackend(backend);
  const result = compute(kernels);
  return (await result.data<'float32'>()).slice();
}

/**
 * Computes every gradient twice.
 *
 * @param backend tfjs's name of the device: 'tensorflow', 'webgpu'
 * @returns names of those that differ from the processor's by more than `tolerance` of the largest value
 */
export async function wrongGradients(backend: string, kernels: Kernels): Promise<Sentence[]> {
  const wrong: Sentence[] = [];
  for (const [name, compute] of gradients) {
    const expected = await values('cpu', portableKernels, compute);
    const found = await values(backend, kernels, compute);
    const largest = expected.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const agrees = expected.every((each, i) => Math.abs(each - (found[i] ?? Number.NaN)) <= tolerance * largest);
    if (!agrees || found.length !== expected.length) wrong.push(name);
  }
  return wrong;
}
