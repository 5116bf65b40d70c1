/** Models as data: shapes, numbers and refusals, before a tensor exists. Each number is worked out by hand. */
import { describe, expect, it } from 'vitest';
import { catalogue, modelNamed } from '#app/model/catalogue.ts';
import {
  modelInput,
  product,
  type InputKind,
  type LayerDescription,
  type ModelDefinition,
  type ModelDescription,
  type SettingValue,
  type Task,
} from '#app/model/description.ts';
import { parameterCount, trainingBytes } from '#app/model/memory.ts';

const two: Task = { kind: 'classification', classes: 2 };
const reconstruction: Task = { kind: 'reconstruction' };
type Settings = Record<string, SettingValue>;

function describeModel(name: string, inputShape: number[], settings: Settings = {}, task: Task = two) {
  return modelNamed(name).describe(inputShape, task, settings);
}
const ofKind = (model: ModelDescription, kind: LayerDescription['kind']) =>
  model.layers.filter((layer) => layer.kind === kind);
const kindsOf = (model: ModelDescription) => model.layers.map(({ kind }) => kind);

describe('the multilayer perceptron', () => {
  const describeMlp = (settings: Settings) => describeModel('mlp', [10], settings);

  it('has the layers and parameters of its hidden units', () => {
    const model = describeMlp({ hidden: [8, 4], dropout: 0 });
    expect(model.layers.map(({ name }) => name)).toEqual(['dense_1', 'relu_1', 'dense_2', 'relu_2', 'dense_3']);
    expect(parameterCount(model)).toBe(10 * 8 + 8 + 8 * 4 + 4 + 4 * 2 + 2);
    expect(model.layers[0]?.multiplyAccumulates).toBe(80);
  });

  it('is a linear classifier without hidden units', () => {
    expect(kindsOf(describeMlp({ hidden: [] }))).toEqual(['dense']);
  });

  it('takes a matrix of connections as one long row', () => {
    const model = describeModel('mlp', [6, 6, 1], { hidden: [5], dropout: 0 });
    expect(kindsOf(model)).toEqual(['flatten', 'dense', 'activation', 'dense']);
    expect(parameterCount(model)).toBe(36 * 5 + 5 + 5 * 2 + 2);
  });

  it.each([
    [{ hidden: [0] }, 'Hidden units'],
    [{ hidden: [2.5] }, 'Hidden units'],
    [{ dropout: 0.95 }, 'Dropout'],
    [{ dropout: Number.NaN }, 'Dropout'],
    [{ depth: 3 }, "no setting 'depth'"],
  ])('refuses %j in words', (settings, words) => {
    expect(() => describeMlp(settings as Settings)).toThrow(words);
  });

  it('refuses scans', () => {
    expect(() => describeModel('mlp', [8, 8, 8, 1])).toThrow('takes tables');
  });
});

describe('logistic regression', () => {
  it('has one weight for each feature and class, and a bias', () => {
    const model = describeModel('logistic', [10], {}, { kind: 'classification', classes: 3 });
    expect(kindsOf(model)).toEqual(['dense']);
    expect(parameterCount(model)).toBe(33);
  });
});

describe('the 3-D CNN', () => {
  const describeCnn = (inputShape: number[], settings: Settings) =>
    describeModel('cnn3d', inputShape, settings, { kind: 'classification', classes: 3 });

  it('halves the volume at each block, rounding up', () => {
    const convolutions = ofKind(describeCnn([9, 10, 11, 1], { filters: [4, 8] }), 'conv3d');
    expect(convolutions.map(({ outputShape }) => outputShape)).toEqual([
      [5, 5, 6, 4],
      [3, 3, 3, 8],
    ]);
    expect(convolutions.map(({ parameters }) => parameters)).toEqual([27 * 4 + 4, 27 * 4 * 8 + 8]);
  });

  it('ends in as many units as there are classes', () => {
    expect(describeCnn([8, 8, 8, 1], { globalPooling: true }).layers.at(-1)?.outputShape).toEqual([3]);
  });

  it('refuses volumes and settings that give no network, in words', () => {
    expect(() => describeCnn([3, 8, 8, 1], {})).toThrow('3 x 8 x 8 voxels are too small');
    expect(() => describeCnn([8, 8, 8, 1], { filters: [] })).toThrow('at least one convolution');
    expect(() => describeCnn([10], {})).toThrow('takes scans');
  });

  it('needs more memory for larger batches', () => {
    const model = describeCnn([16, 16, 16, 1], {});
    expect(trainingBytes(model, 32)).toBeGreaterThan(1.5 * trainingBytes(model, 16));
  });
});

describe('convolutions of one and two axes', () => {
  it('go along time and are averaged over it', () => {
    const model = describeModel('cnn1d', [30, 4], { filters: [6, 8], kernel: 5 });
    expect(ofKind(model, 'conv1d').map(({ outputShape }) => outputShape)).toEqual([
      [15, 6],
      [8, 8],
    ]);
    expect(parameterCount(model)).toBe(5 * 4 * 6 + 6 + (5 * 6 * 8 + 8) + (8 * 2 + 2));
    expect(ofKind(model, 'conv1d')[0]?.multiplyAccumulates).toBe(15 * 5 * 4 * 6);
  });

  it.each([
    ['axial', [10, 8, 9, 1]],
    ['coronal', [9, 8, 10, 1]],
    ['sagittal', [8, 9, 10, 1]],
  ])('see a scan as %s slices, each a row of its own', (slices, cut) => {
    const model = describeModel('cnn2d', [8, 9, 10, 1], { slices, filters: [3] });
    const [first] = ofKind(model, 'conv2d');
    const [count = 0, height = 0, width = 0] = cut;
    expect(first?.inputShape).toEqual(cut);
    expect(first?.outputShape).toEqual([count, Math.ceil(height / 2), Math.ceil(width / 2), 3]);
    expect(first?.multiplyAccumulates).toBe(count * Math.ceil(height / 2) * Math.ceil(width / 2) * 9 * 3);
    expect(ofKind(model, 'permute')).toHaveLength(slices === 'sagittal' ? 0 : 1);
    expect(parameterCount(model)).toBe(9 * 3 + 3 + 3 * 2 + 2);
  });

  it('refuse slices that do not exist', () => {
    expect(() => describeModel('cnn2d', [8, 8, 8, 1], { slices: 'oblique' })).toThrow('axial or coronal or sagittal');
  });
});

describe('the residual network', () => {
  it('adds a shortcut to each block, by a convolution of one voxel where the shape changes', () => {
    const model = describeModel('resnet3d', [17, 16, 15, 1], { filters: [4, 8], blocks: 2, normalisation: 'none' });
    const sums = ofKind(model, 'add');
    expect(sums.map(({ outputShape }) => outputShape)).toEqual([
      [9, 8, 8, 4],
      [9, 8, 8, 4],
      [5, 4, 4, 8],
      [5, 4, 4, 8],
    ]);
    const shortcuts = ofKind(model, 'conv3d').filter((layer) => layer.kind === 'conv3d' && product(layer.kernel) === 1);
    expect(shortcuts.map(({ inputShape, parameters }) => [inputShape, parameters])).toEqual([[[9, 8, 8, 4], 40]]);
    const conv = (channels: number, filters: number): number => 27 * channels * filters + filters;
    const stages = conv(1, 4) + 4 * conv(4, 4) + conv(4, 8) + 3 * conv(8, 8) + 40;
    expect(parameterCount(model)).toBe(stages + 8 * 2 + 2);
  });

  it('has norms with a scale and a shift for each channel when it is asked for them', () => {
    const plain = parameterCount(describeModel('resnet3d', [8, 8, 8, 1], { filters: [6], normalisation: 'none' }));
    for (const [normalisation, kind] of [
      ['group', 'group-norm'],
      ['batch', 'batch-norm'],
    ] as const) {
      const model = describeModel('resnet3d', [8, 8, 8, 1], { filters: [6], normalisation });
      expect(ofKind(model, kind)).toHaveLength(3);
      expect(parameterCount(model)).toBe(plain + 3 * 12);
    }
    const [norm] = ofKind(describeModel('resnet3d', [8, 8, 8, 1], { filters: [6] }), 'group-norm');
    expect(norm?.kind === 'group-norm' && norm.groups).toBe(6);
  });

  it('refuses half a block', () => {
    expect(() => describeModel('resnet3d', [8, 8, 8, 1], { blocks: 1.5 })).toThrow('a whole number from 1 to 8');
  });
});

describe('recurrent networks', () => {
  it.each([
    ['lstm', (4 + 6) * 4 * 6 + 4 * 6, (6 + 3) * 4 * 3 + 4 * 3],
    ['gru', (4 + 6) * 3 * 6 + 2 * 3 * 6, (6 + 3) * 3 * 3 + 2 * 3 * 3],
  ])('%s hands every time on, and at last the state after all of them', (name, first, second) => {
    const model = describeModel(name, [20, 4], { units: [6, 3], dropout: 0 });
    expect(model.layers.map(({ outputShape }) => outputShape)).toEqual([[20, 6], [3], [2]]);
    expect(model.layers.map(({ parameters }) => parameters)).toEqual([first, second, 3 * 2 + 2]);
  });

  it('read from both ends and lay the two beside each other', () => {
    const model = describeModel('bilstm', [20, 4], { units: [6, 3], dropout: 0 });
    expect(model.layers.map(({ kind, outputShape }) => [kind, ...outputShape])).toEqual([
      ['lstm', 20, 6],
      ['lstm', 20, 6],
      ['concatenate', 20, 12],
      ['lstm', 3],
      ['lstm', 3],
      ['concatenate', 6],
      ['dense', 2],
    ]);
    expect(ofKind(model, 'lstm').map((layer) => layer.kind === 'lstm' && layer.direction)).toEqual([
      'backward',
      'forward',
      'backward',
      'forward',
    ]);
    expect(ofKind(model, 'concatenate')[0]?.inputs).toEqual(['lstm_2', 'lstm_1']);
    const one = (inputs: number, units: number): number => (inputs + units) * 4 * units + 4 * units;
    expect(parameterCount(model)).toBe(2 * one(4, 6) + 2 * one(12, 3) + 6 * 2 + 2);
  });

  it('refuse a network without a layer', () => {
    expect(() => describeModel('gru', [20, 4], { units: [] })).toThrow('at least one layer');
  });
});

describe('the Transformer', () => {
  const settings = { width: 12, blocks: 2, heads: 3, hidden: 20, dropout: 0 };
  const block = 2 * 12 + 4 * (12 * 12 + 12) + 2 * 12 + (12 * 20 + 20) + (20 * 12 + 12);

  it('has the parameters of its blocks over a series', () => {
    const model = describeModel('transformer', [30, 5], settings);
    expect(parameterCount(model)).toBe(5 * 12 + 12 + 30 * 12 + 2 * block + 2 * 12 + (12 * 2 + 2));
    expect(ofKind(model, 'attention')[0]?.multiplyAccumulates).toBe(4 * 30 * 12 * 12 + 2 * 30 * 30 * 12);
    expect(ofKind(model, 'add')[0]?.inputs).toEqual(['attention_1', 'position_1']);
    expect(ofKind(model, 'add')[1]?.inputs).toEqual(['dense_3', 'add_1']);
  });

  it('cuts a volume into patches, filling up the last', () => {
    const model = describeModel('transformer', [16, 17, 9, 1], { ...settings, patch: 8 });
    expect(ofKind(model, 'conv3d')[0]?.outputShape).toEqual([2, 3, 2, 12]);
    expect(ofKind(model, 'position')[0]?.outputShape).toEqual([12, 12]);
    expect(parameterCount(model)).toBe(512 * 12 + 12 + 12 * 12 + 2 * block + 2 * 12 + (12 * 2 + 2));
  });

  it('refuses heads that do not divide, too many tokens and volumes smaller than a patch', () => {
    expect(() => describeModel('transformer', [30, 5], { width: 10, heads: 4 })).toThrow('among 4 heads');
    expect(() => describeModel('transformer', [5000, 1])).toThrow('5000 tokens');
    expect(() => describeModel('transformer', [64, 64, 64, 1], { patch: 2 })).toThrow('take larger patches');
    expect(() => describeModel('transformer', [6, 9, 9, 1])).toThrow('6 x 9 x 9 voxels are too small');
  });
});

describe('the connectome CNN', () => {
  it('sums over the edges of both nodes, then of a node, then over the nodes', () => {
    const model = describeModel('connectome-cnn', [7, 7, 1], { edges: [3], nodes: 4, graph: 5, dense: [], dropout: 0 });
    expect(model.layers.map(({ kind, outputShape }) => [kind, ...outputShape])).toEqual([
      ['conv2d', 1, 7, 3],
      ['conv2d', 7, 1, 3],
      ['add', 7, 7, 3],
      ['activation', 7, 7, 3],
      ['conv2d', 7, 1, 4],
      ['activation', 7, 1, 4],
      ['conv2d', 1, 1, 5],
      ['activation', 1, 1, 5],
      ['flatten', 5],
      ['dense', 2],
    ]);
    expect(parameterCount(model)).toBe(2 * (7 * 3 + 3) + (7 * 3 * 4 + 4) + (7 * 4 * 5 + 5) + (5 * 2 + 2));
  });

  it('refuses what is not square', () => {
    expect(() => describeModel('connectome-cnn', [7, 6, 1])).toThrow('square matrices, not 7 x 6 x 1');
  });
});

describe('autoencoders', () => {
  it('go down to the code and back to as many numbers as came in', () => {
    const model = describeModel('autoencoder', [10], { hidden: [6, 4, 2] }, reconstruction);
    expect(ofKind(model, 'dense').map(({ outputShape }) => outputShape[0])).toEqual([6, 4, 2, 4, 6, 10]);
    expect(parameterCount(model)).toBe(66 + 28 + 10 + 12 + 30 + 70);
    expect(kindsOf(model).at(-1)).toBe('dense');
  });

  it.each(['transposed', 'upsampling'])('bring volumes of odd size back to it (%s)', (decoder) => {
    const model = describeModel('conv-autoencoder', [9, 10, 11, 1], { filters: [4, 6], decoder }, reconstruction);
    expect(model.layers.at(-1)?.outputShape).toEqual([9, 10, 11, 1]);
    expect(model.layers.at(-1)?.inputShape).toEqual([12, 12, 12, 1]);
    expect(parameterCount(model)).toBe(27 * 4 + 4 + (27 * 24 + 6) + (27 * 24 + 4) + (27 * 4 + 1));
  });

  it('refuse to have no code, or one of a single voxel', () => {
    expect(() => describeModel('autoencoder', [10], { hidden: [] }, reconstruction)).toThrow('needs a code');
    expect(() => describeModel('conv-autoencoder', [4, 4, 4, 1], { filters: [2, 2] }, reconstruction)).toThrow(
      'a single voxel',
    );
  });
});

const samples: Readonly<Record<InputKind, readonly number[]>> = {
  table: [21],
  series: [40, 3],
  matrix: [7, 7, 1],
  volumes: [17, 18, 16, 1],
};
const uses = catalogue.flatMap((model) =>
  model.inputs.flatMap((kind) => model.tasks.map((task) => [model.name, kind, task, model] as const)),
);

function taskOf(kind: Task['kind']): Task {
  return kind === 'classification' ? { kind, classes: 3 } : { kind };
}
function outputOf(task: Task, input: readonly number[]): readonly number[] {
  if (task.kind === 'classification') return [task.classes];
  return task.kind === 'regression' ? [1] : input;
}

describe('the catalogue', () => {
  it('names its models when one is unknown', () => {
    expect(() => modelNamed('resnet')).toThrow('choose logistic, mlp, cnn1d, cnn2d, cnn3d, resnet3d, lstm, bilstm,');
  });

  it.each(uses)('%s on %s for %s: ends in what the task asks for', (name, kind, taskKind, model) => {
    const task = taskOf(taskKind);
    const described = model.describe(samples[kind], task, {});
    expect(described.name).toBe(name);
    expect(described.layers.at(-1)?.outputShape).toEqual(outputOf(task, samples[kind]));
    expect(trainingBytes(described, 8)).toBeGreaterThan(4 * 4 * parameterCount(described));
  });

  it.each(uses)('%s on %s for %s: each layer follows those that it takes from', (_, kind, taskKind, model) => {
    const shapes = new Map<string, readonly number[]>([[modelInput, samples[kind]]]);
    for (const layer of model.describe(samples[kind], taskOf(taskKind), {}).layers) {
      const [first = ''] = layer.inputs;
      expect(shapes.get(first)).toEqual(layer.inputShape);
      expect(layer.inputs.every((name) => shapes.has(name))).toBe(true);
      expect(shapes.has(layer.name)).toBe(false);
      expect(layer.outputShape.every((size) => Number.isInteger(size) && size > 0)).toBe(true);
      shapes.set(layer.name, layer.outputShape);
    }
  });

  it.each(catalogue.map((model) => [model.name, model] as const))('%s refuses other data in words', (_, model) => {
    const others = (Object.keys(samples) as InputKind[]).filter((kind) => !model.inputs.includes(kind));
    for (const kind of others) {
      expect(() => model.describe(samples[kind], taskOf(model.tasks[0] ?? 'regression'), {})).toThrow(
        `${model.title} takes`,
      );
    }
  });

  it('offers defaults that are within their limits', () => {
    const defaults = ({ settings }: ModelDefinition): Settings =>
      Object.fromEntries(
        settings.map(({ name, default: value }) => [name, typeof value === 'object' ? [...value] : value]),
      );
    for (const model of catalogue) {
      const kind = model.inputs[0] ?? 'table';
      const task = taskOf(model.tasks[0] ?? 'regression');
      expect(model.describe(samples[kind], task, defaults(model))).toEqual(model.describe(samples[kind], task, {}));
    }
  });
});
