import { describe, expect, it } from 'vitest';
import type { SessionRun, SpectrumColumns, SummaryColumns } from '#app/contract/session.ts';
import { chartColours, divergingBin, divergingColour, sequenceColour } from '../../../renderer/charts/colours.ts';
import type { PlotHatch, PlotLine } from '../../../renderer/charts/plot.ts';
import type { SampleSet } from '../../../renderer/charts/sets.ts';
import { spectraPlot, spectraRange, type SpectraFrame } from '../../../renderer/charts/spectra-plot.ts';
import { differenceBound, differencePlot, differences, summaryPlot } from '../../../renderer/charts/summary-plots.ts';
import { accuracyPlot, lossPlot } from '../../../renderer/charts/training-plots.ts';

const colours = chartColours(false);
const set = (index: number, name: string): SampleSet => ({
  index,
  name,
  n: 104,
  of: 130,
  colour: '#0072b2',
  dash: [],
  isAll: false,
});
const sets = [set(0, 'control'), set(1, 'schizophrenia')];
const range = { from: 0, to: 3 };

/** Two columns, sets a and b, two values. The second value of a is below the floor in the second column. */
const spectra: SpectrumColumns = {
  first: Int32Array.of(0, 2),
  last: Int32Array.of(1, 3),
  sets: ['control', 'schizophrenia', 'all'],
  indices: [0, 7],
  minimum: new Float32Array(12),
  mean: Float32Array.of(1, 0.1, 2, 0.2, 3, 0.3, 1, 1e-4, NaN, NaN, 3, 0.3),
  maximum: new Float32Array(12),
  floor: Float32Array.of(1e-3, 1e-3, 1e-3, 1e-3, 0, 1e-3),
};
const frame: SpectraFrame = {
  columns: spectra,
  layer: 'dense_2',
  quantity: 'gradient',
  scale: 'raw',
  bound: 'rank ≤ 1',
};

function spectraOf(of: SampleSet, low = -4) {
  const axis = { minimum: low, maximum: 1, interval: 1 };
  return spectraPlot({ frame, set: of, range, axis, colours, empty: 'Nothing.' });
}

describe('singular values over steps', () => {
  it('says what is drawn, of what, with n and the bound', () => {
    const plot = spectraOf(sets[0]!);
    expect(plot.title).toBe('Gradient singular values, dense_2, control (n = 104)');
    expect(plot.subtitle).toBe('rank ≤ 1');
    expect(plot.legend.map((entry) => entry.label)).toEqual(['σ₁ … σ₈', 'below the resolution floor']);
  });

  it('does not draw what is not resolved, and hatches up to the floor instead', () => {
    const plot = spectraOf(sets[0]!);
    const lines = plot.marks.filter((mark): mark is PlotLine => mark.kind === 'line');
    expect(lines.map((line) => [...(line.y as Float32Array)].map((y) => Math.fround(y)))).toEqual([
      [Math.fround(0.1), NaN],
      [1, 1],
    ]);
    const [hatch] = plot.marks.filter((mark): mark is PlotHatch => mark.kind === 'hatch');
    expect([...(hatch!.boxes as number[])].map((value) => Math.fround(value))).toEqual(
      [0, 2, 0, 1e-3, 2, 4, 0, 1e-3].map(Math.fround),
    );
  });

  it('leaves a gap where the group had no sample', () => {
    const [, first] = spectraOf(sets[1]!).marks.filter((mark): mark is PlotLine => mark.kind === 'line');
    expect([...(first!.y as Float32Array)]).toEqual([2, NaN]);
  });

  it('says why there is nothing, and promises no floor', () => {
    const plot = spectraPlot({
      frame: null,
      set: sets[0]!,
      range,
      axis: { minimum: -3, maximum: 0, interval: 1 },
      colours,
      empty: 'No step has been trained yet.',
    });
    expect(plot.empty).toBe('No step has been trained yet.');
    expect(plot.legend).toEqual([]);
  });

  it('has one range for all panels, of the resolved values of the sets shown', () => {
    expect(spectraRange(frame, sets, null)).toEqual({ minimum: -1, maximum: 1, interval: 1 });
    expect(spectraRange(frame, [sets[1]!], null)).toEqual({ minimum: -1, maximum: 1, interval: 1 });
  });

  it('copies every value that is drawn', () => {
    const { header, rows } = spectraOf(sets[0]!).table();
    expect(header).toEqual(['first step', 'last step', 'gradient s1 (raw)', 'gradient s8 (raw)', 'resolution floor']);
    expect(rows[1]?.slice(0, 3)).toEqual([2, 3, 1]);
  });
});

/** Three columns of one step, two layers, two groups and all. */
const summaryColumns: SummaryColumns = {
  first: Int32Array.of(0, 1, 2),
  last: Int32Array.of(0, 1, 2),
  layers: ['dense_1', 'dense_2'],
  sets: ['control', 'schizophrenia', 'all'],
  minimum: new Float32Array(18),
  mean: Float32Array.of(5, 4, 6, 1, 3, 4, 5, NaN, 6, 10, 1, 9, 5, 5, 6, 2, 2, 3),
  maximum: new Float32Array(18),
};
const summaries = { columns: summaryColumns, quantity: 'gradient', scale: 'raw', summary: 'effective-rank' } as const;

describe('the difference of a summary', () => {
  it('is a − b by layer and step, missing where either is', () => {
    expect([...differences(summaries, 0, 1)]).toEqual([1, -2, NaN, 9, 0, 0]);
  });

  it('of a magnitude is a ratio in tens', () => {
    const [first, second] = differences({ ...summaries, summary: 'energy' }, 0, 1);
    expect(first).toBeCloseTo(Math.log10(5 / 4));
    expect(second).toBeCloseTo(Math.log10(1 / 3));
  });

  it('is drawn around zero, and missing cells are hatched, in the legend too', () => {
    const { plot, bound } = differencePlot(
      { frame: summaries, a: sets[0]!, b: sets[1]!, range: { from: 0, to: 2 }, colours, empty: '' },
      null,
    );
    expect(bound).toBeGreaterThanOrEqual(2);
    const cells = plot.marks.reduce((sum, mark) => sum + ('boxes' in mark ? mark.boxes.length / 4 : 0), 0);
    expect(cells).toBe(6);
    expect(plot.marks.filter((mark) => mark.kind === 'hatch')).toHaveLength(1);
    expect(plot.legend.map((entry) => entry.look)).toEqual(['scale', 'missing']);
    expect(plot.y.labels).toEqual(['dense_1', 'dense_2']);
    expect(plot.title).toBe('Difference in effective rank, gradient, control − schizophrenia');
  });

  it('keeps its scale while the data fill it', () => {
    expect(differenceBound(Float32Array.of(1, -3), 5)).toBe(5);
    expect(differenceBound(Float32Array.of(1, -7), 5)).toBeGreaterThanOrEqual(7);
    expect(differenceBound(Float32Array.of(0.1), 5)).toBeLessThan(1);
    expect(differenceBound(Float32Array.of(NaN), null)).toBe(1);
  });
});

describe('a summary by group', () => {
  const input = {
    frame: summaries,
    layer: { index: 1, name: 'dense_2' },
    sets,
    range: { from: 0, to: 2 },
    colours,
    empty: '',
  };
  it('draws the selected layer, a line per group, without a band where a column is one step', () => {
    const { plot } = summaryPlot(input, { linear: null, log: null });
    expect(plot.marks.map((mark) => mark.kind)).toEqual(['line', 'line']);
    expect(plot.marks.map((mark) => (mark.kind === 'line' ? [...(mark.y as Float32Array)] : []))).toEqual([
      [1, 10, 2],
      [3, 1, 2],
    ]);
  });
  it('draws magnitudes on a log axis', () => {
    const { plot } = summaryPlot({ ...input, frame: { ...summaries, summary: 'energy' } }, { linear: null, log: null });
    expect(plot.y.logarithmic).toBe(true);
  });
});

describe('loss and accuracy', () => {
  const none = { loss: null, accuracy: null, auc: null };
  const run = { index: 1, fold: 2, trainingSubjects: 144, validationSubjects: 36 } as SessionRun;
  const input = {
    scalars: null,
    epochs: [
      { run: 1, epoch: 0, step: 44, training: none, validation: { loss: 0.7, accuracy: 0.5, auc: null } },
      { run: 1, epoch: 1, step: 89, training: none, validation: { loss: 0.5, accuracy: 0.6, auc: 0.8 } },
      { run: 0, epoch: 0, step: 44, training: none, validation: { loss: 0.9, accuracy: 0.5, auc: 0.5 } },
    ],
    run,
    runs: [{ ...run, index: 0, fold: 1 }, run],
    allFolds: true,
    range: { from: 0, to: 100 },
    colours,
  };
  it('show the validation of the fold in hand, and faintly that of the others', () => {
    const { plot } = lossPlot(input, null);
    const lines = plot.marks.filter((mark): mark is PlotLine => mark.kind === 'line');
    expect(lines.map((line) => [...Array.from(line.y)])).toEqual([[0.9], [], [0.7, 0.5]]);
    expect(plot.subtitle).toBe('fold 2 of 2, training n = 144, validation n = 36');
    expect(
      lossPlot({ ...input, allFolds: false }, null).plot.marks.filter((mark) => mark.kind === 'line'),
    ).toHaveLength(2);
  });
  it('name the newest AUC and leave out what was not measured', () => {
    expect(accuracyPlot(input).subtitle).toBe('validation AUC 0.800');
    expect(accuracyPlot({ ...input, epochs: [] }).empty).not.toBe('');
  });
});

describe('colours', () => {
  it('fade with the index but stay apart from the ground', () => {
    expect(sequenceColour('#0072b2', 0, colours)).toBe('#0072b2');
    expect(sequenceColour('#0072b2', 1, colours)).not.toBe(colours.background);
  });
  it('of differences are bright at the ends and quiet at zero, on light and on dark', () => {
    expect(divergingBin(0)).toBe(20);
    expect([divergingBin(-5), divergingBin(5)]).toEqual([0, 40]);
    const brightness = (colour: string): number =>
      [1, 3, 5].reduce((sum, at) => sum + parseInt(colour.slice(at, at + 2), 16), 0);
    for (const end of [-1, 1]) {
      expect(brightness(divergingColour(end, true))).toBeGreaterThan(brightness(divergingColour(0, true)));
      expect(brightness(divergingColour(end, false))).toBeLessThan(brightness(divergingColour(0, false)));
    }
  });
});
