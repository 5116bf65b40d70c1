/** Gradients of every kind of layer against finite differences, a small network each. */
import { describe, expect, it } from 'vitest';
import { activationFunctions, type ModelDescription } from '#app/model/description.ts';
import { LayerStack } from '#app/model/layers.ts';
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
  'a transposed convolution of series': model([4, 2], (stack) =>
    stack
      .dense(3)
      .convTranspose(2, { kernel: [3], strides: [2] })
      .activation('tanh')
      .flatten(),
  ),
  'a transposed convolution of planes': model([2, 3, 2], (stack) =>
    stack
      .dense(3)
      .convTranspose(2, { kernel: [3, 2], strides: [2, 1] })
      .convTranspose(4, { kernel: [2, 3], strides: [1, 2], padding: 'valid' })
      .activation('tanh')
      .flatten(),
  ),
  'a transposed convolution of volumes': model([2, 2, 3, 2], (stack) =>
    stack
      .dense(3)
      .convTranspose(2, { kernel: [3, 2, 3], strides: [2, 1, 2] })
      .convTranspose(2, { kernel: [2, 2, 2], padding: 'valid' })
      .activation('tanh')
      .globalPool(),
  ),
  'a transposed convolution of the rows of a plane': model([3, 4, 2], (stack) =>
    stack
      .dense(3)
      .convTranspose(2, { kernel: [3], strides: [2] })
      .activation('tanh')
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
  'maxima of volumes': model([2, 4, 2, 1], (stack) =>
    stack
      .conv(1, { kernel: [2, 2, 2] })
      .pool('max-pool', [2, 2, 2])
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
  'a batch norm of vectors': model([5], (stack) => stack.dense(4).batchNorm().activation('tanh')),
  'a batch norm of volumes': model([3, 2, 4, 2], (stack) =>
    stack
      .conv(3, { kernel: [2, 2, 2] })
      .batchNorm(0.5, 1e-2)
      .activation('tanh')
      .globalPool(),
  ),
  'a layer norm of vectors': model([5], (stack) => stack.dense(4).layerNorm().activation('tanh')),
  'a layer norm of tokens': model([3, 4], (stack) => stack.dense(4).layerNorm().dense(2).flatten()),
  'a layer norm of volumes': model([3, 2, 4, 2], (stack) =>
    stack
      .conv(3, { kernel: [2, 2, 2] })
      .layerNorm()
      .globalPool(),
  ),
  'a group norm of vectors': model([5], (stack) => stack.dense(6).groupNorm(2).activation('tanh')),
  'a group norm of series': model([5, 2], (stack) =>
    stack
      .conv(6, { kernel: [3] })
      .groupNorm(3)
      .activation('tanh')
      .globalPool(),
  ),
  'a group norm of volumes': model([3, 2, 4, 2], (stack) =>
    stack
      .conv(4, { kernel: [2, 2, 2] })
      .groupNorm(2)
      .activation('tanh')
      .globalPool(),
  ),
  'a group norm of one group': model([3, 4, 2], (stack) =>
    stack
      .conv(4, { kernel: [2, 2] })
      .groupNorm(1)
      .activation('tanh')
      .globalPool(),
  ),
  'rows that are added by position': model([3, 4], (stack) => stack.dense(2).position().activation('tanh').flatten()),
  'zeros around a volume': model([3, 2, 4, 2], (stack) =>
    stack
      .dense(3)
      .zeroPad([1, 0, 2], [0, 1, 1])
      .conv(2, { kernel: [3, 3, 3], strides: [2, 2, 2] })
      .activation('tanh')
      .flatten(),
  ),
  'edges that are cut off a volume': model([3, 4, 4, 2], (stack) =>
    stack.dense(3).crop([1, 0, 2], [0, 1, 1]).activation('tanh').flatten(),
  ),
  'positions that are repeated': model([2, 3, 2, 2], (stack) =>
    stack
      .dense(3)
      .upsample([2, 1, 3])
      .conv(2, { kernel: [2, 2, 2], strides: [1, 2, 1] })
      .activation('tanh')
      .flatten(),
  ),
  'axes in another order': model([2, 3, 4], (stack) => stack.dense(3).permute([2, 0, 1]).dense(2).flatten()),
  'a dropout of channels': model([3, 2, 4, 2], (stack) => stack.dense(5).dropout(0.4, true).flatten()),
  'the maximum of all': model([3, 4, 2], (stack) => stack.dense(4).globalPool('global-max-pool')),
  'the mean of all': model([3, 4, 2], (stack) => stack.dense(4).globalPool()),
};

describe.each([nativeKernels, portableKernels])('with $name kernels', (kernels) => {
  it.each(Object.entries(models))('the gradient of %s equals a finite difference', (_name, of) => {
    expectNumericGradient(of, kernels);
  });

  it('a batch norm keeps running statistics, and goes by them outside of training', async () => {
    const of: ModelDescription = {
      ...model([2], (stack) => stack),
      layers: new LayerStack([2]).batchNorm(0.75, 0).layers,
    };
    const network = new Network(of, kernels, [], new SeededRandom(2));
    const context = { random: new SeededRandom(1) };
    const rows = tf.tensor2d([
      [1, 2],
      [3, 6],
    ]);
    tf.tidy(() => void network.forward(rows, { ...context, training: true }));
    const [mean, variance] = network.statistics.map(({ name, value }) => ({ name, values: [...value.dataSync()] }));
    expect(mean).toEqual({ name: 'batch_norm_1/mean', values: [0.5, 1] });
    // Estimated from two rows: 2 and 8.
    expect(variance).toEqual({ name: 'batch_norm_1/variance', values: [0.75 + 0.5, 0.75 + 2] });
    const y = tf.tidy(() => [...network.forward(rows, { ...context, training: false }).dataSync()]);
    const expected = [0.5 / Math.sqrt(1.25), 1 / Math.sqrt(2.75), 2.5 / Math.sqrt(1.25), 5 / Math.sqrt(2.75)];
    expected.forEach((value, i) => expect(y[i]).toBeCloseTo(value, 5));
    expect([...(await network.weights()).keys()]).toContain('batch_norm_1/variance');
    rows.dispose();
    network.dispose();
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
