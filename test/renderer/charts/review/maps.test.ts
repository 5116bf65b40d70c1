import { describe, expect, it } from 'vitest';
import type { TestAnswer, TestRow } from '#app/inference/test-options.ts';
import type { SummaryColumns } from '#app/contract/session.ts';
import { chartColours } from '../../../../renderer/charts/colours.ts';
import type { PlotCells, PlotHatch, PlotOutline } from '../../../../renderer/charts/plot.ts';
import {
  colourRange,
  colourRangeWords,
  shareOf,
  summaryMapPlot,
} from '../../../../renderer/charts/review/summary-map.ts';
import { testedRegions } from '../../../../renderer/charts/review/tested-regions.ts';
import type { SampleSet } from '../../../../renderer/charts/sets.ts';
import { differencePlot, type SummaryFrame } from '../../../../renderer/charts/summary-plots.ts';

const colours = chartColours(false);
const set = (index: number, name: string): SampleSet => ({
  ...{ index, name, n: 10, of: 12, colour: '#0072b2', dash: [], isAll: false },
});
/** Two columns of two steps, two layers, two groups and all. */
const columns: SummaryColumns = {
  first: Int32Array.of(0, 2),
  last: Int32Array.of(1, 3),
  layers: ['dense_1', 'dense_2'],
  sets: ['a', 'b', 'all'],
  minimum: new Float32Array(12),
  mean: Float32Array.of(4, 2, 9, 8, NaN, 9, 5, 1, 9, 6, 3, 9),
  maximum: new Float32Array(12),
};
const frame: SummaryFrame = { columns, quantity: 'gradient', scale: 'normalised', summary: 'effective-rank' };
const range = { from: 0, to: 3 };
const common = { frame, range, colours, empty: 'Nothing.' };
const cellsOf = (marks: readonly object[]): PlotCells[] =>
  marks.filter((mark): mark is PlotCells => 'kind' in mark && mark.kind === 'cells');

describe('a summary, layer by step', () => {
  it('has one scale for all sets that are shown, in nice ends with a unit', () => {
    const scale = colourRange(frame, [{ index: 0 }, { index: 1 }]);
    expect(scale).toMatchObject({ minimum: 0, maximum: 8, logarithmic: false });
    expect(colourRangeWords(scale, frame)).toBe('0 to 8 values');
    const energies = { ...frame, summary: 'energy' as const };
    expect(colourRangeWords(colourRange(energies, [{ index: 0 }]), energies)).toBe('10⁰ to 10¹, size-normalised');
    expect([0, 4, 8, 80].map((value) => shareOf(value, scale))).toEqual([0, 0.5, 1, 1]);
  });

  it('draws the first layer on top, and hatches what is missing', () => {
    const plot = summaryMapPlot({ ...common, set: set(1, 'b'), colourRange: colourRange(frame, [{ index: 1 }]) });
    expect(plot.title).toBe('Effective rank, gradient, b (n = 10)');
    expect(cellsOf(plot.marks).flatMap(({ boxes }) => [...(boxes as number[])].slice(2, 3))).toEqual([
      1.04, 1.04, 0.04,
    ]);
    const hatch = plot.marks.find((mark): mark is PlotHatch => mark.kind === 'hatch');
    expect([...(hatch?.boxes as number[])]).toEqual([0, 2, 0.04, 0.96]);
    expect(plot.table().rows[1]).toEqual([2, 3, 1, 3]);
  });
});

describe('a difference that was tested', () => {
  const row = (changes: Partial<TestRow>): TestRow => ({
    ...{ layer: 'dense_1', quantity: 'gradient', summary: 'effective-rank', groups: ['a', 'b'], unit: '', n: 1000 },
    ...{ window: { first: 0, last: 1 }, observed: 2, expected: 0, effect: 2, interval: [1, 3], p: 0.01 },
    ...{ pCorrected: 0.02, method: 'cluster-mass' },
    ...changes,
  });
  const answer = (rows: TestRow[]): TestAnswer => ({
    rows,
    groups: [
      { name: 'a', subjects: 12 },
      { name: 'b', subjects: 12 },
    ],
    ...{ steps: 4, permutations: 999, smallestP: 0.001, strata: 'none', notes: [] },
  });
  const drawn = { quantity: 'gradient', summary: 'effective-rank', groups: ['b', 'a'] } as const;

  it('is outlined where clusters were found, whichever group comes first', () => {
    const rows = [row({}), row({ layer: 'dense_2', pCorrected: 0.5 }), row({ method: 'permutation' })];
    expect(testedRegions(answer(rows), drawn)).toEqual([{ layer: 'dense_1', first: 0, last: 1 }]);
    const whole = row({ layer: 'dense_2', method: 'permutation', window: { first: 0, last: 3 } });
    expect(testedRegions(answer([...rows, whole]), drawn)?.slice(1)).toEqual([{ layer: 'dense_2', first: 0, last: 3 }]);
    expect(testedRegions(answer([row({ pCorrected: 0.5 })]), drawn)).toEqual([]);
    expect(testedRegions(answer(rows), { ...drawn, quantity: 'adjoints' })).toBeNull();
    expect(testedRegions(answer([row({ method: 'per-iteration' })]), drawn)).toBeNull();
    expect(testedRegions(null, drawn)).toBeNull();
  });

  it('fades what lies outside, and nothing while it is not tested', () => {
    const input = { ...common, a: set(0, 'a'), b: set(1, 'b') };
    const regions = [{ layer: 'dense_1', first: 0, last: 1 }];
    const tested = differencePlot({ ...input, regions }, null).plot;
    const untested = differencePlot({ ...input, regions: null }, null).plot;
    const outline = tested.marks.find((mark): mark is PlotOutline => mark.kind === 'outline');
    expect([...(outline?.boxes as number[])]).toEqual([0, 2, 1.04, 1.96]);
    expect(untested.marks.some((mark) => mark.kind === 'outline')).toBe(false);
    const colourAt = (plot: typeof tested, x: number, y: number): string | undefined =>
      cellsOf(plot.marks).find(({ boxes }) =>
        Array.from(boxes).some((value, at) => at % 4 === 0 && value === x && boxes[at + 2] === y),
      )?.colour;
    expect(colourAt(tested, 0, 1.04)).toBe(colourAt(untested, 0, 1.04));
    expect(colourAt(tested, 2, 0.04)).not.toBe(colourAt(untested, 2, 0.04));
  });
});
