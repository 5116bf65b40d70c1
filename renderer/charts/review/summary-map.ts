/** A summary of one set of samples, layer by step, on the colours of viridis: the same scale for all sets. */
import type { SummaryName } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import { viridis, viridisBins } from '../colours.ts';
import { extentOf, pick } from '../columns.ts';
import { formatDecade, formatTick } from '../format.ts';
import { layerAxis, layerMapMarks } from '../layer-map.ts';
import { fileNameOf, type Plot } from '../plot.ts';
import { linearRange, logRange } from '../ranges.ts';
import { columnName, withCount } from '../sets.ts';
import { stepAxis } from '../step-axis.ts';
import type { SummaryFrame, SummaryInput } from '../summary-plots.ts';
import { isMagnitude, quantityWords, scaleNames, summaryTitles } from '../words.ts';

/** Ends of the colours, exponents of ten where the summary spans decades. */
export interface ColourRange {
  minimum: number;
  maximum: number;
  logarithmic: boolean;
  interval: number;
}

/** Of all layers and the sets that are shown. */
export function colourRange(frame: SummaryFrame, sets: readonly { index: number }[]): ColourRange {
  const { mean, layers, sets: all } = frame.columns;
  const width = layers.length * all.length;
  const of = layers.flatMap((_, layer) => sets.map((set) => pick(mean, width, layer * all.length + set.index)));
  const logarithmic = isMagnitude(frame.summary);
  const [low, high] = extentOf(of, logarithmic ? 0 : -Infinity);
  const range = logarithmic ? logRange(low, high, null) : linearRange(low, high, null);
  return { ...range, logarithmic };
}

/** 0 to 1; what lies outside has the colour of the end. */
export function shareOf(value: number, { minimum, maximum, logarithmic }: ColourRange): number {
  const at = logarithmic ? (value > 0 ? Math.log10(value) : Number.NaN) : value;
  return Math.min(1, Math.max(0, (at - minimum) / (maximum - minimum || 1)));
}

/** '10⁻³ to 10¹, size-normalised'. */
export function colourRangeWords(range: ColourRange, frame: Pick<SummaryFrame, 'summary' | 'scale'>): string {
  const words = range.logarithmic
    ? [range.minimum, range.maximum].map(formatDecade)
    : [range.minimum, range.maximum].map((end) => formatTick(end, range.interval));
  const ends = { from: words[0] ?? '', to: words[1] ?? '' };
  return isMagnitude(frame.summary)
    ? t('{from} to {to}, {scale}', { ...ends, scale: scaleNames[frame.scale] })
    : t('{from} to {to} values', ends);
}

export interface SummaryMapInput extends Omit<SummaryInput, 'sets' | 'layer'> {
  set: SummaryInput['sets'][number];
  colourRange: ColourRange | null;
}

export function summaryMapPlot({ frame, set, range, colours, empty, colourRange: scale }: SummaryMapInput): Plot {
  const summary: SummaryName = frame?.summary ?? 'effective-rank';
  const layers = frame?.columns.layers ?? [];
  const sets = frame?.columns.sets.length ?? 1;
  const values = new Float32Array((frame?.columns.first.length ?? 0) * layers.length);
  for (let cell = 0; cell < values.length; cell++) {
    const value = frame?.columns.mean[cell * sets + set.index] ?? Number.NaN;
    values[cell] = scale?.logarithmic === true && !(value > 0) ? Number.NaN : value;
  }
  const drawn =
    frame === null || scale === null
      ? { marks: [], missing: false, any: false }
      : layerMapMarks(
          {
            ...{ first: frame.columns.first, last: frame.columns.last, layers, values, regions: null },
            bin: (value) => Math.round(shareOf(value, scale) * (viridisBins - 1)),
            colour: (bin) => viridis(bin / (viridisBins - 1)),
          },
          colours,
        );
  const quantity = frame === null ? [] : [quantityWords[frame.quantity]];
  return {
    title: [summaryTitles[summary], ...quantity, withCount(set)].join(', '),
    subtitle: '',
    x: stepAxis(range),
    y: layerAxis(layers),
    marks: drawn.marks,
    legend: [
      ...(frame === null || scale === null
        ? []
        : [
            {
              label: colourRangeWords(scale, frame),
              colour: colours.text,
              look: 'scale' as const,
              stops: Array.from({ length: 9 }, (_, stop) => viridis(stop / 8)),
            },
          ]),
      ...(drawn.missing ? [{ label: t('missing'), colour: colours.hatch, look: 'missing' as const }] : []),
    ],
    empty: drawn.any ? '' : empty,
    fileName: fileNameOf('map', summary, frame?.quantity ?? '', columnName(set)),
    table: () => ({
      header: ['first step', 'last step', ...layers],
      rows: Array.from(frame?.columns.first ?? [], (first, column) => [
        first,
        frame?.columns.last[column] ?? first,
        ...values.subarray(column * layers.length, (column + 1) * layers.length),
      ]),
    }),
  };
}
