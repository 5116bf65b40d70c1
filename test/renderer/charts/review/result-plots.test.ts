import { describe, expect, it } from 'vitest';
import type { RocCurves } from '#app/contract/review.ts';
import { chartColours } from '../../../../renderer/charts/colours.ts';
import type { PlotLine, PlotPoints } from '../../../../renderer/charts/plot.ts';
import { forestPlot, type ForestRow } from '../../../../renderer/charts/review/forest-plot.ts';
import { drawnCurves, rocPlot } from '../../../../renderer/charts/review/roc-plot.ts';

const colours = chartColours(false);
const isLine = (mark: { kind: string }): mark is PlotLine => mark.kind === 'line';

describe('ROC curves', () => {
  const curve = (kind: 'run' | 'pooled' | 'group', name: string): RocCurves['curves'][number] => ({
    ...{ kind, name, positive: 'ill', positives: 3, negatives: 4, auc: 0.9 },
    falsePositive: Float32Array.of(0, 0.5, 1),
    truePositive: Float32Array.of(0, 1, 1),
  });
  const roc = { curves: [curve('run', 'fold 1'), curve('pooled', 'pooled'), curve('group', 'a'), curve('group', 'b')] };
  const groups = [
    { name: 'a', colour: '#0072b2', dash: [] },
    { name: 'b', colour: '#e69f00', dash: [6, 3] },
  ];

  it('are of all subjects and of each group in its colour, or of the folds', () => {
    const byGroup = drawnCurves(roc, 'ill', 'group', groups, colours);
    expect(byGroup.map(({ title, colour }) => [title, colour])).toEqual([
      ['all subjects', colours.text],
      ['a', '#0072b2'],
      ['b', '#e69f00'],
    ]);
    expect(drawnCurves(roc, 'ill', 'run', groups, colours).map(({ title }) => title)).toEqual([
      'all subjects',
      'fold 1',
    ]);
    expect(drawnCurves(roc, 'well', 'group', groups, colours)).toEqual([]);
  });

  it('are drawn beside the line of chance, all subjects on top, and given as numbers', () => {
    const plot = rocPlot(drawnCurves(roc, 'ill', 'group', groups, colours), 'ill', colours);
    expect(plot.marks.filter(isLine).map(({ colour }) => colour)).toEqual([
      ...[colours.soft, '#e69f00', '#0072b2', colours.text],
    ]);
    expect(plot.table().rows).toHaveLength(9);
    expect(plot.table().rows[4]).toEqual(['a', 0.9, 0.5, 1]);
    expect(rocPlot([], 'ill', colours).empty).toMatch(/validated yet/);
  });
});

describe('a metric of folds and groups', () => {
  const row = (title: string, value: number | null, low: number | null, high: number | null): ForestRow => ({
    ...{ title, colour: '#0072b2' },
    part: { kind: 'run', name: title, scores: { auc: { value, low, high } } },
  });

  it('has a row each, the first on top, with its interval where there is one', () => {
    const rows = [row('fold 1', 0.8, 0.7, 0.9), row('fold 2', null, null, null), row('fold 3', 0.6, null, null)];
    const plot = forestPlot(rows, { name: 'auc', title: 'AUC' });
    expect(plot.y.labels).toEqual(['fold 1', 'fold 3']);
    expect(plot.y.ticks).toEqual([1.5, 0.5]);
    const [line] = plot.marks.filter(isLine);
    expect([Array.from(line?.x ?? []), Array.from(line?.y ?? [])]).toEqual([
      [0.7, 0.9],
      [1.5, 1.5],
    ]);
    expect(plot.marks.filter((mark): mark is PlotPoints => mark.kind === 'points')).toHaveLength(2);
    expect(plot.x.maximum).toBeGreaterThanOrEqual(0.9);
    expect(plot.table().rows[1]).toEqual(['fold 3', 0.6, null, null]);
    expect(forestPlot([], { name: 'auc', title: 'AUC' }).empty).not.toBe('');
  });
});
