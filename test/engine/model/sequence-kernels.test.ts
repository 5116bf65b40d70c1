/** The native passes over time and tokens against public operations: the same numbers, for sizes of every kind. */
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { nativeSequence } from '../../../main/engine/model/kernels/sequence-native.ts';
import { portableSequence } from '../../../main/engine/model/kernels/sequence-portable.ts';
import {
  gateCounts,
  type RecurrentCell,
  type RecurrentWeights,
  type SequenceKernels,
} from '../../../main/engine/model/kernels/sequence.ts';

function normal(shape: readonly number[], seed: number, scale = 1): Tensor {
  const random = new SeededRandom(seed);
  const size = shape.reduce((product, each) => product * each, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => scale * random.normal()),
    [...shape],
  );
}

function expectEqual(found: Tensor, expected: Tensor): void {
  expect(found.shape).toEqual(expected.shape);
  const difference = tf.max(tf.abs(tf.sub(found, expected))).dataSync()[0] as number;
  const largest = tf.max(tf.abs(expected)).dataSync()[0] as number;
  expect(largest).toBeGreaterThan(0);
  expect(difference / largest).toBeLessThan(1e-5);
}

interface RecurrentCase extends RecurrentCell {
  samples: number;
  times: number;
}

/** Fewer and more units than a vector holds, and a batch long enough for two threads. */
const sizes: readonly [number, number, number][] = [
  [1, 1, 1],
  [3, 5, 7],
  [5, 4, 16],
  [9, 6, 33],
  [19, 12, 64],
];
const recurrentCases: RecurrentCase[] = sizes.flatMap(([samples, times, units]) =>
  (['lstm', 'gru', 'reset-before-gru'] as const).flatMap((kind) =>
    [false, true].map((reversed) => ({ kind, units, reversed, samples, times })),
  ),
);

function recurrentWeights({ kind, units }: RecurrentCell): RecurrentWeights {
  const columns = (kind === 'reset-before-gru' ? 2 : gateCounts[kind]) * units;
  const scale = 1 / Math.sqrt(units);
  return {
    recurrent: normal([units, columns], 2, scale),
    bias: kind === 'gru' ? normal([columns], 3) : null,
    candidate: kind === 'reset-before-gru' ? normal([units, units], 5, scale) : null,
  };
}

function recurrentTensors(kernels: SequenceKernels, each: RecurrentCase, dyShape: readonly number[]): Tensor[] {
  const { kind, units, samples, times } = each;
  const columns = gateCounts[kind] * units;
  const weights = recurrentWeights(each);
  const pass = kernels.recurrent(each, normal([samples, times, columns], 1), weights);
  const { input, recurrent, candidate } = kernels.recurrentAdjoints(each, pass, weights, normal(dyShape, 4));
  // At its only time a state has none before it: nothing is left of it after the reset either.
  const memory = kind === 'reset-before-gru' && times === 1 ? [] : [pass.memory];
  return [pass.states, pass.gates, ...memory, input, recurrent, ...(candidate === null ? [] : [candidate])];
}

describe('the native passes agree with public operations on', () => {
  it.each(recurrentCases)('$kind, $samples samples, $times times, $units units, reversed $reversed', (each) => {
    const { samples, times, units } = each;
    for (const dyShape of [
      [samples, times, units],
      [samples, units],
    ]) {
      tf.tidy(() => {
        const expected = recurrentTensors(portableSequence, each, dyShape);
        recurrentTensors(nativeSequence, each, dyShape).forEach((found, i) =>
          expectEqual(found, expected[i] as Tensor),
        );
      });
    }
  });

  it.each([
    { samples: 1, tokens: 2, heads: 1, keySize: 1 },
    { samples: 3, tokens: 7, heads: 2, keySize: 5 },
    { samples: 2, tokens: 16, heads: 3, keySize: 16 },
    { samples: 9, tokens: 50, heads: 4, keySize: 20 },
  ])('attention of $tokens tokens, $heads heads of $keySize', ({ samples, tokens, heads, keySize }) => {
    const shape = [samples, tokens, heads * keySize];
    const inputs = { query: normal(shape, 1, 2), key: normal(shape, 2), value: normal(shape, 3) };
    const dy = normal(shape, 4);
    const tensors = (kernels: SequenceKernels): Tensor[] => {
      const pass = kernels.attention(inputs, heads);
      const { query, key, value } = kernels.attentionAdjoints(inputs, heads, pass, dy);
      const weights = tf.slice(pass.weights, [0, 0, 0, 0], [samples, heads, tokens, tokens]);
      return [pass.output, weights, query, key, value];
    };
    tf.tidy(() => {
      const expected = tensors(portableSequence);
      tensors(nativeSequence).forEach((found, i) => expectEqual(found, expected[i] as Tensor));
    });
  });
});

describe('a native pass', () => {
  const cell = { kind: 'lstm', units: 20, reversed: false } as const;
  const ones = (shape: [number, number]): RecurrentWeights => ({
    recurrent: tf.ones(shape),
    bias: null,
    candidate: null,
  });

  it('hands on what is not a number', () => {
    tf.tidy(() => {
      const projected = tf.fill([2, 3, 80], NaN);
      const { states } = nativeSequence.recurrent(cell, projected, ones([20, 80]));
      expect([...states.dataSync()].every(Number.isNaN)).toBe(true);
      const tokens = tf.fill([2, 3, 20], NaN);
      const { output } = nativeSequence.attention({ query: tokens, key: tokens, value: tokens }, 4);
      expect([...output.dataSync()].every(Number.isNaN)).toBe(true);
    });
  });

  it('stays at the ends of its functions for numbers without measure', () => {
    tf.tidy(() => {
      for (const end of [1e30, -1e30, Infinity, -Infinity]) {
        const projected = tf.fill([1, 1, 80], end);
        const { gates } = nativeSequence.recurrent(cell, projected, ones([20, 80]));
        const [sigmoid, tanh] = [gates.dataSync()[0], gates.dataSync()[40]];
        expect(sigmoid).toBeCloseTo(end > 0 ? 1 : 0, 6);
        expect(tanh).toBeCloseTo(end > 0 ? 1 : -1, 6);
      }
    });
  });

  it('refuses tensors of another size', () => {
    tf.tidy(() => {
      expect(() => nativeSequence.recurrent(cell, tf.ones([2, 3, 80]), ones([20, 60]))).toThrow(
        'Tensor 1 must have 1600 numbers in float32.',
      );
    });
  });
});

/** One pass of each, from a process of its own: the choice of loops is made once. */
const script = `
  import { tf } from './main/engine/device/tensorflow.ts';
  import { nativeSequence } from './main/engine/model/kernels/sequence-native.ts';

  const numbers = [];
  const normal = (shape, seed) => tf.randomNormal(shape, 0, 0.5, 'float32', seed);
  for (const [kind, gates, met] of [['lstm', 4, 4], ['gru', 3, 3], ['reset-before-gru', 3, 2]]) {
    const cell = { kind, units: 21, reversed: false };
    const weights = {
      recurrent: normal([21, met * 21], 1),
      bias: kind === 'gru' ? normal([gates * 21], 2) : null,
      candidate: met < gates ? normal([21, 21], 2) : null,
    };
    const pass = nativeSequence.recurrent(cell, normal([5, 4, gates * 21], 3), weights);
    const { input, recurrent } = nativeSequence.recurrentAdjoints(cell, pass, weights, normal([5, 4, 21], 4));
    numbers.push(...pass.states.dataSync(), ...input.dataSync(), ...recurrent.dataSync());
  }
  const inputs = { query: normal([3, 11, 12], 5), key: normal([3, 11, 12], 6), value: normal([3, 11, 12], 7) };
  const pass = nativeSequence.attention(inputs, 2);
  const { query, key, value } = nativeSequence.attentionAdjoints(inputs, 2, pass, normal([3, 11, 12], 8));
  for (const each of [pass.output, query, key, value]) numbers.push(...each.dataSync());
  console.log(JSON.stringify(numbers));
`;

function computed(lesserLoops: string): number[] {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
    env: { ...process.env, SPECTROSCOPE_PLAIN_LOOPS: lesserLoops },
  });
  return JSON.parse(output.trim().split('\n').at(-1) ?? '') as number[];
}

describe('the loops of the native passes', () => {
  it.each(['1', 'avx2'])('give the same numbers on a lesser processor (%s)', (lesserLoops) => {
    const wide = computed('0');
    const lesser = computed(lesserLoops);
    expect(lesser).toHaveLength(wide.length);
    expect(wide.length).toBeGreaterThan(1000);
    const largest = Math.max(...wide.map(Math.abs));
    lesser.forEach((value, i) => expect(Math.abs(value - (wide[i] ?? Number.NaN))).toBeLessThanOrEqual(1e-6 * largest));
  });
});
