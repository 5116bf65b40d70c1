/** The native calls of a step (main/engine/native/step_functions.cc) against the composed kernels of every backend. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import type { Groups, Kernels, Window } from '../../../main/engine/model/kernels/kernels.ts';
import { cardKernels, nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';

function normal(shape: number[], seed: number): Tensor {
  const random = new SeededRandom(seed);
  const size = shape.reduce((product, each) => product * each, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    shape,
  );
}

function numbers(tensors: readonly (Tensor | null)[]): Float32Array[] {
  return tensors.map((each) => each?.dataSync<'float32'>().slice() ?? new Float32Array());
}

/** Products that are cut along rows, along columns, and not at all; sums in one part and in several. */
const products: Record<string, { x: number[]; outputs: number }> = {
  'a few samples': { x: [5, 7], outputs: 3 },
  'samples of many numbers': { x: [6, 450], outputs: 301 },
  tokens: { x: [6, 3, 18], outputs: 20 },
  'many rows': { x: [6, 300, 33], outputs: 65 },
  'a wide weight over many rows': { x: [6, 60, 260], outputs: 520 },
};

function wanted(sizes: number[] | null): Groups | null {
  return sizes === null ? null : { sizes, wantsParts: true };
}

type Compute = (kernels: Kernels) => (Tensor | null)[];
const cases: Record<string, Compute> = {};

for (const [name, { x, outputs }] of Object.entries(products)) {
  const inputs = x.at(-1) as number;
  const y = [...x.slice(0, -1), outputs];
  const samples = x[0] as number;
  for (const rectified of [false, true]) {
    const how = rectified ? ', rectified' : '';
    cases[`dense over ${name}${how}`] = (k) => [
      k.dense(normal(x, 1), normal([inputs, outputs], 2), normal([outputs], 3), rectified),
    ];
  }
  cases[`the input gradient of dense over ${name}`] = (k) => [
    k.denseInputGradient(normal(y, 1), normal([inputs, outputs], 2), null),
    k.denseInputGradient(normal(y, 1), normal([inputs, outputs], 2), normal(x, 3)),
  ];
  for (const groups of [null, [2, 0, samples - 2], [0, samples]]) {
    cases[`the weight gradient of dense over ${name}, groups of ${groups?.join() ?? 'all'}`] = (k) => {
      const { total, parts } = k.denseWeightGradient(normal(x, 1), normal(y, 2), wanted(groups));
      return [total, ...(parts ?? [])];
    };
  }
}

for (const shape of [
  [6, 3],
  [5, 64],
  [4, 9, 7, 6, 12],
  [3, 40, 500],
  [5, 11, 12, 13, 8],
]) {
  const columns = shape.at(-1) as number;
  for (const rectified of [false, true]) {
    const how = `${shape.join(' x ')}${rectified ? ', rectified' : ''}`;
    cases[`a bias over ${how}`] = (k) => [k.addBias(normal(shape, 1), normal([columns], 2), rectified)];
    cases[`adjoints of a bias over ${how}`] = (k) => {
      const { dz, bias } = k.biasAdjoints(normal(shape, 1), rectified ? tf.relu(normal(shape, 2)) : null);
      return [dz, bias];
    };
  }
  cases[`a layer norm of ${shape.join(' x ')}`] = (k) => [
    k.layerNorm(normal(shape, 1), normal([columns], 2), normal([columns], 3), 1e-3).y,
  ];
  cases[`the gradient of a layer norm of ${shape.join(' x ')}`] = (k) => {
    const [x, scale] = [normal(shape, 1), normal([columns], 2)];
    const { moments } = k.layerNorm(x, scale, normal([columns], 3), 1e-3);
    const { dx, dScale, dOffset } = k.layerNormGradient(normal(shape, 4), x, scale, moments);
    return [dx, dScale, dOffset];
  };
  cases[`gelu of ${shape.join(' x ')}`] = (k) => {
    const x = tf.mul(normal(shape, 1), 4);
    const activated = k.activation('gelu', 0, x);
    return [activated.y, k.activationGradient('gelu', 0, normal(shape, 2), x, activated)];
  };
  cases[`a sum of three of ${shape.join(' x ')}`] = (k) => [
    k.sum([normal(shape, 1), normal(shape, 2), normal(shape, 3)]),
  ];
}

/** Filters of one, two and three axes: short lines and long ones, edges, holes, and axes before those of the window. */
const convolutions: Record<string, { window: Window; x: number[]; y: number[]; filters: number }> = {
  'a strided volume of one channel': {
    window: { size: [3, 3, 3], strides: [2, 2, 2], dilations: [1, 1, 1], padding: 'same' },
    x: [6, 9, 10, 12, 1],
    y: [5, 5, 6],
    filters: 8,
  },
  'a strided volume of eight channels': {
    window: { size: [3, 3, 3], strides: [2, 2, 2], dilations: [1, 1, 1], padding: 'same' },
    x: [6, 7, 8, 9, 8],
    y: [4, 4, 5],
    filters: 16,
  },
  'a volume of an even length, padded before': {
    window: { size: [5, 4, 5], strides: [2, 3, 2], dilations: [1, 1, 1], padding: 'same' },
    x: [6, 7, 8, 11, 4],
    y: [4, 3, 6],
    filters: 21,
  },
  'strides beyond the kernel': {
    window: { size: [2, 1, 2], strides: [3, 2, 4], dilations: [1, 1, 1], padding: 'valid' },
    x: [6, 8, 5, 14, 3],
    y: [3, 3, 4],
    filters: 6,
  },
  'a small volume of many channels': {
    window: { size: [3, 3, 3], strides: [1, 1, 1], dilations: [1, 1, 1], padding: 'valid' },
    x: [6, 4, 3, 4, 33],
    y: [2, 1, 2],
    filters: 20,
  },
  'a filter wider than its volume': {
    window: { size: [5, 5, 5], strides: [1, 1, 1], dilations: [1, 1, 1], padding: 'same' },
    x: [6, 3, 2, 3, 2],
    y: [3, 2, 3],
    filters: 3,
  },
  'many positions': {
    window: { size: [2, 3, 3], strides: [1, 1, 2], dilations: [1, 1, 1], padding: 'same' },
    x: [6, 12, 13, 25, 1],
    y: [12, 13, 13],
    filters: 17,
  },
  'a dilated plane': {
    window: { size: [3, 2], strides: [2, 1], dilations: [2, 3], padding: 'same' },
    x: [6, 8, 9, 3],
    y: [4, 9],
    filters: 5,
  },
  'planes of a volume': {
    window: { size: [3, 3], strides: [1, 2], dilations: [1, 1], padding: 'same' },
    x: [6, 3, 8, 9, 1],
    y: [3, 8, 5],
    filters: 4,
  },
  'a row': {
    window: { size: [7], strides: [3], dilations: [1], padding: 'valid' },
    x: [6, 50, 4],
    y: [15],
    filters: 9,
  },
};

for (const [name, { window, x, y, filters }] of Object.entries(convolutions)) {
  const axes = window.size.length;
  const images = [x.length === axes + 2 ? 6 : 18, ...x.slice(-1 - axes)];
  const filter = [...window.size, x.at(-1) as number, filters];
  cases[`the convolution of ${name}`] = (k) =>
    [false, true].map((rectified) =>
      k.convWithBias(normal(images, 1), normal(filter, 2), normal([filters], 3), window, rectified),
    );
  cases[`the input gradient of ${name}`] = (k) => {
    const dy = normal([images[0] as number, ...y.slice(-axes), filters], 1);
    return [k.convInputGradient(images, normal(filter, 2), dy, window)];
  };
  for (const groups of [null, [2, 0, 4], [0, 6]]) {
    cases[`the filter gradient of ${name}, groups of ${groups?.join() ?? 'all'}`] = (k) => {
      const shape = [...window.size, x.at(-1) as number, filters];
      const dy = normal([6, ...y, filters], 2);
      const { total, parts } = k.convFilterGradients(normal(x, 1), shape, dy, window, wanted(groups));
      return [total, ...(parts ?? [])];
    };
  }
}

function differences(kernels: Kernels, compute: Compute): number[] {
  const [found, expected] = [kernels, portableKernels].map((each) => {
    let made: Float32Array[] = [];
    tf.tidy(() => void (made = numbers(compute(each))));
    return made;
  }) as [Float32Array[], Float32Array[]];
  expect(found.map(({ length }) => length)).toEqual(expected.map(({ length }) => length));
  return found.map((values, i) => {
    const wanted = expected[i] as Float32Array;
    const largest = wanted.reduce((most, each) => Math.max(most, Math.abs(each)), 1);
    return values.reduce((most, each, j) => Math.max(most, Math.abs(each - (wanted[j] as number))), 0) / largest;
  });
}

describe.each([
  ['native', nativeKernels],
  ["a graphics card's", cardKernels],
])('%s kernels agree with public operations on', (_kernels, kernels) => {
  it.each(Object.entries(cases))('%s', (_name, compute) => {
    for (const difference of differences(kernels, compute)) expect(difference).toBeLessThan(1e-5);
  });
});

describe('the native calls of a step', () => {
  it.each(Object.entries(cases))('give the same numbers again, bit for bit: %s', (_name, compute) => {
    tf.tidy(() => {
      const again = numbers(compute(nativeKernels));
      // Compared by its bytes: a list of so many numbers takes the comparison of values seconds.
      numbers(compute(nativeKernels)).forEach((values, i) => {
        expect(Buffer.from(values.buffer).equals(Buffer.from((again[i] as Float32Array).buffer))).toBe(true);
      });
    });
  });

  it('pass on what is not a number', () => {
    tf.tidy(() => {
      const x = tf.tensor2d([[NaN, -1, 2]]);
      const y = nativeKernels.dense(x, tf.eye(3), tf.zeros([3]), true);
      expect([...y.dataSync()]).toEqual([NaN, NaN, NaN]);
      expect([...nativeKernels.addBias(x, tf.zeros([3]), true).dataSync()]).toEqual([NaN, 0, 2]);
      expect(nativeKernels.activation('gelu', 0, tf.tensor1d([NaN])).y.dataSync()[0]).toBeNaN();
    });
  });

  it('reach the ends of gelu', () => {
    tf.tidy(() => {
      const { y } = nativeKernels.activation('gelu', 0, tf.tensor1d([-40, -12, -5, 0, 5, 40]));
      const [far = NaN, small = NaN, five = NaN, zero = NaN, ...large] = y.dataSync();
      expect(Math.abs(far)).toBeLessThan(1e-30);
      expect(Math.abs(small)).toBeLessThan(1e-30);
      // 5 times the normal distribution function of -5.
      expect(five / -1.4332579e-6).toBeCloseTo(1, 5);
      expect(zero).toBe(0);
      expect(large).toEqual([expect.closeTo(4.9999986, 6), 40]);
    });
  });

  it('refuse tensors that do not fit', () => {
    tf.tidy(() => {
      expect(() => nativeKernels.dense(tf.ones([2, 3]), tf.ones([4, 5]), tf.ones([5]), false)).toThrow(
        'Tensor 1 must have 15 numbers in float32.',
      );
      expect(() => nativeKernels.denseWeightGradient(tf.ones([4, 3]), tf.ones([4, 2]), wanted([1, 2]))).toThrow(
        'The groups must have the rows of the batch.',
      );
    });
  });
});

describe('the mask of dropout', () => {
  it('is the same from native code as from JavaScript, bit for bit, and so is what is drawn next', () => {
    for (const rate of [0, 0.1, 0.5, 0.999]) {
      const [native, portable] = [nativeKernels, portableKernels].map((kernels) => {
        const random = new SeededRandom(7);
        let masks: number[] = [];
        tf.tidy(() => {
          const [first, second] = [kernels.dropoutMask([40, 30], rate, random), kernels.dropoutMask([7], rate, random)];
          masks = numbers([first, second]).flatMap((each) => [...each]);
        });
        return { masks, next: random.next(), state: random.state() };
      });
      expect(native).toEqual(portable);
      const zeros = native?.masks.filter((each) => each === 0).length ?? 0;
      expect(zeros / 1207).toBeCloseTo(rate, 1);
    }
  });
});

describe('the update of all parameters at once', () => {
  const shapes = [[300, 250], [250], [3, 3, 4, 5], [2, 0], [1]];

  function after(kernels: Kernels, limit: number | null): Float32Array[] {
    const parameters = shapes.map((shape, i) =>
      kernels.parameter(`p${i}`, shape, normal(shape, i).dataSync<'float32'>().slice()),
    );
    const optimizer = kernels.optimizer(parameters, { kind: 'adamw', learningRate: 0.01, weightDecay: 0.1 });
    for (let step = 0; step < 3; step++) {
      const gradients = shapes.map((shape, i) => normal(shape, 10 * step + i));
      tf.tidy(() => optimizer.apply(gradients, undefined, limit));
    }
    const values = numbers(parameters.map(({ value }) => value));
    optimizer.dispose();
    for (const parameter of parameters) parameter.dispose();
    return values;
  }

  it.each([null, 5, 1e6])('agrees with public operations, the norm of the gradient limited to %s', (limit) => {
    const expected = after(portableKernels, limit);
    for (const kernels of [nativeKernels, cardKernels]) {
      after(kernels, limit).forEach((values, i) => {
        values.forEach((value, j) => expect(Math.abs(value - (expected[i]?.[j] ?? NaN))).toBeLessThan(2e-6));
      });
    }
    expect(after(nativeKernels, limit)).toEqual(after(nativeKernels, limit));
  });

  it('leaves the numbers alone that a parameter was made of, and those that were read', async () => {
    const values = Float32Array.of(1, 2, 3);
    const parameter = nativeKernels.parameter('p', [3], values);
    const read = await nativeKernels.read(parameter.value);
    const optimizer = nativeKernels.optimizer([parameter], { kind: 'sgd', learningRate: 1, weightDecay: 0 });
    tf.tidy(() => optimizer.apply([tf.ones([3])]));
    expect([...values]).toEqual([1, 2, 3]);
    expect([...read]).toEqual([1, 2, 3]);
    expect([...parameter.value.dataSync()]).toEqual([0, 1, 2]);
    const other = tf.tensor1d([5, 6, 7]);
    parameter.copy(other);
    tf.tidy(() => optimizer.apply([tf.ones([3])]));
    expect([...other.dataSync()]).toEqual([5, 6, 7]);
    expect([...parameter.value.dataSync()]).toEqual([4, 5, 6]);
  });

  it('takes running means beneath the normal range as zero', () => {
    const parameter = nativeKernels.parameter('p', [1], Float32Array.of(1));
    const settings = { kind: 'momentum', learningRate: 1, weightDecay: 0 } as const;
    const optimizer = nativeKernels.optimizer([parameter], settings);
    optimizer.restore({ steps: 1, slots: new Map([['p:0', Float32Array.of(1e-39)]]) });
    tf.tidy(() => optimizer.apply([tf.zeros([1])]));
    const state = optimizer.state() as { slots: ReadonlyMap<string, Float32Array> };
    expect([...(state.slots.get('p:0') ?? [])]).toEqual([0]);
  });
});

/** From a process of its own: the choice of loops is made once. */
const script = `
  import { tf } from './main/engine/device/tensorflow.ts';
  import { nativeKernels as k } from './main/engine/model/kernels/native.ts';

  const normal = (shape, seed) => tf.randomNormal(shape, 0, 1, 'float32', seed);
  const results = [];
  const x = normal([5, 30, 21], 1);
  const { y, moments } = k.layerNorm(x, normal([21], 2), normal([21], 3), 1e-3);
  results.push(y, ...Object.values(k.layerNormGradient(normal([5, 30, 21], 4), x, normal([21], 2), moments)));
  const activated = k.activation('gelu', 0, x);
  results.push(activated.y, k.activationGradient('gelu', 0, y, x, activated));
  results.push(...Object.values(k.biasAdjoints(y, tf.relu(x))), k.addBias(normal([5, 30, 21], 5), normal([21], 6), true));
  const window = { size: [3, 3, 3], strides: [2, 2, 2], dilations: [1, 1, 1], padding: 'same' };
  for (const [channels, filters] of [[1, 8], [5, 19]]) {
    const [volumes, errors] = [normal([4, 9, 9, 9, channels], 10), normal([4, 5, 5, 5, filters], 11)];
    const { total, parts } = k.convFilterGradients(volumes, [3, 3, 3, channels, filters], errors, window, { sizes: [1, 3], wantsParts: true });
    results.push(total, ...parts);
    const filter = normal([3, 3, 3, channels, filters], 12);
    results.push(k.convWithBias(volumes, filter, normal([filters], 13), window, true));
    results.push(k.convInputGradient(volumes.shape, filter, errors, window));
  }
  for (const kind of ['adamw', 'momentum', 'sgd']) {
    const parameter = k.parameter('p', [70, 30], normal([70, 30], 7).dataSync());
    const optimizer = k.optimizer([parameter], { kind, learningRate: 0.01, weightDecay: 0.1 });
    for (const seed of [8, 9]) optimizer.apply([normal([70, 30], seed)], 0.01, 2);
    results.push(parameter.value);
  }
  console.log(JSON.stringify(results.flatMap((each) => [...each.dataSync()])));
`;

function computed(loops: string): number[] {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    maxBuffer: 2 ** 24,
    env: { ...process.env, SPECTROSCOPE_PLAIN_LOOPS: loops },
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as number[];
}

it.each(['1', 'avx2'])('the loops of a step give the same numbers on a lesser processor (%s)', (loops) => {
  const wide = computed('0');
  const plain = computed(loops);
  expect(plain).toHaveLength(wide.length);
  expect(wide.length).toBeGreaterThan(10_000);
  plain.forEach((value, i) => expect(Math.abs(value - (wide[i] ?? Number.NaN))).toBeLessThanOrEqual(2e-4));
});
