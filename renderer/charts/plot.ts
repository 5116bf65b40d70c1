/** A chart as data: what charts of one kind build, and what one place draws (draw-plot.ts), on screen or into a file. */
import type { NumberTable } from './table.ts';

/** Joined by lines in data units; NaN breaks the line. On a log axis y is still the value, not its logarithm. */
export interface PlotLine {
  kind: 'line';
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  colour: string;
  width: number;
  dash: readonly number[];
  opacity?: number;
}

/** Between `low` and `high`, NaN breaks it. */
export interface PlotBand {
  kind: 'band';
  x: ArrayLike<number>;
  low: ArrayLike<number>;
  high: ArrayLike<number>;
  colour: string;
  opacity: number;
}

export interface PlotPoints {
  kind: 'points';
  x: ArrayLike<number>;
  y: ArrayLike<number>;
  colour: string;
  radius: number;
  /** Absent: discs. */
  marker?: Marker;
}

/** Shapes of points: they tell groups apart where colours cannot. */
export const markerShapes = ['disc', 'triangle', 'square', 'diamond', 'cross', 'down', 'bar'] as const;
export type Marker = (typeof markerShapes)[number];

/** Rectangles of one colour: x0, x1, y0, y1 of each, one after the other, in data units. */
export interface PlotCells {
  kind: 'cells';
  boxes: ArrayLike<number>;
  colour: string;
}

/** Rectangles drawn around what they hold. */
export interface PlotOutline {
  kind: 'outline';
  boxes: ArrayLike<number>;
  colour: string;
  width: number;
}

/** Rectangles filled with slanted lines: '/' for values that are not resolved, '\' for values that are missing. */
export interface PlotHatch {
  kind: 'hatch';
  boxes: ArrayLike<number>;
  colour: string;
  slant: 'floor' | 'missing';
}

/** A word at the upper edge, right of a place on the horizontal axis. */
export interface PlotLabel {
  kind: 'label';
  x: number;
  text: string;
  colour: string;
}

export type PlotMark = PlotLine | PlotBand | PlotPoints | PlotCells | PlotOutline | PlotHatch | PlotLabel;

export interface PlotLegend {
  label: string;
  colour: string;
  look: 'line' | 'points' | 'band' | 'floor' | 'missing' | 'fade' | 'scale' | 'outline' | 'marker' | 'words';
  dash?: readonly number[];
  marker?: Marker;
  /** Of a scale, from its low to its high end; absent: the diverging one. */
  stops?: readonly string[];
}

export interface PlotAxis {
  minimum: number;
  maximum: number;
  ticks: readonly number[];
  labels: readonly string[];
  name: string;
}

export interface Plot {
  /** What, and of what with n. */
  title: string;
  /** After the title, softer: a bound, a unit, a reservation. */
  subtitle: string;
  x: PlotAxis;
  /** Minimum, maximum and ticks are exponents of ten when `logarithmic`. */
  y: PlotAxis & { logarithmic: boolean; grid: boolean };
  marks: readonly PlotMark[];
  legend: readonly PlotLegend[];
  /** What the window tells apart beside the chart, and a file must tell itself: the groups. */
  key?: readonly PlotLegend[];
  /** Said in the middle of the chart when there is nothing to draw; '' otherwise. */
  empty: string;
  /** The numbers that are drawn. */
  table: () => NumberTable;
  /** Base of the name of an exported file, without extension. */
  fileName: string;
}

/** Distance of the plot's edges from the chart's, in pixels: the same for all charts, so that steps line up. */
export const margins = { left: 92, right: 16, top: 26, bottom: 8, bottomWithAxis: 36 } as const;

/** Of a horizontal axis that stands below its charts, in pixels: its name is beside it. */
export const axisHeight = 22;

export function fileNameOf(...parts: readonly string[]): string {
  return parts
    .join(' ')
    .normalize('NFKD')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .toLowerCase();
}

/** A plot for a file, which stands alone: what the window tells beside it is in its legend. */
export function withKey(plot: Plot): Plot {
  const { key = [], ...rest } = plot;
  return { ...rest, legend: [...key, ...plot.legend] };
}
