/** Layers models as tfjs writes them, as layers of ours. */
import { describe, expect, it } from 'vitest';
import { custom } from '#app/model/custom.ts';
import type { ModelDescription, Task } from '#app/model/description.ts';
import { modelForStudy } from '#app/model/input.ts';
import { readKerasTopology, topologyText } from '#app/model/keras-topology.ts';
import { parameterCount } from '#app/model/memory.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';

const three: Task = { kind: 'classification', classes: 3 };
const { layers } = tf;

/** The model.json of a model, by its own save. */
async function saved(model: { save: InstanceType<typeof tf.LayersModel>['save'] }): Promise<string> {
  let text = '';
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      const { modelTopology, format, generatedBy } = artifacts;
      text = JSON.stringify({ format, generatedBy, modelTopology, weightsManifest: [{ paths: [], weights: [] }] });
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
  );
  return text;
}

function described(text: string, inputShape: number[], task: Task = three): ModelDescription {
  return custom.describe(inputShape, task, { topology: topologyText(text) });
}

/** Outputs of ours beside those that tfjs computed for its own layers, which leave out separate activations. */
function shapesOf(model: ModelDescription): (readonly number[])[] {
  return model.layers.map(({ outputShape }) => outputShape);
}

describe('a sequential model of tfjs', () => {
  it('has the layers, the shapes and the parameters of tfjs', async () => {
    const model = tf.sequential();
    model.add(layers.conv3d({ inputShape: [9, 8, 7, 1], filters: 4, kernelSize: 3, strides: 2, activation: 'relu' }));
    model.add(layers.batchNormalization());
    model.add(layers.maxPooling3d({ poolSize: [2, 1, 2], strides: [1, 1, 1], padding: 'same' }));
    model.add(layers.dropout({ rate: 0.25 }));
    model.add(layers.flatten());
    model.add(layers.dense({ units: 6, activation: 'tanh' }));
    model.add(layers.dense({ units: 3, activation: 'softmax' }));
    const ours = described(await saved(model), [9, 8, 7, 1]);
    expect(ours.layers.map(({ kind }) => kind)).toEqual([
      'conv3d',
      'activation',
      'batch-norm',
      'max-pool',
      'dropout',
      'flatten',
      'dense',
      'activation',
      'dense',
    ]);
    expect(shapesOf(ours).at(3)).toEqual(model.layers[2]?.outputShape.slice(1));
    // Moving mean and variance of tfjs are counted there, not trained.
    expect(parameterCount(ours)).toBe(model.countParams() - 2 * 4);
    expect(ours.layers[2]).toMatchObject({ momentum: 0.99, epsilon: 1e-3 });
  });

  it.each([
    ['conv1d', () => layers.conv1d({ inputShape: [12, 3], filters: 5, kernelSize: 3, dilationRate: 2 }), [12, 3]],
    [
      'conv2d',
      () => layers.conv2d({ inputShape: [9, 9, 2], filters: 5, kernelSize: [3, 2], strides: [2, 1], padding: 'same' }),
      [9, 9, 2],
    ],
    [
      'conv2d-transpose',
      () => layers.conv2dTranspose({ inputShape: [5, 5, 2], filters: 3, kernelSize: 4, strides: 2 }),
      [5, 5, 2],
    ],
    ['lstm', () => layers.lstm({ inputShape: [12, 3], units: 5, returnSequences: true }), [12, 3]],
    ['embedding', () => layers.embedding({ inputShape: [6], inputDim: 11, outputDim: 4 }), [6]],
    ['layer norm', () => layers.layerNormalization({ inputShape: [5, 5, 2] }), [5, 5, 2]],
    [
      'zero padding',
      () =>
        layers.zeroPadding2d({
          inputShape: [5, 5, 2],
          padding: [
            [1, 2],
            [0, 3],
          ],
        }),
      [5, 5, 2],
    ],
    [
      'cropping',
      () =>
        layers.cropping2D({
          inputShape: [5, 5, 2],
          cropping: [
            [1, 2],
            [0, 3],
          ],
        }),
      [5, 5, 2],
    ],
    ['upsampling', () => layers.upSampling2d({ inputShape: [5, 5, 2], size: [2, 3] }), [5, 5, 2]],
    ['permute', () => layers.permute({ inputShape: [4, 5, 2], dims: [3, 1, 2] }), [4, 5, 2]],
    ['reshape', () => layers.reshape({ inputShape: [4, 5, 2], targetShape: [20, 2] }), [4, 5, 2]],
    ['pool', () => layers.averagePooling1d({ inputShape: [13, 2], poolSize: 3, strides: 2 }), [13, 2]],
    ['global pool', () => layers.globalMaxPooling1d({ inputShape: [13, 2] }), [13, 2]],
    ['activation', () => layers.activation({ inputShape: [13, 2], activation: 'elu' }), [13, 2]],
    ['leaky', () => layers.leakyReLU({ inputShape: [13, 2], alpha: 0.1 }), [13, 2]],
    [
      'time distributed',
      () => layers.timeDistributed({ inputShape: [13, 2], layer: layers.dense({ units: 4 }) }),
      [13, 2],
    ],
    [
      'bidirectional',
      () =>
        layers.bidirectional({
          inputShape: [12, 3],
          mergeMode: 'concat',
          layer: layers.lstm({ units: 5, returnSequences: true }),
        }),
      [12, 3],
    ],
    [
      'bidirectional, of GRUs that reset before',
      () =>
        layers.bidirectional({
          inputShape: [12, 3],
          mergeMode: 'concat',
          layer: layers.gru({ units: 5, returnSequences: true, recurrentActivation: 'sigmoid' }),
        }),
      [12, 3],
    ],
  ])('is the same as in tfjs in shapes and parameters: %s', async (_, first, inputShape) => {
    const model = tf.sequential({ layers: [first()] });
    if (model.layers[0]?.outputShape.length !== 2) model.add(layers.flatten());
    model.add(layers.dense({ units: 3 }));
    const ours = described(await saved(model), inputShape);
    expect(shapesOf(ours)).toContainEqual(model.layers[0]?.outputShape.slice(1));
    expect(parameterCount(ours)).toBe(model.countParams());
  });

  it('pads a causal convolution before the first time, and works out a size that is left open', async () => {
    const conv = layers.conv1d({ inputShape: [12, 3], filters: 5, kernelSize: 4, dilationRate: 2, padding: 'causal' });
    const model = tf.sequential({ layers: [conv, layers.reshape({ targetShape: [60, 1] }), layers.flatten()] });
    model.add(layers.dense({ units: 3 }));
    const text = (await saved(model)).replace('"target_shape":[60,1]', '"target_shape":[15,-1]');
    const ours = described(text, [12, 3]);
    expect(ours.layers[0]).toMatchObject({ kind: 'zero-pad', before: [6], after: [0] });
    expect(shapesOf(ours).slice(1, 3)).toEqual([
      [12, 5],
      [15, 4],
    ]);
  });

  it('learns the classes of the study, with as many outputs', async () => {
    const model = tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 1000, activation: 'softmax' })] });
    const ours = described(await saved(model), [4]);
    expect(ours.layers.map(({ kind, outputShape }) => [kind, ...outputShape])).toEqual([['dense', 3]]);
    const text = await saved(
      tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 7 }), layers.softmax()] }),
    );
    expect(shapesOf(described(text, [4]))).toEqual([[3]]);
    expect(shapesOf(described(text, [4], { kind: 'regression' }))).toEqual([[1], [1]]);
  });

  it('gives back its input as it stands in the file', async () => {
    const text = await saved(
      tf.sequential({
        layers: [layers.dense({ inputShape: [4], units: 2 }), layers.dense({ units: 4, activation: 'sigmoid' })],
      }),
    );
    expect(shapesOf(described(text, [4], { kind: 'reconstruction' }))).toEqual([[2], [4], [4]]);
    const other = await saved(tf.sequential({ layers: [layers.dense({ inputShape: [4], units: 2 })] }));
    expect(() => described(other, [4], { kind: 'reconstruction' })).toThrow('gives 2, and what it has to learn is 4');
  });
});

describe('a functional model of tfjs', () => {
  it('keeps its branches', async () => {
    const input = tf.input({ shape: [10, 2] });
    const first = layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same' }).apply(input) as typeof input;
    const second = layers.conv1d({ filters: 4, kernelSize: 5, padding: 'same' }).apply(first) as typeof input;
    const sum = layers.add().apply([second, first]) as typeof input;
    const both = layers.concatenate().apply([sum, input]) as typeof input;
    const pooled = layers.globalAveragePooling1d({}).apply(both) as typeof input;
    const model = tf.model({ inputs: input, outputs: layers.dense({ units: 3 }).apply(pooled) as typeof input });
    const ours = described(await saved(model), [10, 2]);
    expect(ours.layers.map(({ name, inputs, outputShape }) => [name, inputs, outputShape])).toEqual([
      ['conv1d_1', ['input'], [10, 4]],
      ['conv1d_2', ['conv1d_1'], [10, 4]],
      ['add_1', ['conv1d_2', 'conv1d_1'], [10, 4]],
      ['concatenate_1', ['add_1', 'input'], [10, 6]],
      ['global_average_pool_1', ['concatenate_1'], [6]],
      ['dense_1', ['global_average_pool_1'], [3]],
    ]);
    expect(parameterCount(ours)).toBe(model.countParams());
  });

  it('is refused with two inputs, and with a layer that is used twice', async () => {
    const [a, b] = [tf.input({ shape: [4] }), tf.input({ shape: [4] })];
    const joined = layers.add().apply([a, b]) as typeof a;
    await expect(saved(tf.model({ inputs: [a, b], outputs: joined })).then(readKerasTopology)).rejects.toThrow(
      '2 inputs',
    );
    const shared = layers.dense({ units: 4, name: 'shared' });
    const once = shared.apply(a) as typeof a;
    const twice = tf.model({ inputs: a, outputs: shared.apply(once) as typeof a });
    await expect(saved(twice).then(readKerasTopology)).rejects.toThrow('shared (Dense) is used in several places');
  });
});

describe('what cannot be taken', () => {
  it('is named layer by layer', async () => {
    const model = tf.sequential();
    model.add(layers.separableConv2d({ inputShape: [9, 9, 1], filters: 2, kernelSize: 3, name: 'first' }));
    model.add(layers.conv2d({ filters: 2, kernelSize: 3, activation: 'selu', name: 'second' }));
    model.add(layers.conv2d({ filters: 2, kernelSize: 3, name: 'third' }));
    model.add(layers.flatten());
    const text = await saved(model);
    expect(() => readKerasTopology(text)).toThrow(
      "first (SeparableConv2D) is of a kind that is not known here; second (Conv2D) has the activation 'selu'",
    );
    expect(() => readKerasTopology(text)).not.toThrow('third');
  });

  it('is no GRU: it resets before the recurrent product as tfjs writes it, or after as Keras does', async () => {
    const text = await saved(
      tf.sequential({ layers: [layers.gru({ inputShape: [6, 2], units: 3, recurrentActivation: 'sigmoid' })] }),
    );
    const parameters = { false: (2 + 3 + 1) * 9, true: (2 + 3 + 2) * 9 };
    for (const resetBefore of [true, false]) {
      const named = text.replace('"reset_after":false', `"reset_after":${!resetBefore}`);
      const [gru] = described(named, [6, 2]).layers;
      expect(gru).toMatchObject({ kind: 'gru', resetBefore, outputShape: [3] });
      expect(gru?.parameters).toBe(parameters[`${!resetBefore}`]);
    }
  });

  it.each([
    ['no JSON', 'not a JSON file'],
    ['{"format":"graph-model","modelTopology":{"node":[]}}', 'graph model'],
    ['{"a":1}', 'no layers model in it'],
    ['{"class_name":"Sequential","config":{"layers":[]}}', 'does not say the shape'],
    [
      '{"class_name":"Sequential","config":{"layers":[{"class_name":"Dense","config":{"units":3}}]}}',
      'does not say the shape',
    ],
    [
      '{"class_name":"Sequential","config":{"layers":[{"class_name":"Dense","config":{"name":"d","units":"3","batch_input_shape":[null,4]}}]}}',
      'd (Dense) has units "3", expected a whole number',
    ],
    [
      '{"class_name":"Sequential","config":{"layers":[{"class_name":"constructor","config":{"name":"d","batch_input_shape":[null,4]}}]}}',
      'd (constructor) is of a kind',
    ],
    ['{"class_name":"Sequential","config":{"layers":[7]}}', 'layer 1 has no class_name'],
  ])('is refused in words: %s', (text, words) => {
    expect(() => readKerasTopology(text)).toThrow(words);
  });

  it('is a model whose layers do not fit each other, by the layer', async () => {
    const text = await saved(
      tf.sequential({
        layers: [
          layers.conv1d({ inputShape: [null, 2], filters: 2, kernelSize: 9, name: 'wide' }),
          layers.globalMaxPooling1d({}),
        ],
      }),
    );
    expect(() => described(text, [5, 2])).toThrow('wide (Conv1D): A window of 9 positions does not fit into 5');
  });
});

describe('a model of a file on a study', () => {
  const table = { kind: 'table', inputShape: [4], features: ['a_1', 'a_2', 'b_1', 'b_2'] } as const;

  it('is fed as its topology says, and tells how it differs from the file', async () => {
    const text = await saved(
      tf.sequential({
        layers: [
          layers.lstm({ inputShape: [2, 2], units: 3, useBias: false }),
          layers.dense({ units: 2, kernelRegularizer: 'l1l2' }),
        ],
      }),
    );
    const { input, notes } = modelForStudy(
      { name: 'custom', settings: { topology: topologyText(text) } },
      table,
      three,
    );
    expect(input.inputShape).toEqual([2, 2]);
    expect(notes.join(' ')).toMatch(
      /weights of the model file are not taken.*has no bias in the file.*hard sigmoid.*regulariser/,
    );
  });

  it('is refused where the sizes differ', async () => {
    const text = await saved(tf.sequential({ layers: [layers.dense({ inputShape: [7], units: 2 })] }));
    const chosen = { name: 'custom', settings: { topology: topologyText(text) } };
    expect(() => modelForStudy(chosen, table, three)).toThrow('takes inputs of 7, and this study gives 4');
    expect(() => modelForStudy({ name: 'custom', settings: {} }, table, three)).toThrow('name its model.json');
  });
});
