/** What layers give, against numbers worked out by hand or by other code. */
import { describe, expect, it } from 'vitest';
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-node-gpu';
import type { LayerDescription } from '#app/model/description.ts';
import { LayerStack } from '#app/model/layers.ts';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import type { Kernels } from '../../../main/engine/model/kernels/kernels.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';
import { buildLayer } from '../../../main/engine/model/layers/build-layer.ts';
import type { Layer } from '../../../main/engine/model/layers/layer.ts';

function layerOf(kernels: Kernels, stack: LayerStack): Layer {
  const random = new SeededRandom(2);
  return buildLayer(stack.layers[0] as LayerDescription, { kernels, random, planned: () => null, rectified: false });
}

function output(kernels: Kernels, x: Tensor, build: (stack: LayerStack) => LayerStack, training = true): Tensor {
  const layer = layerOf(kernels, build(new LayerStack(x.shape.slice(1))));
  return layer.forward(x, { training, random: new SeededRandom(5) }, []);
}

/** 0, 1, 2, … */
function counted(shape: number[]): Tensor {
  const size = shape.reduce((product, each) => product * each, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => i),
    shape,
  );
}

function expectClose(actual: Tensor, expected: readonly number[] | Tensor, digits = 5): void {
  const values = Array.isArray(expected) ? (expected as number[]) : [...(expected as Tensor).dataSync()];
  const found = actual.dataSync();
  expect(found.length).toBe(values.length);
  values.forEach((value, i) => expect(found[i]).toBeCloseTo(value, digits));
}

describe.each([nativeKernels, portableKernels])('with $name kernels', (kernels) => {
  const inTidy = (test: () => void) => (): void => tf.tidy(test);

  it(
    'gelu is x times the normal distribution function, not its approximation',
    inTidy(() => {
      const y = output(kernels, tf.tensor2d([[-2, -1, 0, 1, 3]]), (stack) => stack.activation('gelu'));
      expectClose(y, [-0.0455003, -0.1586553, 0, 0.8413447, 2.9959503], 6);
    }),
  );

  it(
    'softmax adds up to one along the last axis',
    inTidy(() => {
      const y = output(kernels, counted([2, 3, 2]), (stack) => stack.activation('softmax'));
      const [low, high] = [1 / (1 + Math.E), Math.E / (1 + Math.E)];
      expectClose(
        y,
        Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? low : high)),
      );
    }),
  );

  it(
    'positions are repeated along the axes asked for',
    inTidy(() => {
      const y = output(kernels, counted([1, 2, 2, 1]), (stack) => stack.upsample([2, 1]));
      expectClose(y, [0, 1, 0, 1, 2, 3, 2, 3]);
    }),
  );

  it(
    'edges are padded and cut as asked',
    inTidy(() => {
      const padded = output(kernels, counted([1, 1, 2, 1]), (stack) => stack.zeroPad([1, 0], [0, 2]));
      expectClose(padded, [0, 0, 0, 0, 0, 1, 0, 0]);
      expectClose(
        output(kernels, counted([1, 2, 3, 1]), (stack) => stack.crop([0, 1], [1, 0])),
        [1, 2],
      );
    }),
  );

  it(
    'axes change their order',
    inTidy(() => {
      const y = output(kernels, counted([1, 2, 3]), (stack) => stack.permute([1, 0]));
      expect(y.shape).toEqual([1, 3, 2]);
      expectClose(y, [0, 3, 1, 4, 2, 5]);
    }),
  );

  it(
    'a spatial dropout drops a channel of a sample at all its positions, and nothing outside of training',
    inTidy(() => {
      const x = tf.ones([8, 3, 2, 4]);
      const y = output(kernels, x, (stack) => stack.dropout(0.5, true));
      const channels = tf.reshape(y, [8, 6, 4]);
      expectClose(tf.max(channels, 1), tf.min(channels, 1));
      expect(new Set(y.dataSync())).toEqual(new Set([0, 2]));
      expectClose(
        output(kernels, x, (stack) => stack.dropout(0.5, true), false),
        x,
      );
    }),
  );

  it(
    'a layer norm looks at each position alone, a group norm at all of a sample',
    inTidy(() => {
      const x = tf.tensor3d([1, 3, 5, 11], [1, 2, 2]);
      expectClose(
        output(kernels, x, (stack) => stack.layerNorm(0)),
        [-1, 1, -1, 1],
      );
      expectClose(
        output(kernels, x, (stack) => stack.groupNorm(2, 0)),
        [-1, -1, 1, 1],
      );
      const spread = Math.sqrt(14);
      expectClose(
        output(kernels, x, (stack) => stack.groupNorm(1, 0)),
        [-4 / spread, -2 / spread, 0, 6 / spread],
      );
    }),
  );

  it(
    "means leave out what was padded, and a maximum may be any position's",
    inTidy(() => {
      const x = tf.tensor3d([1, 2, 6], [1, 3, 1]);
      expectClose(
        output(kernels, x, (stack) => stack.pool('average-pool', [2], { padding: 'same' })),
        [1.5, 6],
      );
      expectClose(
        output(kernels, x, (stack) => stack.globalPool('global-max-pool')),
        [6],
      );
    }),
  );

  it(
    'a transposed convolution is that of tfjs',
    inTidy(() => {
      const x = tf.sin(counted([2, 3, 4, 2])) as Tensor4D;
      const layer = layerOf(kernels, new LayerStack([3, 4, 2]).convTranspose(3, { kernel: [3, 2], strides: [2, 1] }));
      const y = layer.forward(x, { training: true, random: new SeededRandom(1) }, []);
      const filter = layer.parameters[0]?.value as Tensor4D;
      expectClose(y, tf.conv2dTranspose(x, filter, [2, 6, 4, 3], [2, 1], 'same'));
    }),
  );

  it(
    'a convolution in groups has filters that see their own channels alone',
    inTidy(() => {
      const x = tf.sin(counted([2, 5, 2])) as Tensor2D;
      const layer = layerOf(kernels, new LayerStack([5, 2]).conv(2, { kernel: [1], groups: 2 }));
      const y = layer.forward(x, { training: true, random: new SeededRandom(1) }, []);
      expectClose(y, tf.mul(x, tf.reshape(layer.parameters[0]?.value as Tensor, [2])));
    }),
  );
});
