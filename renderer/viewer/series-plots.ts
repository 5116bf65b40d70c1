/** Charts of one subject: its series as a line for each channel, or its matrix as a heat map. */
import type { SubjectSeriesView } from '#app/contract/series.ts';
import { t } from '#app/text/text.ts';
import { chartColours, divergingBin, divergingBins, divergingColour } from '../charts/colours.ts';
import { formatNumber } from '../charts/format.ts';
import { fileNameOf, type Plot, type PlotMark } from '../charts/plot.ts';
import { linearRange } from '../charts/ranges.ts';
import { linearAxis } from '../charts/value-axis.ts';
import { groupColour } from '../theme/groups.ts';

/** More lines than this are a solid block: the others are seen by choosing their channel. */
const mostLines = 60;

/** @param channel the one that stands out */
export function seriesPlot(data: SubjectSeriesView, channel: number, time: number, dark: boolean): Plot {
  const { channels, times, values, subject } = data;
  const colours = chartColours(dark);
  const x = Float64Array.from({ length: times }, (_, i) => i);
  const lineOf = (each: number): Float64Array =>
    Float64Array.from({ length: times }, (_, i) => values[i * channels.length + each] as number);
  const drawn = channels.map((_, each) => each).slice(0, mostLines);
  if (!drawn.includes(channel)) drawn.push(channel);
  const range = linearRange(...extentOf(values, drawn, channels.length), null);
  const others = drawn
    .filter((each) => each !== channel)
    .map((each): PlotMark => ({
      kind: 'line',
      x,
      y: lineOf(each),
      colour: colours.soft,
      width: 1,
      dash: [],
      opacity: 0.35,
    }));
  const chosen = lineOf(channel);
  const cursor = Float64Array.of(range.minimum, range.maximum);
  const ticks = [0, Math.floor((times - 1) / 2), times - 1];
  return {
    title: channels[channel] ?? '',
    subtitle:
      drawn.length < channels.length
        ? t('{drawn} of {all} channels are drawn', { drawn: drawn.length, all: channels.length })
        : '',
    x: {
      minimum: 0,
      maximum: Math.max(1, times - 1),
      ticks,
      labels: ticks.map((tick) => String(tick + 1)),
      name: t('time point'),
    },
    y: linearAxis(range, ''),
    marks: [
      ...others,
      { kind: 'line', x: Float64Array.of(time, time), y: cursor, colour: colours.text, width: 1, dash: [2, 2] },
      { kind: 'line', x, y: chosen, colour: groupColour(0, dark), width: 2, dash: [] },
    ],
    legend: [],
    empty: times === 0 ? t('This series has no time points.') : '',
    table: () => ({
      header: ['time point', ...channels],
      rows: [...x].map((at) => [at + 1, ...channels.map((_, each) => values[at * channels.length + each] ?? null)]),
    }),
    fileName: fileNameOf(subject, 'series'),
  };
}

/** Rows from top to bottom, as the matrix is written; orange below zero, blue above. */
export function matrixPlot(data: SubjectSeriesView, row: number, column: number, dark: boolean): Plot {
  const { channels, values, subject } = data;
  const size = channels.length;
  const largest = largestOffDiagonal(values, size);
  const boxes = Array.from({ length: divergingBins }, (): number[] => []);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = values[i * size + j] as number;
      if (Number.isNaN(value)) continue;
      boxes[divergingBin(largest === 0 ? 0 : value / largest)]?.push(j, j + 1, size - i - 1, size - i);
    }
  }
  const colours = chartColours(dark);
  const [left, bottom] = [column, size - row - 1];
  const ticks = size < 2 ? [0.5] : [0.5, size - 0.5];
  const labels = ticks.map((tick) => channels[Math.floor(tick)] ?? '');
  return {
    title: t('{row} and {column}: {value}', {
      ...{ row: channels[row] ?? '', column: channels[column] ?? '' },
      value: formatNumber(values[row * size + column]),
    }),
    subtitle: t('colours reach to ±{largest}', { largest: formatNumber(largest) }),
    x: { minimum: 0, maximum: size, ticks, labels, name: '' },
    y: { minimum: 0, maximum: size, ticks, labels: labels.toReversed(), name: '', logarithmic: false, grid: false },
    marks: [
      ...boxes.flatMap((each, bin): PlotMark[] =>
        each.length === 0
          ? []
          : [{ kind: 'cells', boxes: each, colour: divergingColour((2 * bin) / (divergingBins - 1) - 1, dark) }],
      ),
      {
        kind: 'line',
        x: Float64Array.of(left, left + 1, left + 1, left, left),
        y: Float64Array.of(bottom, bottom, bottom + 1, bottom + 1, bottom),
        colour: colours.text,
        width: 1.5,
        dash: [],
      },
    ],
    legend: [],
    empty: size === 0 ? t('This matrix has no regions.') : '',
    table: () => ({
      header: ['region', ...channels],
      rows: channels.map((name, i) => [name, ...channels.map((_, j) => values[i * size + j] ?? null)]),
    }),
    fileName: fileNameOf(subject, 'matrix'),
  };
}

function extentOf(values: Float32Array, drawn: readonly number[], channels: number): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (let first = 0; first < values.length; first += channels) {
    for (const channel of drawn) {
      const value = values[first + channel] as number;
      if (Number.isNaN(value)) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  return [low, high];
}

/** The diagonal of correlations is 1 and says nothing: it does not set the scale. */
function largestOffDiagonal(values: Float32Array, size: number): number {
  let largest = 0;
  values.forEach((value, at) => {
    if (Math.floor(at / size) !== at % size && !Number.isNaN(value)) largest = Math.max(largest, Math.abs(value));
  });
  return largest;
}
