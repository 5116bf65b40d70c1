import { expect, test } from 'vitest';
import { chartColours } from '../../../renderer/charts/colours.ts';
import { reliabilityPlot } from '../../../renderer/charts/reliability-plot.ts';

const bin = (from: number, subjects: number, confidence: number | null, accuracy: number | null) => ({
  from,
  to: from + 0.1,
  subjects,
  confidence,
  accuracy,
});

test('a calibration plot has a point for each bin with subjects, larger for more, and all bins in its table', () => {
  const reliability = [bin(0.5, 0, null, null), bin(0.6, 4, 0.66, 0.5), bin(0.9, 16, 0.95, 0.75)];
  const plot = reliabilityPlot({ reliability }, 'fold 2', chartColours(false));
  expect(plot.title).toBe('Calibration, fold 2');
  const points = plot.marks.filter((mark) => mark.kind === 'points');
  expect(points.map(({ x, y }) => [x[0], y[0]])).toEqual([
    [0.66, 0.5],
    [0.95, 0.75],
  ]);
  expect(points[1]?.radius).toBe(2 * (points[0]?.radius ?? 0));
  expect(plot.table().rows).toEqual([
    [0.5, 0.6, 0, null, null],
    [0.6, 0.7, 4, 0.66, 0.5],
    [0.9, 1, 16, 0.95, 0.75],
  ]);
});

test('a calibration plot without a validated subject says so', () => {
  expect(reliabilityPlot({ reliability: [bin(0, 0, null, null)] }, 'x', chartColours(true)).empty).toMatch(/validated/);
});
