/** Gradients of every kind of layer against finite differences, a small network each. */
import { describe, expect, it } from 'vitest';
import { activationFunctions, type ModelDescription } from '#app/model/description.ts';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';
import { Network } from '../../../main/engine/model/network.ts';
import { expectNumericGradient, model, pass } from './numeric-gradient.ts';

const activations = Object.fromEntries(
  activationFunctions.map((name) => [name, model([5], (stack) => stack.dense(4).activation(name))]),
);

const models: Record<string, ModelDescription> = {
  ...activations,
  'elu of another scale': model([5], (stack) => stack.dense(4).activation('elu', 0.5)),
  'a convolution of series, strided': model([9, 2], (stack) =>
    stack
      .conv(3, { kernel: [3], strides: [2] })
      .conv(2, { kernel: [2], padding: 'valid' })
      .flatten(),
  ),
  'a convolution of series, dilated': model([9, 2], (stack) =>
    stack
      .conv(3, { kernel: [3], dilations: [2] })
      .conv(2, { kernel: [2], dilations: [3], padding: 'valid' })
      .flatten(),
  ),
  'a convolution of planes, strided': model([5, 6, 2], (stack) =>
    stack
      .conv(3, { kernel: [3, 2], strides: [2, 1] })
      .conv(2, { kernel: [2, 3] })
      .flatten(),
  ),
  'a convolution of planes, dilated': model([7, 6, 2], (stack) =>
    stack
      .conv(3, { kernel: [3, 2], dilations: [2, 3] })
      .conv(2, { kernel: [2, 3] })
      .flatten(),
  ),
  'a convolution of volumes, dilated': model([5, 4, 6, 2], (stack) =>
    stack
      .conv(3, { kernel: [3, 2, 3], dilations: [2, 1, 2] })
      .conv(2, { kernel: [2, 2, 2], dilations: [2, 2, 2], padding: 'valid' })
      .flatten(),
  ),
  'a convolution of the planes of a volume': model([3, 5, 4, 2], (stack) =>
    stack
      .conv(3, { kernel: [3, 3], strides: [2, 2] })
      .conv(2, { kernel: [2, 2] })
      .flatten(),
  ),
  'a convolution in groups': model([5, 4, 4], (stack) =>
    stack
      .conv(4, { kernel: [3, 3], groups: 2, strides: [2, 1] })
      .conv(4, { kernel: [2, 2], groups: 4, dilations: [1, 2] })
      .flatten(),
  ),
  'maxima of series': model([8, 2], (stack) =>
    stack
      .conv(3, { kernel: [3] })
      .pool('max-pool', [2])
      .flatten(),
  ),
  // Few windows: where the maximum changes its place, a finite difference means nothing.
  'maxima of planes that overlap': model([3, 4, 1], (stack) =>
    stack
      .conv(1, { kernel: [2, 2] })
      .pool('max-pool', [3, 2], { strides: [2, 1], padding: 'same' })
      .flatten(),
  ),
  'means of series': model([8, 2], (stack) =>
    stack
      .conv(3, { kernel: [3] })
      .pool('average-pool', [2])
      .flatten(),
  ),
  'means of planes that overlap': model([5, 6, 2], (stack) =>
    stack
      .conv(3, { kernel: [3, 2] })
      .pool('average-pool', [3, 2], { strides: [2, 1], padding: 'same' })
      .flatten(),
  ),
  'means of volumes': model([4, 4, 5, 1], (stack) =>
    stack
      .conv(2, { kernel: [3, 3, 3] })
      .pool('average-pool', [2, 2, 2])
      .flatten(),
  ),
  'means of the rows of a plane': model([3, 6, 2], (stack) => stack.dense(3).pool('average-pool', [3]).flatten()),
  'the maximum of all': model([3, 4, 2], (stack) => stack.dense(4).globalPool('global-max-pool')),
  'the mean of all': model([3, 4, 2], (stack) => stack.dense(4).globalPool()),
};

describe.each([nativeKernels, portableKernels])('with $name kernels', (kernels) => {
  it.each(Object.entries(models))('the gradient of %s equals a finite difference', (_name, of) => {
    expectNumericGradient(of, kernels);
  });

  it('no step leaves a tensor behind', () => {
    const networks = Object.values(models).map((of) => ({
      of,
      network: new Network(of, kernels, [], new SeededRandom(2)),
    }));
    const step = (): void => {
      for (const { of, network } of networks) {
        tf.tidy(() => void network.backward(pass(network, kernels, of).adjoints, null));
      }
    };
    step();
    const before = tf.memory().numTensors;
    step();
    expect(tf.memory().numTensors).toBe(before);
    for (const { network } of networks) network.dispose();
  });
});
