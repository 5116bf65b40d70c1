/** Singular values over steps: one panel per set, one log axis for all panels. */
import type { Scale, SpectrumColumns } from '#app/contract/session.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { t } from '#app/text/text.ts';
import { sequenceColour, type ChartColours } from './colours.ts';
import { middles, pick } from './columns.ts';
import { fileNameOf, type Plot, type PlotMark } from './plot.ts';
import { logRange, type LogRange, type StepRange } from './ranges.ts';
import { floorLooks, resolved } from './resolution-floor.ts';
import { columnName, withCount, type SampleSet } from './sets.ts';
import { stepAxis } from './step-axis.ts';
import type { NumberTable } from './table.ts';
import { logAxis } from './value-axis.ts';
import { axisName, singularValueTitles } from './words.ts';

/** Pixels. A line this thin is drawn ten times as fast as a slightly wider one, and there are dozens in each panel. */
const finest = 1;

/** Columns with what they are of: titles come from here, so that they never name data that are not drawn yet. */
export interface SpectraFrame {
  columns: SpectrumColumns;
  layer: string;
  quantity: Quantity;
  scale: Scale;
  /** A bound on the rank in words, or ''. */
  bound: string;
}

/** Range of the resolved values of the sets shown, in exponents of ten; the floor itself stays in sight. */
export function spectraRange(frame: SpectraFrame, sets: readonly SampleSet[], previous: LogRange | null): LogRange {
  const { columns } = frame;
  const setCount = columns.sets.length;
  const values = columns.indices.length;
  let low = Infinity;
  let high = -Infinity;
  for (let column = 0; column < columns.first.length; column++) {
    for (const set of sets) {
      const floor = columns.floor[column * setCount + set.index] ?? 0;
      for (let value = 0; value < values; value++) {
        const size = columns.mean[(column * setCount + set.index) * values + value] ?? NaN;
        if (!(size > floor) || !(size > 0)) continue;
        if (size < low) low = size;
        if (size > high) high = size;
      }
    }
  }
  return logRange(low, high, previous);
}

export interface SpectraInput {
  frame: SpectraFrame | null;
  set: SampleSet;
  range: StepRange;
  axis: LogRange;
  colours: ChartColours;
  /** Why there is nothing, when there is nothing. */
  empty: string;
}

export function spectraPlot({ frame, set, range, axis, colours, empty }: SpectraInput): Plot {
  const marks: PlotMark[] = [];
  const legend: Plot['legend'][number][] = [];
  let any = false;
  if (frame !== null) {
    const { columns } = frame;
    const setCount = columns.sets.length;
    const count = columns.indices.length;
    const x = middles(columns);
    const floor = pick(columns.floor, setCount, set.index);
    const looks = floorLooks(
      floor,
      (at) => [columns.first[at] as number, columns.first[at + 1] ?? (columns.last[at] as number) + 1],
      axis.minimum,
      colours,
    );
    marks.push(...looks.marks);
    for (let value = count - 1; value >= 0; value--) {
      const y = resolved(pick(columns.mean, setCount * count, set.index * count + value), floor);
      if (!y.some((each) => !Number.isNaN(each))) continue;
      any = true;
      const colour = sequenceColour(set.colour, count > 1 ? value / (count - 1) : 0, colours);
      marks.push({ kind: 'line', x, y, colour, width: value === 0 ? 1.5 : finest, dash: [] });
    }
    const last = (columns.indices.at(-1) ?? 0) + 1;
    if (any) legend.push({ label: last > 1 ? `σ₁ … σ${subscript(last)}` : 'σ₁', colour: set.colour, look: 'fade' });
    legend.push(...looks.legend);
  }
  const what = frame === null ? t('Singular values') : `${singularValueTitles[frame.quantity]}, ${frame.layer}`;
  return {
    title: `${what}, ${withCount(set)}`,
    subtitle: frame === null || frame.bound === '' ? '' : frame.bound,
    x: stepAxis(range),
    y: logAxis(axis, axisName(frame?.scale)),
    marks,
    legend,
    empty: any ? '' : empty,
    fileName: fileNameOf('singular values', frame?.quantity ?? '', frame?.layer ?? '', columnName(set)),
    table: () => spectraTable(frame, set),
  };
}

function spectraTable(frame: SpectraFrame | null, set: SampleSet): NumberTable {
  if (frame === null) return { header: [], rows: [] };
  const { columns } = frame;
  const setCount = columns.sets.length;
  const count = columns.indices.length;
  return {
    header: [
      'first step',
      'last step',
      ...columns.indices.map(
        (index) => `${frame.quantity} s${index + 1} (${frame.scale === 'raw' ? 'raw' : 'size-normalised'})`,
      ),
      'resolution floor',
    ],
    rows: Array.from(columns.first, (first, column) => {
      const at = (column * setCount + set.index) * count;
      return [
        first,
        columns.last[column] ?? first,
        ...columns.mean.subarray(at, at + count),
        columns.floor[column * setCount + set.index] ?? null,
      ];
    }),
  };
}

function subscript(value: number): string {
  return String(value).replace(/\d/g, (digit) => '₀₁₂₃₄₅₆₇₈₉'[Number(digit)] ?? digit);
}
