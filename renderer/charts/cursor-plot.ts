/** The spectra at the cursor: values by index, groups overlaid. */
import type { PermutationBand } from '#app/contract/review.ts';
import type { Scale, StepDetail } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import type { ChartColours } from './colours.ts';
import { extentOf } from './columns.ts';
import { formatCount } from './format.ts';
import { fileNameOf, type Plot, type PlotMark } from './plot.ts';
import { logRange, type LogRange } from './ranges.ts';
import { floorLooks } from './resolution-floor.ts';
import { columnName, type SampleSet } from './sets.ts';
import { logAxis } from './value-axis.ts';
import { axisName, spectrumTitles } from './words.ts';

export interface DetailFrame {
  detail: StepDetail;
  /** Step that was asked for; the captured one nearest to it was answered. */
  asked: number;
  layer: string;
  quantity: Quantity;
  scale: Scale;
}

export interface CursorInput {
  frame: DetailFrame | null;
  sets: readonly SampleSet[];
  colours: ChartColours;
  empty: string;
  /** Where the spectra of the groups would lie under permuted labels. */
  band?: PermutationBand | null;
}

/** null: all samples, or a group that is not in the batch. */
function bandOf(
  { groups, values, low, high }: PermutationBand,
  name: string,
): { x: Float64Array; low: Float32Array; high: Float32Array } | null {
  const group = groups.indexOf(name);
  const part = (of: Float32Array): Float32Array => of.subarray(group * values, (group + 1) * values);
  if (group < 0 || part(low).every((value) => Number.isNaN(value))) return null;
  return { x: Float64Array.from({ length: values }, (_, index) => index + 1), low: part(low), high: part(high) };
}

export function cursorPlot(input: CursorInput, previous: LogRange | null): { plot: Plot; range: LogRange } {
  const { frame, sets, colours } = input;
  const spectrum = frame?.detail.spectra.find((each) => each.quantity === frame.quantity);
  const series = sets.map((set) => ({ set, values: spectrum?.values[set.index] ?? new Float32Array(0) }));
  const longest = Math.max(1, ...series.map(({ values }) => values.length));
  const { band = null } = input;
  const banded = sets.flatMap(({ name, colour }) => {
    const edges = band === null ? null : bandOf(band, name);
    return edges === null ? [] : [{ name, colour, edges }];
  });
  const [low, high] = extentOf(
    [...series.map(({ values }) => values), ...banded.flatMap(({ edges }) => [edges.low, edges.high])],
    0,
  );
  const range = logRange(low, high, previous, 6);
  const marks: PlotMark[] = [];
  const floors = sets.map((set) => spectrum?.floor[set.index] ?? 0);
  const floor = Math.max(0, ...floors);
  const interval = Math.max(1, [1, 2, 5, 10, 20, 50, 100, 200, 500].find((each) => longest / each <= 7) ?? 1000);
  const end = Math.max(2, longest);
  const looks = floorLooks([floor], () => [0, end + 1], range.minimum, colours);
  marks.push(...looks.marks);
  for (const { colour, edges } of banded) marks.push({ kind: 'band', ...edges, colour, opacity: 0.22 });
  for (const { set, values } of series) {
    const x = Float64Array.from(values, (_, index) => index + 1);
    marks.push({ kind: 'line', x, y: values, colour: set.colour, width: 1.6, dash: set.dash });
    if (longest <= 40) marks.push({ kind: 'points', x, y: values, colour: set.colour, radius: 2 });
  }
  const ticks = [1];
  // 1, 3, 5 …, but 1, 5, 10 …: round numbers where they are apart enough.
  for (let tick = interval <= 2 ? 1 + interval : interval; tick <= longest; tick += interval) ticks.push(tick);
  const any = series.some(({ values }) => values.length > 0);
  return {
    range,
    plot: {
      title: frame === null ? t('Spectrum') : `${spectrumTitles[frame.quantity]}, ${frame.layer}`,
      subtitle: '',
      x: {
        minimum: 0.5,
        maximum: end + 0.5,
        ticks,
        labels: ticks.map(formatCount),
        name: t('index of singular value'),
      },
      y: logAxis(range, axisName(frame?.scale)),
      marks,
      key: [
        ...sets.map(({ name, colour, dash }) => ({ label: name, colour, dash, look: 'line' as const })),
        ...looks.legend,
      ],
      legend: band === null ? [] : [{ label: t('95 % of permuted labels'), colour: colours.soft, look: 'band' }],
      empty: any ? '' : input.empty,
      fileName: fileNameOf('spectrum', frame?.quantity ?? '', frame?.layer ?? '', `step ${frame?.detail.step ?? ''}`),
      table: () => ({
        header: [
          'index',
          ...sets.map(columnName),
          ...banded.flatMap(({ name }) => [`${name} permuted 2.5 %`, `${name} permuted 97.5 %`]),
        ],
        rows: Array.from({ length: any ? longest : 0 }, (_, index) => [
          index + 1,
          ...series.map(({ values }) => values[index] ?? null),
          ...banded.flatMap(({ edges }) => [edges.low[index] ?? null, edges.high[index] ?? null]),
        ]),
      }),
    },
  };
}
