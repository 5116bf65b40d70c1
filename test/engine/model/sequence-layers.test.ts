/** Layers over time, tokens and words: gradients against finite differences, values against Keras's and the formulas. */
import { describe, expect, it } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { LayerStack } from '#app/model/layers.ts';
import type { ModelDescription } from '#app/model/description.ts';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import type { Kernels } from '../../../main/engine/model/kernels/kernels.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';
import { Network } from '../../../main/engine/model/network.ts';

const samples = 5;
const [time, features, units] = [4, 3, 5];
const context = { training: true, random: new SeededRandom(1) };

function described(inputShape: number[], build: (stack: LayerStack) => LayerStack): ModelDescription {
  const { layers } = build(new LayerStack(inputShape));
  return { name: 'test', inputShape, task: { kind: 'regression' }, layers };
}

function normal(shape: readonly number[], seed: number): Tensor {
  const random = new SeededRandom(seed);
  const size = shape.reduce((product, each) => product * each, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, () => random.normal()),
    [...shape],
  );
}

const directions = ['forward', 'backward'] as const;
const cells = [
  ['lstm', false],
  ['gru', false],
  ['gru', true],
] as const;
const recurrentModels = cells.flatMap(([kind, resetBefore]) =>
  directions.flatMap((direction) =>
    [true, false].map((sequences): [string, ModelDescription] => [
      `${kind}${resetBefore ? ' that resets before' : ''}, ${direction}, ${sequences ? 'all states' : 'the last state'}`,
      // The first layer's adjoint of x is the second's.
      described([time, features], (stack) =>
        stack.dense(4).recurrent(kind, units, { direction, sequences, resetBefore }),
      ),
    ]),
  ),
);

const models: [string, ModelDescription][] = [
  ...recurrentModels,
  ['attention', described([time, features], (stack) => stack.dense(6).attention(2, 5))],
  ['a recurrent layer over embedded words', described([time], (stack) => stack.embedding(7, 3).recurrent('gru', 4))],
];

/** Words for an embedding, numbers for others. */
function inputOf(model: ModelDescription): Tensor {
  const shape = [samples, ...model.inputShape];
  return model.inputShape.length === 1
    ? tf.tensor(
        Float32Array.from({ length: samples * time }, (_, i) => (i * 5) % 7),
        shape,
      )
    : normal(shape, 3);
}

describe.each([nativeKernels, portableKernels])('with $name kernels', (kernels) => {
  it.each(models)('the gradient of %s equals a finite difference', (_name, model) => {
    const network = new Network(model, kernels, [], new SeededRandom(2));
    const shape = [samples, ...(model.layers.at(-1)?.outputShape ?? [])];
    const direction = normal(shape, 9);
    /** sum of tanh(y) v: its gradient differs at each entry. */
    const lossOf = (y: Tensor): number => tf.tidy(() => tf.sum(tf.mul(tf.tanh(y), direction)).dataSync()[0] as number);
    const gradients = tf.tidy(() => {
      const y = network.forward(inputOf(model), context);
      const dy = tf.mul(direction, tf.sub(1, tf.square(tf.tanh(y))));
      return network.backward(dy, null).map((each) => each.dataSync<'float32'>().slice());
    }) as unknown as Float32Array[];
    const random = new SeededRandom(11);
    network.parameters.forEach((parameter, p) => {
      const values = parameter.value.dataSync<'float32'>().slice();
      const along = values.map(() => random.normal());
      const lossAt = (step: number): number => {
        parameter.assign(values.map((value, i) => value + step * (along[i] as number)));
        let loss = 0;
        tf.tidy(() => void (loss = lossOf(network.forward(inputOf(model), context))));
        return loss;
      };
      const step = 4e-3;
      // Central difference of fourth order.
      const numeric = (8 * (lossAt(step) - lossAt(-step)) - (lossAt(2 * step) - lossAt(-2 * step))) / (12 * step);
      const analytic = along.reduce((sum, each, i) => sum + each * (gradients[p]?.[i] as number), 0);
      parameter.assign(values);
      expect(Math.abs(analytic - numeric), parameter.name).toBeLessThan(1e-3 + 2e-3 * Math.abs(numeric));
    });
    direction.dispose();
    network.dispose();
  });

  it.each(models)('a pass of %s leaves no tensor behind', (_name, model) => {
    const network = new Network(model, kernels, [], new SeededRandom(2));
    const pass = (): void =>
      tf.tidy(() => {
        const y = network.forward(inputOf(model), context);
        network.backward(tf.onesLike(y), null);
      });
    pass();
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) pass();
    expect(tf.memory().numTensors).toBe(before);
    network.dispose();
  });

  it.each(
    (['lstm', 'gru'] as const).flatMap((kind) =>
      directions.flatMap((direction) => [true, false].map((sequences) => [kind, direction, sequences] as const)),
    ),
  )(
    'an LSTM and a GRU that resets before give what those of tf.layers give: %s, %s, all states %s',
    (kind, direction, sequences) => {
      const options = { direction, sequences, resetBefore: kind === 'gru' };
      const model = described([time, features], (stack) => stack.recurrent(kind, units, options));
      const { network, x, y } = run(model, kernels);
      const layer = tf.layers[kind]({
        units,
        returnSequences: sequences,
        goBackwards: direction === 'backward',
        recurrentActivation: 'sigmoid',
        inputShape: [time, features],
      });
      tf.tidy(() => void layer.apply(x));
      const values = network.parameters.map(({ value }) => value);
      const weights = kind === 'lstm' ? values : [values[0], tf.concat(values.slice(1, 3), 1), values[3]];
      layer.setWeights(weights as Tensor[]);
      if (kind === 'gru') weights[1]?.dispose();
      tf.tidy(() => {
        const read = layer.apply(x) as Tensor;
        // Keras gives the states in the order of reading.
        const expected = sequences && direction === 'backward' ? tf.reverse(read, 1) : read;
        expect(largestDifference(y, expected)).toBeLessThan(1e-6);
      });
      layer.dispose();
      for (const each of [x, y]) each.dispose();
      network.dispose();
    },
  );

  it.each(directions)('a GRU gives what its formula gives: %s', (direction) => {
    const model = described([time, features], (stack) => stack.recurrent('gru', units, { direction, sequences: true }));
    const { network, x, y } = run(model, kernels);
    const [w, r, b, c] = network.parameters.map(({ value }) => value.arraySync()) as [
      number[][],
      number[][],
      number[],
      number[],
    ];
    const expected = (x.arraySync() as number[][][]).map((rows) => gruStates(rows, w, r, b, c, direction));
    tf.tidy(() => {
      expect(largestDifference(y, tf.tensor3d(expected))).toBeLessThan(1e-6);
    });
    for (const each of [x, y]) each.dispose();
    network.dispose();
  });

  it('attention gives what its formula gives', () => {
    const [heads, keySize] = [2, 3];
    const model = described([time, features], (stack) => stack.attention(heads, keySize));
    const { network, x, y } = run(model, kernels);
    tf.tidy(() => {
      const [wq, bq, wk, bk, wv, bv, wo, bo] = network.parameters.map(({ value }) => value);
      const dense = (rows: Tensor, weight: unknown, bias: unknown): Tensor =>
        tf.add(tf.matMul(rows, weight as Tensor), bias as Tensor);
      const expected = tf.unstack(x).map((rows) => {
        const [q, k, v] = [dense(rows, wq, bq), dense(rows, wk, bk), dense(rows, wv, bv)].map((each) =>
          tf.split(each, heads, 1),
        ) as [Tensor[], Tensor[], Tensor[]];
        const outputs = q.map((query, head) => {
          const scores = tf.div(tf.matMul(query, k[head] as Tensor, false, true), Math.sqrt(keySize));
          return tf.matMul(tf.softmax(scores), v[head] as Tensor);
        });
        return dense(tf.concat(outputs, 1), wo, bo);
      });
      expect(largestDifference(y, tf.stack(expected))).toBeLessThan(1e-5);
    });
    for (const each of [x, y]) each.dispose();
    network.dispose();
  });
});

describe('an embedding', () => {
  it('says which numbers it has rows for when the data hold another', () => {
    const model = described([time], (stack) => stack.embedding(7, 3));
    const network = new Network(model, nativeKernels, [], new SeededRandom(2));
    const words = tf.fill([samples, time], 7);
    expect(() => tf.tidy(() => network.forward(words, context))).toThrow(
      'Layer embedding_1 has a row for each whole number from 0 to 6, and the data hold another.',
    );
    words.dispose();
    network.dispose();
  });
});

/** One layer's output on random weights and biases. */
function run(model: ModelDescription, kernels: Kernels): { network: Network; x: Tensor; y: Tensor } {
  const network = new Network(model, kernels, [], new SeededRandom(2));
  network.parameters.forEach((parameter, p) => {
    const values = normal(parameter.shape, 40 + p);
    parameter.assign(values.dataSync<'float32'>());
    values.dispose();
  });
  const x = normal([samples, ...model.inputShape], 3);
  const y = tf.tidy(() => tf.clone(network.forward(x, context)));
  return { network, x, y };
}

/** Of one sample [time, units], reset after the recurrent product. */
function gruStates(
  rows: number[][],
  w: number[][],
  r: number[][],
  b: number[],
  c: number[],
  direction: (typeof directions)[number],
): number[][] {
  const sigmoid = (value: number): number => 1 / (1 + Math.exp(-value));
  const states: number[][] = [];
  let state = new Array<number>(units).fill(0);
  const order = [...rows.keys()];
  if (direction === 'backward') order.reverse();
  for (const t of order) {
    const input = b.map(
      (bias, j) => bias + (rows[t] as number[]).reduce((sum, each, i) => sum + each * at(w, i, j), 0),
    );
    const product = c.map((bias, j) => bias + state.reduce((sum, each, i) => sum + each * at(r, i, j), 0));
    const gate = (first: number, u: number): number => sigmoid((input[first + u] ?? 0) + (product[first + u] ?? 0));
    state = state.map((before, u) => {
      const update = gate(0, u);
      const reset = gate(units, u);
      const candidate = Math.tanh((input[2 * units + u] ?? 0) + reset * (product[2 * units + u] ?? 0));
      return update * before + (1 - update) * candidate;
    });
    states[t] = state;
  }
  return states;
}

function at(matrix: number[][], i: number, j: number): number {
  return matrix[i]?.[j] ?? 0;
}

function largestDifference(a: Tensor, b: Tensor): number {
  expect(a.shape).toEqual(b.shape);
  return tf.max(tf.abs(tf.sub(a, b))).dataSync()[0] as number;
}

describe('where training starts', () => {
  it('an LSTM keeps what it has, and its recurrent weight is orthonormal', () => {
    const model = described([time, features], (stack) => stack.recurrent('lstm', units));
    const network = new Network(model, nativeKernels, [], new SeededRandom(2));
    const [, recurrent, bias] = network.parameters;
    tf.tidy(() => {
      const weight = recurrent?.value as Tensor;
      expect(largestDifference(tf.matMul(weight, weight, false, true), tf.eye(units))).toBeLessThan(1e-6);
    });
    const ones = (count: number, value: number): number[] => new Array<number>(count).fill(value);
    expect([...(bias?.value.dataSync() ?? [])]).toEqual([...ones(units, 0), ...ones(units, 1), ...ones(2 * units, 0)]);
    network.dispose();
  });

  it('a layer has as many numbers as its description says', () => {
    for (const [name, model] of models) {
      const network = new Network(model, portableKernels, [], new SeededRandom(2));
      const expected = model.layers.reduce((sum, { parameters }) => sum + parameters, 0);
      const found = network.parameters.reduce((sum, { value }) => sum + value.size, 0);
      expect(found, name).toBe(expected);
      network.dispose();
    }
  });
});
