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

function textWidth(text: string, of = font): number {
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

/** Title and subtitle on the left, legend on the right, in one line above the plot. */
export function headGraphics(plot: Plot, colours: ChartColours, width: number): object[] {
  const y = 11;
  const text = (x: number, words: string, of: string, fill: string, room?: number): object => ({
    type: 'text',
    silent: true,
    x,
    y,
    style: {
      text: words,
      fill,
      font: of,
      textVerticalAlign: 'middle',
      ...(room === undefined ? {} : { width: room, overflow: 'truncate', ellipsis: '…' }),
    },
  });
  const end = width - margins.right - menuWidth;
  const titleWidth = Math.min(textWidth(plot.title, titleFont), end);
  const elements = [text(0, plot.title, titleFont, colours.text, titleWidth + 1)];
  const free = end - titleWidth - gap;
  const subtitleWidth = plot.subtitle === '' ? 0 : textWidth(plot.subtitle) + gap;
  // The subtitle gives way before the first two entries of the legend do, the others before the subtitle.
  const first = fitting(plot.legend.slice(0, 2), free).width + gap;
  const subtitleFits = subtitleWidth > 0 && first + subtitleWidth <= free;
  const { shown, width: legendWidth } = fitting(plot.legend, subtitleFits ? free - subtitleWidth : free);
  // Half a subtitle says nothing: where it does not fit it is left out.
  if (subtitleFits) elements.push(text(titleWidth + 10, plot.subtitle, font, colours.soft));
  let x = end - legendWidth;
  for (const entry of shown) {
    elements.push(...swatch(entry, x, y, colours));
    elements.push(text(x + widthOf(entry) - textWidth(entry.label), entry.label, font, colours.soft));
    x += widthOf(entry) + gap;
  }
  return elements;
}
