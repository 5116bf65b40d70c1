/** A summary of the spectra by group over steps, and its difference between two groups, layer by step. */
import type { Scale, SummaryColumns, SummaryName } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import { divergingBin, divergingBins, divergingColour, type ChartColours } from './colours.ts';
import { extentOf, middles, pick } from './columns.ts';
import { formatTick } from './format.ts';
import { layerAxis, layerMapMarks, type TestedRegion } from './layer-map.ts';
import { fileNameOf, type Plot, type PlotLegend, type PlotMark } from './plot.ts';
import { linearRange, logRange, type LinearRange, type LogRange, type StepRange } from './ranges.ts';
import { columnName, type SampleSet } from './sets.ts';
import { stepAxis } from './step-axis.ts';
import { linearAxis, logAxis } from './value-axis.ts';
import { isMagnitude, quantityWords, summaryTitles, summaryWords } from './words.ts';

/** Columns with what they are of. */
export interface SummaryFrame {
  columns: SummaryColumns;
  quantity: Quantity;
  scale: Scale;
  summary: SummaryName;
}

export interface SummaryInput {
  frame: SummaryFrame | null;
  /** Position of the layer in the session, and its name. */
  layer: { index: number; name: string };
  sets: readonly SampleSet[];
  range: StepRange;
  colours: ChartColours;
  empty: string;
}

/** Range that the axis had, to grow from. */
export interface SummaryAxis {
  linear: LinearRange | null;
  log: LogRange | null;
}

export function summaryPlot(input: SummaryInput, previous: SummaryAxis): { plot: Plot; axis: SummaryAxis } {
  const { frame, layer, sets, colours } = input;
  const marks: PlotMark[] = [];
  const means: Float32Array[] = [];
  const position = frame?.columns.layers.indexOf(layer.name) ?? -1;
  if (frame !== null && position >= 0) {
    const { columns } = frame;
    const width = columns.layers.length * columns.sets.length;
    const x = middles(columns);
    const aggregated = columns.first.some((first, column) => first !== columns.last[column]);
    for (const set of sets) {
      const at = position * columns.sets.length + set.index;
      const y = pick(columns.mean, width, at);
      means.push(y);
      if (aggregated) {
        const low = pick(columns.minimum, width, at);
        const high = pick(columns.maximum, width, at);
        marks.push({ kind: 'band', x, low, high, colour: set.colour, opacity: 0.2 });
      }
      marks.push({ kind: 'line', x, y, colour: set.colour, width: 1.6, dash: set.dash });
    }
  }
  const summary = frame?.summary ?? 'effective-rank';
  const logarithmic = isMagnitude(summary);
  const [low, high] = extentOf(means, logarithmic ? 0 : -Infinity);
  const axis: SummaryAxis = logarithmic
    ? { linear: null, log: logRange(low, high, previous.log, 3) }
    : { linear: linearRange(low, high, previous.linear, 2), log: null };
  const title = summaryTitles[summary];
  const isRaw = frame?.scale === 'raw';
  // Of a rank the name says what is counted; of other counts, that it is of values.
  const count = summary.endsWith('-rank') ? summaryWords[summary] : t('values');
  const name = logarithmic ? (isRaw ? t('raw') : t('normalised')) : count;
  return {
    axis,
    plot: {
      title: frame === null ? title : `${title}, ${quantityWords[frame.quantity]}, ${layer.name}`,
      subtitle: '',
      x: stepAxis(input.range),
      y: axis.log === null ? linearAxis(axis.linear ?? linearRange(NaN, NaN, null), name) : logAxis(axis.log, name),
      marks,
      legend: [
        ...sets.map((set) => ({ label: set.name, colour: set.colour, look: 'line' as const, dash: set.dash })),
        { label: t('minimum to maximum'), colour: colours.soft, look: 'band' as const },
      ],
      empty: means.some((values) => values.some((value) => !Number.isNaN(value))) ? '' : input.empty,
      fileName: fileNameOf(summary, frame?.quantity ?? '', layer.name),
      table: () => ({
        header: [
          'first step',
          'last step',
          ...sets.map(columnName).flatMap((name) => [name, `${name} minimum`, `${name} maximum`]),
        ],
        rows:
          frame === null || position < 0
            ? []
            : Array.from(frame.columns.first, (first, column) => {
                const { columns } = frame;
                const at = (column * columns.layers.length + position) * columns.sets.length;
                return [
                  first,
                  columns.last[column] ?? first,
                  ...sets.flatMap((set) =>
                    [columns.mean, columns.minimum, columns.maximum].map((values) => values[at + set.index] ?? null),
                  ),
                ];
              }),
      }),
    },
  };
}

/** Difference a - b of two sets [columns x layers]; of magnitudes log10(a / b). NaN where either is missing. */
export function differences(frame: SummaryFrame, a: number, b: number): Float32Array {
  const { columns } = frame;
  const sets = columns.sets.length;
  const result = new Float32Array(columns.first.length * columns.layers.length);
  const ratio = isMagnitude(frame.summary);
  for (let cell = 0; cell < result.length; cell++) {
    const one = columns.mean[cell * sets + a] ?? NaN;
    const other = columns.mean[cell * sets + b] ?? NaN;
    result[cell] = ratio ? (one > 0 && other > 0 ? Math.log10(one / other) : NaN) : one - other;
  }
  return result;
}

/** Bound of a scale centred on 0: a nice number above the 98th percentile of sizes, so one step does not fade the rest. */
export function differenceBound(values: Float32Array, previous: number | null): number {
  const sizes = values
    .filter((value) => Number.isFinite(value))
    .map(Math.abs)
    .sort();
  const size = sizes[Math.ceil((sizes.length - 1) * 0.98)];
  if (size === undefined || size === 0) return previous ?? 1;
  if (previous !== null && size <= previous && size > previous * 0.35) return previous;
  return linearRange(0, size, null, 1).maximum;
}

export interface DifferenceInput extends Omit<SummaryInput, 'sets' | 'layer'> {
  a: SampleSet;
  b: SampleSet;
  /** Where tests found the difference; null or absent: it was not tested. */
  regions?: readonly TestedRegion[] | null;
}

function testedLegend(regions: readonly TestedRegion[] | null, colours: ChartColours): PlotLegend[] {
  if (regions === null) return [];
  if (regions.length === 0) return [{ label: t('faded: not significant'), colour: colours.text, look: 'words' }];
  return [
    { label: t('significant'), colour: colours.text, look: 'outline' },
    { label: t('faded: not'), colour: colours.text, look: 'words' },
  ];
}

export function differencePlot(input: DifferenceInput, previous: number | null): { plot: Plot; bound: number } {
  const { frame, a, b, colours } = input;
  const layers = frame?.columns.layers ?? [];
  const values = frame === null ? new Float32Array(0) : differences(frame, a.index, b.index);
  const bound = differenceBound(values, previous);
  const drawn =
    frame === null
      ? { marks: [], missing: false, any: false }
      : layerMapMarks(
          {
            ...{ first: frame.columns.first, last: frame.columns.last, layers, values },
            regions: input.regions ?? null,
            bin: (value) => divergingBin(value / bound),
            colour: (bin) => divergingColour((2 * bin) / (divergingBins - 1) - 1, colours.dark),
          },
          colours,
        );
  const summary = frame?.summary ?? 'effective-rank';
  const what = isMagnitude(summary)
    ? t('Log₁₀ ratio of {summary}', { summary: summaryWords[summary] })
    : t('Difference in {summary}', { summary: summaryWords[summary] });
  const pair = `${a.name} ${isMagnitude(summary) ? '/' : '−'} ${b.name}`;
  return {
    bound,
    plot: {
      title: [what, ...(frame === null ? [] : [quantityWords[frame.quantity]]), pair].join(', '),
      subtitle: frame === null ? '' : t('blue: {group} larger', { group: a.name }),
      x: stepAxis(input.range),
      y: layerAxis(layers),
      marks: drawn.marks,
      legend: [
        {
          label: t('{from} to {to}', { from: `−${formatTick(bound, bound)}`, to: formatTick(bound, bound) }),
          colour: colours.text,
          look: 'scale',
        },
        ...testedLegend(input.regions ?? null, colours),
        ...(drawn.missing ? [{ label: t('missing'), colour: colours.hatch, look: 'missing' as const }] : []),
      ],
      empty: drawn.any ? '' : input.empty,
      fileName: fileNameOf('difference', summary, frame?.quantity ?? '', columnName(a), columnName(b)),
      table: () => ({
        header: ['first step', 'last step', ...layers],
        rows: Array.from(frame?.columns.first ?? [], (first, column) => [
          first,
          frame?.columns.last[column] ?? first,
          ...values.subarray(column * layers.length, (column + 1) * layers.length),
        ]),
      }),
    },
  };
}
