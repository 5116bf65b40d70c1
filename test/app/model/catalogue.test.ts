/** Models as data: shapes, numbers and refusals, before a tensor exists. */
import { describe, expect, it } from 'vitest';
import type { Task } from '#app/model/description.ts';
import { modelNamed } from '#app/model/catalogue.ts';
import { parameterCount, trainingBytes } from '#app/model/memory.ts';

const two: Task = { kind: 'classification', classes: 2 };

describe('the multilayer perceptron', () => {
  const describeMlp = (settings: Record<string, number | boolean | number[]>) =>
    modelNamed('mlp').describe([10], two, settings);

  it('has the layers and parameters of its hidden units', () => {
    const model = describeMlp({ hidden: [8, 4], dropout: 0 });
    expect(model.layers.map(({ name }) => name)).toEqual(['dense_1', 'relu_1', 'dense_2', 'relu_2', 'dense_3']);
    expect(parameterCount(model)).toBe(10 * 8 + 8 + 8 * 4 + 4 + 4 * 2 + 2);
    expect(model.layers[0]?.multiplyAccumulates).toBe(80);
  });

  it('is a linear classifier without hidden units', () => {
    expect(describeMlp({ hidden: [] }).layers.map(({ kind }) => kind)).toEqual(['dense']);
  });

  it.each([
    [{ hidden: [0] }, 'Hidden units'],
    [{ hidden: [2.5] }, 'Hidden units'],
    [{ dropout: 0.95 }, 'Dropout'],
    [{ dropout: Number.NaN }, 'Dropout'],
    [{ depth: 3 }, "no setting 'depth'"],
  ])('refuses %j in words', (settings, words) => {
    expect(() => describeMlp(settings as Record<string, number | number[]>)).toThrow(words);
  });

  it('refuses scans', () => {
    expect(() => modelNamed('mlp').describe([8, 8, 8, 1], two, {})).toThrow('takes tables');
  });
});

describe('the 3-D CNN', () => {
  const describeCnn = (inputShape: number[], settings: Record<string, number | boolean | number[]>) =>
    modelNamed('cnn3d').describe(inputShape, { kind: 'classification', classes: 3 }, settings);

  it('halves the volume at each block, rounding up', () => {
    const model = describeCnn([9, 10, 11, 1], { filters: [4, 8] });
    const convolutions = model.layers.filter(({ kind }) => kind === 'conv3d');
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

describe('the catalogue', () => {
  it('names its models when one is unknown', () => {
    expect(() => modelNamed('resnet')).toThrow('choose mlp, cnn3d');
  });
});
