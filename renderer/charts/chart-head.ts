/** The line above a plot: its title, and its legend with swatches as they look in the chart. */
import { divergingColour, mix, type ChartColours } from './colours.ts';
import { margins, type Plot, type PlotLegend } from './plot.ts';

export const chartFont = "system-ui, -apple-system, 'Segoe UI', Inter, 'Helvetica Neue', 'DejaVu Sans', sans-serif";
const font = `11px ${chartFont}`;
const titleFont = `600 12px ${chartFont}`;
const swatchWidth = 18;
const gap = 14;
const menuWidth = 26;

let pen: CanvasRenderingContext2D | null = null;
/** Of texts that were measured: the same heads are drawn again and again. */
const widths = new Map<string, number>();
const mostWidths = 2000;

/** Of a text of charts, in pixels. */
export function textWidth(text: string, of = font): number {
  if (pen === null && typeof document !== 'undefined') pen = document.createElement('canvas').getContext('2d');
  if (pen === null) return text.length * 6.4;
  const key = `${of} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size > mostWidths) widths.clear();
  pen.font = of;
  const { width } = pen.measureText(text);
  widths.set(key, width);
  return width;
}

function scaleColour(stops: readonly string[] | undefined, share: number, colours: ChartColours): string {
  if (stops === undefined) return divergingColour(2 * share - 1, colours.dark);
  const at = share * (stops.length - 1);
  const low = Math.min(Math.floor(at), stops.length - 2);
  return mix(stops[low] ?? colours.text, stops[low + 1] ?? colours.text, at - low);
}

function swatch(entry: PlotLegend, x: number, y: number, colours: ChartColours): object[] {
  const base = { silent: true };
  const line = (
    x1: number,
    x2: number,
    y1: number,
    y2: number,
    stroke: string,
    dash: readonly number[] = [],
  ): object => ({
    ...base,
    type: 'line',
    shape: { x1, x2, y1, y2 },
    style: { stroke, lineWidth: 1.6, lineDash: dash.length > 0 ? [...dash] : null },
  });
  switch (entry.look) {
    case 'line':
      return [line(x, x + swatchWidth, y, y, entry.colour, entry.dash)];
    case 'points':
      return [
        line(x, x + swatchWidth, y, y, entry.colour, entry.dash),
        { ...base, type: 'circle', shape: { cx: x + swatchWidth / 2, cy: y, r: 2.5 }, style: { fill: entry.colour } },
      ];
    case 'marker':
      return [
        {
          ...base,
          type: 'columnDots',
          shape: { points: Float64Array.of(x + swatchWidth / 2, y), radius: 4, marker: entry.marker ?? 'disc' },
          style: { fill: entry.colour },
        },
      ];
    case 'band':
      return [
        {
          ...base,
          type: 'rect',
          shape: { x, y: y - 4, width: swatchWidth, height: 8 },
          style: { fill: entry.colour, opacity: 0.25 },
        },
      ];
    case 'fade':
      return [0, 1, 2].map((step) =>
        line(x, x + swatchWidth, y - 4 + step * 4, y - 4 + step * 4, mix(entry.colour, colours.background, step * 0.3)),
      );
    case 'scale':
      return Array.from({ length: 40 }, (_, step) => ({
        ...base,
        type: 'rect',
        shape: { x: x + step * 2, y: y - 4, width: 2, height: 8 },
        style: { fill: scaleColour(entry.stops, step / 39, colours) },
      }));
    case 'outline':
      return [
        {
          ...base,
          type: 'rect',
          shape: { x, y: y - 4, width: swatchWidth, height: 8 },
          style: { fill: null, stroke: entry.colour, lineWidth: 1.5 },
        },
      ];
    case 'floor':
    case 'missing':
      return [
        {
          ...base,
          type: 'columnHatch',
          shape: {
            boxes: Float64Array.of(x, x + swatchWidth, y - 5, y + 5),
            slant: entry.look,
            spacing: entry.look === 'floor' ? 5 : 7,
          },
          style: { fill: null, stroke: entry.colour, lineWidth: 1 },
        },
      ];
    case 'words':
      return [];
  }
}

function widthOf(entry: PlotLegend): number {
  const swatchSpace = entry.look === 'words' ? 0 : (entry.look === 'scale' ? 80 : swatchWidth) + 5;
  return swatchSpace + textWidth(entry.label);
}

/** Entries that fit into `room`, from the first on: what the chart is mostly of comes first. */
function fitting(legend: readonly PlotLegend[], room: number): { shown: PlotLegend[]; width: number } {
  const shown: PlotLegend[] = [];
  let width = 0;
  for (const entry of legend) {
    const next = widthOf(entry) + (shown.length > 0 ? gap : 0);
    if (width + next > room) break;
    shown.push(entry);
    width += next;
  }
  return { shown, width };
}

/** '+2': how many entries have no room, where that much has. */
function unsaid(count: number, colours: ChartColours, room: number): { more: PlotLegend[]; width: number } {
  const entry: PlotLegend = { label: `+${count}`, colour: colours.soft, look: 'words' };
  const width = widthOf(entry) + gap;
  return count > 0 && width <= room ? { more: [entry], width } : { more: [], width: 0 };
}

/** Pixels of a row of the legend below the title. */
export const legendRowPx = 16;

/**
 * Every entry, in rows of a file's width: nobody can ask a figure for what it leaves out. None: all fits beside the title.
 * @param left where the plot begins, and the rows with it: the name of the axis may stand higher than the plot
 */
export function legendRows({ title, subtitle, legend }: Plot, width: number, left = 0): PlotLegend[][] {
  const end = width - margins.right - menuWidth;
  const head = textWidth(title, titleFont) + gap + (subtitle === '' ? 0 : textWidth(subtitle) + gap);
  if (fitting(legend, end - head).shown.length === legend.length) return [];
  const rows: PlotLegend[][] = [];
  let rest = [...legend];
  while (rest.length > 0) {
    const count = Math.max(1, fitting(rest, width - margins.right - left).shown.length);
    rows.push(rest.slice(0, count));
    rest = rest.slice(count);
  }
  return rows;
}

/** Title and subtitle on the left, legend on the right, in one line above the plot; or the legend in rows below it. */
export function headGraphics(
  plot: Plot,
  colours: ChartColours,
  width: number,
  rows: readonly (readonly PlotLegend[])[] = [],
  left = 0,
): object[] {
  const y = 11;
  const text = (x: number, words: string, of: string, fill: string, room?: number, down = y): object => ({
    type: 'text',
    silent: true,
    x,
    y: down,
    style: {
      text: words,
      fill,
      font: of,
      textVerticalAlign: 'middle',
      ...(room === undefined ? {} : { width: room, overflow: 'truncate', ellipsis: '…' }),
    },
  });
  const end = width - margins.right - menuWidth;
  // A title says in the left column what it is cut of; of colours only the scale says what they mean.
  const scales = rows.length > 0 ? [] : plot.legend.filter(({ look }) => look === 'scale');
  const scaleWidth = scales.reduce((sum, entry) => sum + widthOf(entry) + gap, 0);
  const titleWidth = Math.min(textWidth(plot.title, titleFont), Math.max(end / 2, end - scaleWidth));
  const elements = [text(0, plot.title, titleFont, colours.text, titleWidth + 1)];
  const free = end - titleWidth - gap;
  const subtitleWidth = plot.subtitle === '' ? 0 : textWidth(plot.subtitle) + gap;
  // The subtitle gives way before the first two entries of the legend do, the others before the subtitle.
  const legend = rows.length > 0 ? [] : plot.legend;
  const first = fitting(legend.slice(0, 2), free).width + gap;
  const subtitleFits = subtitleWidth > 0 && first + subtitleWidth <= free;
  const room = subtitleFits ? free - subtitleWidth : free;
  const { shown, width: legendWidth } = fitting(legend, room);
  const { more, width: moreWidth } = unsaid(
    shown.length > 0 ? legend.length - shown.length : 0,
    colours,
    room - legendWidth,
  );
  // Half a subtitle says nothing: where it does not fit it is left out.
  if (subtitleFits) elements.push(text(titleWidth + 10, plot.subtitle, font, colours.soft));
  const drawRow = (entries: readonly PlotLegend[], from: number, down: number): void => {
    let x = from;
    for (const entry of entries) {
      elements.push(...swatch(entry, x, down, colours));
      const words = x + widthOf(entry) - textWidth(entry.label);
      elements.push(text(words, entry.label, font, colours.soft, undefined, down));
      x += widthOf(entry) + gap;
    }
  };
  drawRow([...shown, ...more], end - legendWidth - moreWidth, y);
  rows.forEach((row, at) => drawRow(row, left, y + legendRowPx * (at + 1)));
  return elements;
}
