import { describe, expect, it } from 'vitest';
import type { SubjectNorms } from '#app/contract/review.ts';
import { chartColours } from '../../../../renderer/charts/colours.ts';
import type { PlotPoints } from '../../../../renderer/charts/plot.ts';
import { halfOf, subjectPlot, subjectPoints } from '../../../../renderer/charts/review/subject-plot.ts';
import type { SampleSet } from '../../../../renderer/charts/sets.ts';

const groups = ['a', 'b'].map((name, index): SampleSet => ({
  ...{ index, name, n: 3, of: 3, colour: index === 0 ? '#0072b2' : '#e69f00', dash: [], isAll: false },
}));
const norms: SubjectNorms = {
  layers: ['dense_1', 'dense_2'],
  subjects: ['s1', 's2', 's3', 's4'].map((id, i) => ({ id, group: i < 2 ? 'a' : 'b', target: '' })),
  means: Float32Array.of(1, 1, 1, 1, 2, 8, NaN, 2),
  counts: Int32Array.of(1, 1, 1, 1, 5, 5, 0, 4),
  steps: 5,
  captured: 5,
};

describe('the norms of subjects', () => {
  const points = subjectPoints(norms, 'dense_2', groups) ?? [];

  it('are listed strongest first, without those that were in no batch', () => {
    expect(points.map(({ id, norm, ofMedian, batches }) => [id, norm, ofMedian, batches])).toEqual([
      ['s2', 8, 4, 5],
      ['s1', 2, 1, 5],
      ['s4', 2, 1, 4],
    ]);
    expect(points.map(({ share }) => share)).toEqual([8 / 12, 2 / 12, 2 / 12]);
    expect(halfOf(points)).toBe(1);
    expect(subjectPoints(norms, 'conv_1', groups)).toBeNull();
  });

  it('stand in the column of their group, beside each other where they are alike', () => {
    expect(points.map(({ x }) => Math.round(x))).toEqual([0, 0, 1].map((x) => x));
    const alike = subjectPoints({ ...norms, means: new Float32Array(8).fill(3) }, 'dense_1', groups) ?? [];
    expect(new Set(alike.map(({ x }) => x)).size).toBe(4);
    expect(alike.every(({ x }) => Math.abs(x - Math.round(x)) < 0.45)).toBe(true);
  });

  it('are drawn in the colour of the group, those that are selected with a ring', () => {
    const input = { points, selected: new Set([1]), layer: 'dense_2', groups, steps: '', empty: 'Nothing.' };
    const plot = subjectPlot({ ...input, colours: chartColours(false) });
    const dots = plot.marks.filter((mark): mark is PlotPoints => mark.kind === 'points');
    expect(dots.map(({ colour, y }) => [colour, Array.from(y)])).toEqual([
      [chartColours(false).text, [8]],
      ['#0072b2', [8, 2]],
      ['#e69f00', [2]],
    ]);
    expect(10 ** plot.y.minimum).toBeLessThan(2);
    expect(10 ** plot.y.maximum).toBeGreaterThan(8);
    expect(plot.y.labels).toEqual(['2', '5']);
    expect(subjectPlot({ ...input, points: [], colours: chartColours(false) }).empty).toBe('Nothing.');
  });
});
