/** Models by name and by file, through the launcher. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documentOf, errorOf, folderOf, smallTable, spectroscope } from './command.ts';

const model = readFileSync(resolve(import.meta.dirname, '../fixtures/models/two-features/model.json'), 'utf8');
const folder = folderOf({
  'cohort.csv': smallTable(),
  'own/model.json': model,
  'other.json': model.replace('"Dense"', '"CapsuleLayer"'),
  'three.json': model.replace('[null,2]', '[null,3]'),
});
const quick = ['--group', 'diagnosis', '--target', 'sex', '--epochs', '1', '--folds', '2', '--json'];
const train = (name: string, out: string) =>
  spectroscope(folder, ['train', 'cohort.csv', ...quick, '--model', name, '--out', out]);

describe('a model by name', () => {
  it('logistic regression is one layer', async () => {
    const outcome = await train('logistic', 'logistic.spectra');
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(documentOf(outcome)['layers']).toMatchObject([{ name: 'dense_1', inputShape: [2], outputShape: [2] }]);
  });
});

describe("a person's own model", () => {
  it('is trained, and its session needs the file no more', async () => {
    const outcome = await train(join('own', 'model.json'), 'own.spectra');
    expect(outcome.code, outcome.stderr).toBe(0);
    const { layers, configuration } = documentOf(outcome);
    expect(layers).toMatchObject([
      { name: 'dense_1', inputShape: [2], outputShape: [4] },
      { name: 'dense_2', inputShape: [4], outputShape: [2] },
    ]);
    expect(configuration).toMatchObject({ model: { name: 'custom' } });
    expect(JSON.stringify(configuration)).toContain('dense_Dense1');
  });

  it.each([
    ['with a layer that is not known', 'other.json', 'dense_Dense1 (CapsuleLayer) is of a kind that is not known'],
    ['that takes other inputs', 'three.json', 'takes inputs of 3, and this study gives 2'],
    ['that is not there', 'gone.json', 'gone.json: the model file cannot be read'],
  ])('%s ends with 1 and a sentence', async (_, file, words) => {
    const outcome = await train(file, 'never.spectra');
    expect(outcome.code, outcome.stderr).toBe(1);
    expect(errorOf(outcome).message).toContain(words);
  });
});
