import { describe, expect, it } from 'vitest';
import type { SummaryColumns } from '#app/contract/session.ts';
import { modelNamed } from '#app/model/catalogue.ts';
import { isWeightLayer, type ModelDescription } from '#app/model/description.ts';
import { weightMatrices } from '#app/spectra/matrices.ts';
import { connections } from '../../../../renderer/charts/review/network-graph.ts';
import { differenceLooks, summaryLooks } from '../../../../renderer/charts/review/network-looks.ts';
import type { SummaryFrame } from '../../../../renderer/charts/summary-plots.ts';

const classes = { kind: 'classification', classes: 2 } as const;

/** Connections by names: 'dense_1 > dense_2', '+1' for the first place where ways meet. */
function connected({ layers }: ModelDescription): string[] {
  const names = layers.filter(isWeightLayer).flatMap((layer) => weightMatrices(layer).map(({ name }) => name));
  const word = (at: number): string => (at === -1 ? 'input' : at === -2 ? 'output' : (names[at] ?? `+${-2 - at}`));
  return connections(names, layers).map(([from, to]) => `${word(from)} > ${word(to)}`);
}

describe('the graph of the recorded layers', () => {
  it('is a chain for a perceptron', () => {
    const model = modelNamed('mlp').describe([8], classes, { hidden: [4] });
    expect(connected(model)).toEqual(['input > dense_1', 'dense_1 > dense_2', 'dense_2 > output']);
  });

  it('lets queries, keys and values meet, and shows where a block is gone around', () => {
    const model = modelNamed('transformer').describe([6, 5], classes, { blocks: 1, width: 8, heads: 2 });
    expect(connected(model)).toEqual([
      'input > dense_1',
      'dense_1 > attention_1/query',
      'dense_1 > attention_1/key',
      'dense_1 > attention_1/value',
      'attention_1/query > attention_1/output',
      'attention_1/key > attention_1/output',
      'attention_1/value > attention_1/output',
      'attention_1/output > +1',
      'dense_1 > +1',
      '+1 > dense_2',
      'dense_2 > dense_3',
      'dense_3 > +2',
      '+1 > +2',
      '+2 > dense_4',
      'dense_4 > output',
    ]);
  });

  it('follows the order of the layers where the model is not known', () => {
    expect(connections(['a', 'b'], null)).toEqual([
      [-1, 0],
      [0, 1],
      [1, -2],
    ]);
  });
});

describe('the colours of the layers at a step', () => {
  const columns: SummaryColumns = {
    first: Int32Array.of(0, 2),
    last: Int32Array.of(1, 3),
    layers: ['dense_1', 'dense_2'],
    sets: ['a', 'b', 'all'],
    minimum: new Float32Array(12),
    mean: Float32Array.of(4, 2, 9, 8, NaN, 9, 5, 5.0000001, 9, 6, 3, 9),
    maximum: new Float32Array(12),
  };
  const frame: SummaryFrame = { columns, quantity: 'gradient', scale: 'normalised', summary: 'effective-rank' };

  it('are on the scale of all steps, and name the value', () => {
    expect(summaryLooks(frame, 3, 0).layers.map(({ words }) => words)).toEqual(['5.00', '6.00']);
    const [low, high] = [summaryLooks(frame, 0, 1).layers, summaryLooks(frame, 2, 1).layers];
    expect(low[1]).toEqual({ fill: null, value: null, words: '–' });
    expect(low[0]?.fill).not.toBe(high[0]?.fill);
  });

  it('show a difference with its sign, and none as 0', () => {
    expect(differenceLooks(frame, 0, [0, 1], false).layers.map(({ words }) => words)).toEqual(['+2.00', '–']);
    expect(differenceLooks(frame, 2, [0, 1], false).layers.map(({ words }) => words)).toEqual(['0.00', '+3.00']);
    expect(differenceLooks(frame, 2, [1, 0], false).layers[1]?.words).toBe('−3.00');
  });
});
