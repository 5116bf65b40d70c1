import { expect, it } from 'vitest';
import type { SubjectSeriesView } from '#app/contract/series.ts';
import { matrixPlot, seriesPlot } from '../../../renderer/viewer/series-plots.ts';

const series: SubjectSeriesView = {
  subject: 'sub-01',
  kind: 'series',
  channels: ['V1', 'M1'],
  times: 3,
  values: Float32Array.of(1, 10, 2, 20, NaN, 30),
};
const matrix: SubjectSeriesView = {
  subject: 'sub-01',
  kind: 'matrices',
  channels: ['a', 'b', 'c'],
  times: 3,
  values: Float32Array.of(1, 0.5, -0.25, 0.5, 1, NaN, -0.25, NaN, 1),
};

it('a series has a line for each channel, the chosen one last and thick, broken where a value is missing', () => {
  const plot = seriesPlot(series, 0, 1, false);
  const lines = plot.marks.filter((mark) => mark.kind === 'line');
  expect(lines).toHaveLength(3);
  expect(lines.at(-1)).toMatchObject({ width: 2 });
  expect([...(lines.at(-1)?.y as Float64Array)]).toEqual([1, 2, NaN]);
  expect(plot.title).toBe('V1');
  expect(plot.table().rows[2]).toEqual([3, NaN, 30]);
});

it('of very many channels some are drawn, the chosen one always, and it says so', () => {
  const channels = Array.from({ length: 200 }, (_, i) => `ROI ${i + 1}`);
  const many = { ...series, channels, times: 2, values: new Float32Array(400) };
  const plot = seriesPlot(many, 150, 0, true);
  expect(plot.title).toBe('ROI 151');
  expect(plot.subtitle).toBe('61 of 200 channels are drawn');
});

it('a matrix has a cell for each value that there is, its first row on top, its diagonal outside of the scale', () => {
  const plot = matrixPlot(matrix, 0, 1, false);
  const cells = plot.marks.flatMap((mark) => (mark.kind === 'cells' ? [mark] : []));
  expect(cells.reduce((sum, { boxes }) => sum + boxes.length / 4, 0)).toBe(7);
  expect(plot.title).toBe('a and b: 0.500');
  expect(plot.subtitle).toContain('0.500');
  const frame = plot.marks.at(-1);
  expect(frame?.kind === 'line' ? [...(frame.y as Float64Array)] : []).toEqual([2, 2, 3, 3, 2]);
});
