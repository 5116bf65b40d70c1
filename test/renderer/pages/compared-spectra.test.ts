import { describe, expect, it } from 'vitest';
import type { CompareAnswer } from '#app/contract/compare.ts';
import { chartColours } from '../../../renderer/charts/colours.ts';
import type { Plot, PlotHatch, PlotLine } from '../../../renderer/charts/plot.ts';
import { spectraPlot } from '../../../renderer/charts/spectra-plot.ts';
import type { CurveInput } from '../../../renderer/pages/compare/curve-plots.ts';
import { spectraAxis, spectraPanel } from '../../../renderer/pages/compare/spectra-panels.ts';
import { spectraOn, type MemberSpectra } from '../../../renderer/state/compare-spectra.ts';

const colours = chartColours(false);
const floor = 1.5e-8;
/** Two groups at four steps: the second value of both hovers about the floor, as of an output layer of two classes. */
const seconds = [
  [2e-8, 1e-8, 2e-8, 2e-8],
  [1e-8, 1e-8, 3e-8, 1e-8],
] as const;
const columns = {
  first: Int32Array.of(0, 1, 2, 3),
  last: Int32Array.of(0, 1, 2, 3),
  sets: ['patients', 'controls'],
  indices: [0, 1],
  mean: Float32Array.from([0, 1, 2, 3].flatMap((step) => seconds.flatMap((of) => [1, of[step] as number]))),
  minimum: new Float32Array(16),
  maximum: new Float32Array(16),
  floor: new Float32Array(8).fill(floor),
};
const answer: CompareAnswer = {
  members: [
    {
      ...{ session: 'one', run: null, letter: 'A', title: '', study: '', model: 'mlp', target: 'diagnosis' },
      ...{ targetIsGroups: true, subjects: 2, metrics: {}, runs: [] },
    },
  ],
  layers: [{ label: 'output', layers: [{ name: 'output', index: 0 }] }],
  layerWords: '',
  groups: [],
  alignment: { kind: 'step', words: '', extent: { from: 0, to: 3 }, common: null },
  positions: Float64Array.of(0, 1, 2, 3),
  values: new Float32Array(0),
  unit: '',
  ...{ differences: [], pooled: [], metricDifferences: [], differing: [], notes: [] },
};
const course = { step: Float64Array.of(0, 3), coordinate: Float64Array.of(0, 3) };
const sets = ['patients', 'controls'].map((key, index) => ({ index, key, name: key, colour: '#0072b2', dash: [] }));
const input: CurveInput = {
  ...{ answer, quantity: 'gradient', summary: 'largest', scale: 'raw', layer: 0, sets, colours, empty: 'nothing' },
  ...{ span: { from: 0, to: 3 }, width: 400 },
};

function panelOf(runs: number): Plot {
  const one = spectraOn(
    answer,
    Array.from({ length: runs }, (_, i) => ({ columns, course, name: `fold ${i + 1}` })),
  );
  return spectraPanel(input, 0, one ?? undefined, spectraAxis([one ?? undefined], sets, 'raw'));
}
const hatches = (plot: Plot): PlotHatch[] => plot.marks.filter((mark): mark is PlotHatch => mark.kind === 'hatch');
const lines = (plot: Plot): PlotLine[] => plot.marks.filter((mark): mark is PlotLine => mark.kind === 'line');

describe.each([1, 3])('singular values of a session of %i runs among others', (runs) => {
  it('are hatched below their floor and named so, as in Review', () => {
    const panel = panelOf(runs);
    const [hatch] = hatches(panel);
    const boxes = Array.from(hatch?.boxes ?? []);
    expect(boxes.filter((_, i) => i % 4 === 3).map((height) => height / floor)).toEqual(
      Array.from({ length: 4 }, () => expect.closeTo(1, 5) as number),
    );
    expect([boxes[0], boxes.at(-3)]).toEqual([0, 3]);
    const review = spectraPlot({
      frame: { columns, layer: 'output', quantity: 'gradient', scale: 'raw', bound: '' },
      set: { index: 0, name: 'patients', n: 1, of: 1, colour: '#0072b2', dash: [], isAll: false },
      range: { from: 0, to: 3 },
      axis: { minimum: -9, maximum: 0, interval: 1 },
      ...{ colours, empty: '' },
    });
    expect(panel.legend.at(-1)).toEqual(review.legend.at(-1));
    expect(hatch).toMatchObject({ colour: hatches(review)[0]?.colour, slant: 'floor' });
  });

  it('are drawn where they are resolved alone', () => {
    const drawn = lines(panelOf(runs)).map(({ y }) => Array.from(y, (value) => !Number.isNaN(value)));
    expect(drawn).toEqual([
      [true, true, true, true],
      [true, false, true, true],
      [true, true, true, true],
      [false, false, true, false],
    ]);
  });

  it('have their floors in the table', () => {
    const { header, rows } = panelOf(runs).table();
    expect(header.slice(-2)).toEqual(['patients resolution floor', 'controls resolution floor']);
    expect(rows.map((row) => Number(row.at(-1)) / floor)).toEqual(
      Array.from({ length: 4 }, () => expect.closeTo(1, 5) as number),
    );
  });
});

it('promises no floor where all values are far above it', () => {
  const high: MemberSpectra = {
    ...{ sets: ['patients', 'controls'], indices: [0], runs: ['fold 1'] },
    series: () => Float32Array.of(1, 2, 3, 4),
    floor: () => new Float32Array(4).fill(floor),
  };
  const panel = spectraPanel(input, 0, high, spectraAxis([high], sets, 'raw'));
  expect(hatches(panel)).toEqual([]);
  expect(panel.legend.some(({ look }) => look === 'floor')).toBe(false);
});
