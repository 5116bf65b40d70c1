/** What each number of a model's input is, for each kind of study. */
import { describe, expect, it } from 'vitest';
import { catalogue, modelNamed } from '#app/model/catalogue.ts';
import type { Task } from '#app/model/description.ts';
import { featureGrid } from '#app/model/feature-grid.ts';
import { canFeed, modelForStudy, modelInput, type StudyData } from '#app/model/input.ts';

const two: Task = { kind: 'classification', classes: 2 };

function table(features: string[]): StudyData {
  return { kind: 'table', inputShape: [features.length], features };
}
const numbered = (count: number): string[] => Array.from({ length: count }, (_, i) => `feature${i}`);
const volumes: StudyData = { kind: 'volumes', inputShape: [12, 14, 12, 1], features: [] };

describe('names of a region and a time', () => {
  it.each([
    [
      ['a_t01', 'a_t02', 'b_t01', 'b_t02'],
      [0, 2, 1, 3],
    ],
    [
      ['a.2', 'b.2', 'a.10', 'b.10'],
      [0, 1, 2, 3],
    ],
    [
      ['t2_a', 't2_b', 't1_a', 't1_b'],
      [2, 3, 0, 1],
    ],
  ])('%j are a grid, times in order', (names, columns) => {
    expect(featureGrid(names)).toEqual({ times: 2, regions: ['a', 'b'], columns: Int32Array.from(columns) });
  });

  it.each([
    ['a time is missing', ['a_t1', 'a_t2', 'b_t1']],
    ['regions have other times', ['a_t1', 'a_t2', 'b_t1', 'b_t3']],
    ['a name has no time', ['a_t1', 'a_t2', 'age']],
    ['a time comes twice', ['a_t1', 'a_t01']],
    ['there is one time only', ['a_1', 'b_1']],
    ['a number belongs to the word', ['roi1', 'roi2']],
  ])('are none when %s', (_, names) => {
    expect(featureGrid(names)).toBeNull();
  });
});

describe('the input of a model', () => {
  it('is the features themselves for models of tables', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const input = modelInput(table(['x', 'y']), modelNamed('mlp'));
    expect(input).toMatchObject({ kind: 'table', inputShape: [2], note: null });
    expect(input.arrange(values)).toBe(values);
  });

  it('is a series of single numbers for models of series, and says so', () => {
    const input = modelInput(table(['x', 'y', 'age']), modelNamed('lstm'));
    expect(input).toMatchObject({ kind: 'series', inputShape: [3, 1] });
    expect(input.note).toContain('3 features are read as a series');
    expect([...input.arrange(Float32Array.of(5, 6, 7))]).toEqual([5, 6, 7]);
  });

  it('is times by regions where the names say so', () => {
    const input = modelInput(table(['a_t1', 'a_t2', 'a_t3', 'b_t1', 'b_t2', 'b_t3']), modelNamed('gru'));
    expect(input.inputShape).toEqual([3, 2]);
    expect(input.note).toContain('3 time points of 2 regions');
    const samples = Float32Array.of(1, 2, 3, 10, 20, 30, 4, 5, 6, 40, 50, NaN);
    expect([...input.arrange(samples)]).toEqual([1, 10, 2, 20, 3, 30, 4, 40, 5, 50, 6, NaN]);
  });

  it('is a symmetric matrix of the connections above the diagonal', () => {
    const input = modelInput(table(numbered(6)), modelNamed('connectome-cnn'));
    expect(input.inputShape).toEqual([4, 4, 1]);
    expect([...input.arrange(Float32Array.of(12, 13, 14, 23, 24, 34))]).toEqual(
      [
        [0, 12, 13, 14],
        [12, 0, 23, 24],
        [13, 23, 0, 34],
        [14, 24, 34, 0],
      ].flat(),
    );
  });

  it.each([1, 2, 4, 5, 7, 410])('is refused for a connectome of %i features, with the numbers', (count) => {
    expect(() => modelInput(table(numbered(count)), modelNamed('connectome-cnn'))).toThrow(`this table has ${count},`);
  });

  it('names the numbers of regions that are near', () => {
    expect(() => modelInput(table(numbered(410)), modelNamed('connectome-cnn'))).toThrow(
      '29 regions have 406, 30 have 435',
    );
  });

  it('is refused for data that a model does not take', () => {
    expect(() => modelInput(table(['x']), modelNamed('cnn3d'))).toThrow('3-D CNN does not take a table');
    expect(() => modelInput(volumes, modelNamed('lstm'))).toThrow('LSTM does not take scans');
  });
});

describe('the model of a run', () => {
  it.each(catalogue.map((model) => [model.name, model] as const))(
    '%s is known from a study that feeds it',
    (name, model) => {
      const task: Task = model.tasks.includes('classification') ? two : { kind: 'reconstruction' };
      const studies = [table(numbered(10)), volumes].filter(({ kind }) => canFeed(kind, model));
      expect(studies.length).toBeGreaterThan(0);
      for (const study of studies) {
        const { input, model: described } = modelForStudy({ name, settings: {} }, study, task);
        expect(described.inputShape).toEqual(input.inputShape);
      }
    },
  );

  it('is refused a task that it does not learn', () => {
    expect(() => modelForStudy({ name: 'autoencoder', settings: {} }, table(numbered(4)), two)).toThrow(
      'Autoencoder does not learn classes',
    );
    expect(() => modelForStudy({ name: 'mlp', settings: {} }, table(numbered(4)), { kind: 'reconstruction' })).toThrow(
      'does not learn to give back its input',
    );
  });
});
