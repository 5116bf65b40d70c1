import { expect, it } from 'vitest';
import type { StepDetail } from '#app/contract/session.ts';
import { chartColours } from '../../../renderer/charts/colours.ts';
import { cursorPlot, type CursorInput } from '../../../renderer/charts/cursor-plot.ts';
import type { PlotBand } from '../../../renderer/charts/plot.ts';
import type { SampleSet } from '../../../renderer/charts/sets.ts';

const set = (index: number, name: string, isAll = false): SampleSet => ({
  ...{ index, name, n: 10, of: 12, colour: index === 0 ? '#0072b2' : '#e69f00', dash: [], isAll },
});
const detail: StepDetail = {
  ...{ step: 4, epoch: 0, sets: ['a', 'b', 'all'], samples: [2, 1, 3], scalars: {} },
  spectra: [
    {
      quantity: 'gradient',
      values: [Float32Array.of(4, 2), Float32Array.of(3), Float32Array.of(5, 3, 1)],
      floor: [0, 0, 0],
      summaries: [{}, {}, {}],
    },
  ],
  alignment: new Float32Array(4),
};
const input: CursorInput = {
  frame: { detail, asked: 4, layer: 'dense_1', quantity: 'gradient', scale: 'raw' },
  sets: [set(0, 'a'), set(1, 'b'), set(2, 'all samples', true)],
  colours: chartColours(false),
  empty: '',
};

it('the spectrum at the cursor has the band of permuted labels behind each group, and its numbers in the table', () => {
  const band = {
    ...{ groups: ['a', 'b'], values: 3, permutations: 199, within: 'all' as const },
    low: Float32Array.of(3, 1, NaN, 2, NaN, NaN),
    high: Float32Array.of(5, 3, NaN, 4, NaN, NaN),
  };
  const { plot } = cursorPlot({ ...input, band }, null);
  const bands = plot.marks.filter((mark): mark is PlotBand => mark.kind === 'band');
  expect(bands.map(({ colour, low, high }) => [colour, Array.from(low), Array.from(high)])).toEqual([
    ['#0072b2', [3, 1, NaN], [5, 3, NaN]],
    ['#e69f00', [2, NaN, NaN], [4, NaN, NaN]],
  ]);
  expect(plot.table().header.slice(4)).toEqual([
    'a permuted 2.5 %',
    'a permuted 97.5 %',
    'b permuted 2.5 %',
    'b permuted 97.5 %',
  ]);
  expect(plot.table().rows[0]?.slice(4)).toEqual([3, 5, 2, 4]);
});

it('without a band it is drawn as it was', () => {
  const { plot } = cursorPlot(input, null);
  expect(plot.marks.some(({ kind }) => kind === 'band')).toBe(false);
  expect(plot.table().header).toEqual(['index', 'a', 'b', 'all samples']);
});
