/** The legend of a plot: right-aligned in the title's line, swatches as they look in the chart. */
import { divergingColour, mix, type ChartColours } from './colours.ts';
import { margins, type Plot, type PlotLegend } from './plot.ts';

const font = "11px system-ui, -apple-system, 'Segoe UI', Inter, 'Helvetica Neue', 'DejaVu Sans', sans-serif";
const swatchWidth = 18;
const gap = 14;
const menuWidth = 26;

let pen: CanvasRenderingContext2D | null = null;

function textWidth(text: string): number {
  if (pen === null && typeof document !== 'undefined') pen = document.createElement('canvas').getContext('2d');
  if (pen === null) return text.length * 6;
  pen.font = font;
  return pen.measureText(text).width;
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
        style: { fill: divergingColour(step / 19.5 - 1, colours.dark) },
      }));
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

export function legendGraphics(plot: Plot, colours: ChartColours, width: number): object[] {
  const y = 10;
  const elements: object[] = [];
  // What does not fit beside the title is left out, last entries first: the title says what the chart is.
  const titleEnd = textWidth(plot.title) * 1.16 + 12;
  let room = width - margins.right - menuWidth - titleEnd;
  const shown: PlotLegend[] = [];
  for (const entry of plot.legend) {
    room -= widthOf(entry) + gap;
    if (room < 0) break;
    shown.push(entry);
  }
  const total = shown.reduce((sum, entry) => sum + widthOf(entry) + gap, 0) - gap;
  let x = width - margins.right - menuWidth - total;
  for (const entry of shown) {
    elements.push(...swatch(entry, x, y, colours));
    const words = widthOf(entry) - textWidth(entry.label);
    elements.push({
      type: 'text',
      silent: true,
      x: x + words,
      y,
      style: { text: entry.label, fill: colours.soft, font, textVerticalAlign: 'middle' },
    });
    x += widthOf(entry) + gap;
  }
  if (plot.subtitle !== '' && room > 0) {
    const free = width - margins.right - menuWidth - total - gap - titleEnd;
    elements.push({
      type: 'text',
      silent: true,
      x: titleEnd - 4,
      y,
      style: {
        text: plot.subtitle,
        fill: colours.soft,
        font,
        textVerticalAlign: 'middle',
        width: Math.max(20, free),
        overflow: 'truncate',
      },
    });
  }
  return elements;
}
