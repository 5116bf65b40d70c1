/** The fused kernels against public operations: the same numbers, for every kernel of the seam. */
import { describe, expect, it } from 'vitest';
import type { Tensor, Tensor4D, Tensor5D } from '@tensorflow/tfjs-node-gpu';
import { activationFunctions } from '#app/model/description.ts';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import type { Kernels, Optimizer, OptimizerSettings, Window } from '../../../main/engine/model/kernels/kernels.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';

function normal(shape: number[], seed: number): Tensor {
  const random = new SeededRandom(seed);
  const size = shape.reduce((product, each) => product * each, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    shape,
  );
}

function largestDifference(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return tf.tidy(() => tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] as number);
}

/** x, filter and y of each window. */
const windows: Record<string, { window: Window; x: number[]; y: number[] }> = {
  'a strided volume': {
    window: { size: [3, 3, 3], strides: [2, 2, 2], dilations: [1, 1, 1], padding: 'same' },
    x: [2, 5, 6, 7, 2],
    y: [2, 3, 3, 4],
  },
  'a valid volume': {
    window: { size: [3, 2, 3], strides: [1, 1, 1], dilations: [1, 1, 1], padding: 'valid' },
    x: [2, 5, 6, 7, 2],
    y: [2, 3, 5, 5],
  },
  'a dilated volume': {
    window: { size: [3, 2, 3], strides: [1, 1, 1], dilations: [2, 1, 3], padding: 'same' },
    x: [2, 5, 6, 7, 2],
    y: [2, 5, 6, 7],
  },
  'a strided plane': {
    window: { size: [3, 2], strides: [2, 1], dilations: [1, 1], padding: 'same' },
    x: [2, 5, 6, 2],
    y: [2, 3, 6],
  },
  'a dilated and strided plane': {
    window: { size: [3, 2], strides: [2, 1], dilations: [2, 3], padding: 'valid' },
    x: [2, 8, 6, 2],
    y: [2, 2, 3],
  },
  'a strided row': {
    window: { size: [3], strides: [2], dilations: [1], padding: 'same' },
    x: [2, 7, 2],
    y: [2, 4],
  },
  'a dilated row': {
    window: { size: [3], strides: [1], dilations: [2], padding: 'valid' },
    x: [2, 7, 2],
    y: [2, 3],
  },
};

function batchNorm(k: Kernels): ReturnType<Kernels['batchNorm']> {
  const running = { mean: normal([3], 4), variance: tf.tensor1d([0.5, 1, 2]) };
  return k.batchNorm(normal([6, 3], 1), normal([3], 2), normal([3], 3), running, { epsilon: 1e-3, momentum: 0.9 });
}

function batchNormGradient(k: Kernels): ReturnType<Kernels['batchNormGradient']> {
  return k.batchNormGradient(normal([6, 3], 5), normal([6, 3], 1), normal([3], 2), batchNorm(k).moments, 1e-3);
}

function scaleGradient(k: Kernels): ReturnType<Kernels['scaleColumnsGradient']> {
  return k.scaleColumnsGradient(normal([6, 3], 1), normal([6, 3], 2), normal([3], 3));
}

const cases: Record<string, (kernels: Kernels) => Tensor> = {
  'a product': (k) => k.matMul(normal([4, 5], 1), normal([5, 3], 2), false, false),
  'a product with the first transposed': (k) => k.matMul(normal([5, 4], 1), normal([5, 3], 2), true, false),
  'a product with the second transposed': (k) => k.matMul(normal([4, 5], 1), normal([3, 5], 2), false, true),
  'a bias over rows': (k) => k.biasAdd(normal([4, 3], 1), normal([3], 2)),
  'a bias over volumes': (k) => k.biasAdd(normal([2, 3, 4, 3, 2], 1), normal([2], 2)),
  'the gradient of a bias over rows': (k) => k.biasGradient(normal([4, 3], 1)),
  'the gradient of a bias over volumes': (k) => k.biasGradient(normal([2, 3, 4, 3, 2], 1)),
  'the losses of cross-entropy': (k) =>
    k.softmaxCrossEntropy(normal([4, 3], 1), tf.tensor1d([0, 2, 1, 2], 'int32')).losses,
  'the gradients of cross-entropy': (k) =>
    k.softmaxCrossEntropy(normal([4, 3], 1), tf.tensor1d([0, 2, 1, 2], 'int32')).gradients,
  'the batch norm of rows': (k) => batchNorm(k).y,
  'the running mean of a batch norm': (k) => batchNorm(k).running.mean,
  'the running variance of a batch norm': (k) => batchNorm(k).running.variance,
  'the input gradient of a batch norm': (k) => batchNormGradient(k).dx,
  'the scale gradient of a batch norm': (k) => batchNormGradient(k).dScale,
  'the offset gradient of a batch norm': (k) => batchNormGradient(k).dOffset,
  'a batch norm by running statistics': (k) =>
    k.batchNormInference(
      normal([6, 3], 1),
      normal([3], 2),
      normal([3], 3),
      { mean: normal([3], 4), variance: tf.tensor1d([0.5, 1, 2]) },
      1e-3,
    ),
  'columns that are scaled': (k) => k.scaleColumns(normal([6, 3], 1), normal([3], 2), normal([3], 3)),
  'the input gradient of columns that are scaled': (k) => scaleGradient(k).dx,
  'the scale gradient of columns that are scaled': (k) => scaleGradient(k).dScale,
  'the offset gradient of columns that are scaled': (k) => scaleGradient(k).dOffset,
  'rows of mean 0 and variance 1': (k) => k.standardize(normal([6, 5], 1), 1e-5).y,
  'the precision of rows': (k) => k.standardize(normal([6, 5], 1), 1e-5).precision,
  'the gradient of rows of mean 0 and variance 1': (k) =>
    k.standardizeGradient(normal([6, 5], 2), k.standardize(normal([6, 5], 1), 1e-5)),
  'a sum of three': (k) => k.sum([normal([4, 3], 1), normal([4, 3], 2), normal([4, 3], 3)]),
  'a sum of one': (k) => k.sum([normal([4, 3], 1)]),
};

for (const [name, { window, x, y }] of Object.entries(windows)) {
  const filter = [...window.size, 2, 4];
  const pooled = [...y, 2];
  cases[`the convolution of ${name}`] = (k) => k.conv(normal(x, 1), normal(filter, 2), window);
  cases[`the filter gradient of ${name}`] = (k) =>
    k.convFilterGradient(normal(x, 1), filter, normal([...y, 4], 2), window);
  cases[`the input gradient of ${name}`] = (k) =>
    k.convInputGradient(x, normal(filter, 1), normal([...y, 4], 2), window);
  if (window.dilations.some((dilation) => dilation > 1)) continue;
  cases[`the maxima of ${name}`] = (k) => k.maxPool(normal(x, 1), window);
  cases[`the gradient of the maxima of ${name}`] = (k) =>
    k.maxPoolGradient(normal(x, 1), k.maxPool(normal(x, 1), window), normal(pooled, 2), window);
  cases[`the means of ${name}`] = (k) => k.averagePool(normal(x, 1), window);
  cases[`the gradient of the means of ${name}`] = (k) => k.averagePoolGradient(x, normal(pooled, 2), window);
}

for (const name of activationFunctions) {
  for (const shape of [
    [4, 3],
    [2, 3, 4, 2, 3],
  ]) {
    const [x, dy] = [(): Tensor => normal(shape, 1), (): Tensor => normal(shape, 2)];
    const axes = `${shape.length} axes`;
    cases[`${name} of ${axes}`] = (k) => k.activation(name, 0.3, x()).y;
    cases[`the gradient of ${name} of ${axes}`] = (k) =>
      k.activationGradient(name, 0.3, dy(), x(), k.activation(name, 0.3, x()));
  }
}

describe('the fused kernels agree with public operations on', () => {
  it.each(Object.entries(cases))('%s', (_name, compute) => {
    tf.tidy(() => {
      expect(largestDifference(compute(nativeKernels), compute(portableKernels))).toBeLessThan(2e-5);
    });
  });
});

it.each([nativeKernels, portableKernels])(
  "a dilated filter meets the places of TensorFlow's own ($name)",
  (kernels) => {
    tf.tidy(() => {
      const window: Window = { size: [3, 2], strides: [1, 1], dilations: [2, 3], padding: 'same' };
      const [x, filter] = [normal([2, 8, 6, 2], 1) as Tensor4D, normal([3, 2, 2, 4], 2) as Tensor4D];
      const own = tf.conv2d(x, filter, 1, 'same', 'NHWC', [2, 3]);
      expect(largestDifference(kernels.conv(x, filter, window), own)).toBeLessThan(2e-5);
    });
  },
);

describe.each([nativeKernels, portableKernels])('the maxima of windows with $name kernels', (kernels) => {
  const undilated = Object.entries(windows).filter(([, { window }]) => window.dilations.every((each) => each === 1));

  const volumes = undilated.filter(([, { window }]) => window.size.length === 3);

  it.each(volumes)("are TensorFlow's own for %s", (_name, { window, x }) => {
    const { size, strides, padding } = window;
    tf.tidy(() => {
      const volume = normal(x, 1) as Tensor5D;
      const own = tf.maxPool3d(volume, size as [number, number, number], strides as [number, number, number], padding);
      expect(largestDifference(kernels.maxPool(volume, window), own)).toBe(0);
    });
  });

  it.each(undilated)('send a gradient to the first of equal ones for %s', (_name, { window, x, y }) => {
    tf.tidy(() => {
      const equal = tf.ones(x);
      const dy = normal([...y, 2], 2);
      const dx = kernels.maxPoolGradient(equal, kernels.maxPool(equal, window), dy, window);
      expect(largestDifference(tf.sum(dx), tf.sum(dy))).toBeLessThan(1e-4);
    });
  });
});

describe('the optimizers', () => {
  const start = new SeededRandom(5);
  const weights = Float32Array.from({ length: 12 }, () => start.normal());

  function after(kernels: Kernels, settings: OptimizerSettings): number[] {
    const matrix = kernels.parameter('w', [4, 3], weights);
    const bias = kernels.parameter('b', [3], new Float32Array([1, 2, 3]));
    const optimizer = kernels.optimizer([matrix, bias], settings);
    for (let step = 0; step < 5; step++) {
      tf.tidy(() => optimizer.apply([normal([4, 3], step + 10), normal([3], step + 20)]));
    }
    const values = [...matrix.value.dataSync(), ...bias.value.dataSync()];
    optimizer.dispose();
    matrix.dispose();
    bias.dispose();
    return values;
  }

  it.each(['adam', 'adamw', 'sgd', 'momentum'] as const)(
    '%s agrees in both versions over five steps, with decay',
    (kind) => {
      const settings: OptimizerSettings = { kind, learningRate: 0.01, weightDecay: 0.1 };
      const native = after(nativeKernels, settings);
      after(portableKernels, settings).forEach((value, i) => expect(native[i]).toBeCloseTo(value, 5));
    },
  );

  it.each(['adamw', 'sgd', 'momentum'] as const)(
    '%s takes another learning rate at a step, in both versions',
    (kind) => {
      const ends = [nativeKernels, portableKernels].map((kernels) => {
        const matrix = kernels.parameter('w', [4, 3], weights);
        const optimizer = kernels.optimizer([matrix], { kind, learningRate: 0.01, weightDecay: 0.1 });
        for (const rate of [0.02, 0.5, 0.02]) tf.tidy(() => optimizer.apply([normal([4, 3], 8)], rate));
        return [...matrix.value.dataSync()];
      });
      ends[0]?.forEach((value, i) => expect(ends[1]?.[i]).toBeCloseTo(value, 4));
      expect(Math.abs((ends[0]?.[0] ?? 0) - (weights[0] as number))).toBeGreaterThan(0.05);
    },
  );

  it.each(['adamw', 'momentum'] as const)('%s goes on from a stored state, bit for bit', async (kind) => {
    for (const kernels of [nativeKernels, portableKernels]) {
      const settings: OptimizerSettings = { kind, learningRate: 0.01, weightDecay: 0.1 };
      const step = (optimizer: Optimizer, n: number) => tf.tidy(() => optimizer.apply([normal([4, 3], n)]));
      const matrix = kernels.parameter('w', [4, 3], weights);
      const optimizer = kernels.optimizer([matrix], settings);
      for (let n = 0; n < 3; n++) step(optimizer, n);
      const state = await optimizer.state();
      const copy = kernels.parameter('w', [4, 3], matrix.value.dataSync<'float32'>().slice());
      const resumed = kernels.optimizer([copy], settings);
      resumed.restore(state);
      for (let n = 3; n < 6; n++) {
        step(optimizer, n);
        step(resumed, n);
      }
      expect([...copy.value.dataSync()]).toEqual([...matrix.value.dataSync()]);
    }
  });

  it('decays matrices and leaves biases alone', () => {
    const zero = (kernels: Kernels): number[] => {
      const matrix = kernels.parameter('w', [1, 2], Float32Array.of(1, -2));
      const bias = kernels.parameter('b', [2], Float32Array.of(1, -2));
      const optimizer = kernels.optimizer([matrix, bias], { kind: 'sgd', learningRate: 0.1, weightDecay: 0.5 });
      tf.tidy(() => optimizer.apply([tf.zeros([1, 2]), tf.zeros([2])]));
      return [...matrix.value.dataSync(), ...bias.value.dataSync()];
    };
    for (const kernels of [nativeKernels, portableKernels]) {
      const [a, b, c, d] = zero(kernels);
      expect(a).toBeCloseTo(0.95, 6);
      expect(b).toBeCloseTo(-1.9, 6);
      expect([c, d]).toEqual([1, -2]);
    }
  });
});
