/**
 * Plot -> canvas, for the window: a zoom draws every chart of the page anew with each frame, which a chart library's own
 * axes, models and layers take most of. Files are drawn by draw-plot.ts, from the same elements.
 */
import { chartFont } from './chart-head.ts';
import type { ChartColours } from './colours.ts';
import { cutStart } from './cut-start.ts';
import { graphicElements, markElements, plotBox, plotMapping, type DrawSettings } from './draw-plot.ts';
import { axisHeight, margins, type Plot, type PlotAxis, type PlotMark } from './plot.ts';
import { cutSideways, shapePens, type Mapping, type Pen } from './shapes.ts';

const axisFont = `11px ${chartFont}`;
const tickLength = 5;
const labelGap = 8;
const fewestPixelsBetweenLabels = 4;
const lineHeight = 16;

/** An element as draw-plot.ts describes it, as far as this paints it. */
interface Element {
  type: string;
  x?: number;
  y?: number;
  rotation?: number;
  shape?: Record<string, number>;
  style: {
    fill?: string | null;
    stroke?: string | null;
    lineWidth?: number;
    lineDash?: number[] | null;
    opacity?: number;
    text?: string;
    font?: string;
    textAlign?: CanvasTextAlign;
    textVerticalAlign?: CanvasTextBaseline;
    width?: number;
    overflow?: 'truncate' | 'break';
  };
}

/** @param density device pixels for each of the settings' */
export function paintPlot(
  pen: CanvasRenderingContext2D,
  plot: Plot,
  colours: ChartColours,
  settings: DrawSettings,
  density: number,
): void {
  const box = plotBox(settings);
  pen.setTransform(density, 0, 0, density, 0, 0);
  pen.clearRect(0, 0, settings.width, settings.height);
  for (const element of graphicElements(plot, box, colours, settings)) paintElement(pen, element as Element);
  paintAxes(pen, plot, box, colours, settings.withAxis);
  pen.save();
  pen.beginPath();
  pen.rect(box.x, box.y, box.width, box.height);
  pen.clip();
  const map = plotMapping(plot, settings);
  const elements = markElements(plot, box);
  plot.marks.forEach((mark, at) => {
    const drawn = elements[at] as Element;
    if (mark.kind === 'band') paintBand(pen, mark, map, box, density);
    else if (mark.kind !== 'line') paintElement(pen, drawn);
    else {
      const { points } = drawn.shape as unknown as { points: Float64Array };
      const shape = { points: cutSideways(points, box.x, box.x + box.width), closed: false };
      paintElement(pen, { ...drawn, shape: shape as unknown as Record<string, number> });
    }
  });
  pen.restore();
}

type Box = ReturnType<typeof plotBox>;

/** Pixel column by pixel column, which takes a fifth of the time of filling its outline. */
function paintBand(
  pen: CanvasRenderingContext2D,
  { x, low, high, colour, opacity }: Extract<PlotMark, { kind: 'band' }>,
  map: Mapping,
  box: Box,
  density: number,
): void {
  pen.globalAlpha = opacity;
  pen.strokeStyle = colour;
  pen.lineWidth = 1 / density;
  pen.setLineDash([]);
  pen.beginPath();
  for (let at = 0; at + 1 < x.length; at++) {
    const [from, to] = [map.x(x[at] as number), map.x(x[at + 1] as number)];
    const [low0, low1] = [map.y(low[at] as number), map.y(low[at + 1] as number)];
    const [high0, high1] = [map.y(high[at] as number), map.y(high[at + 1] as number)];
    if (Number.isNaN(low0 + low1 + high0 + high1)) continue;
    // Pixels whose middle lies between the two values.
    const first = Math.ceil(Math.max(from, box.x) * density - 0.5);
    const end = Math.ceil(Math.min(to, box.x + box.width) * density - 0.5);
    for (let pixel = first; pixel < end; pixel++) {
      const middle = (pixel + 0.5) / density;
      const part = (middle - from) / (to - from);
      pen.moveTo(middle, low0 + part * (low1 - low0));
      pen.lineTo(middle, high0 + part * (high1 - high0));
    }
  }
  pen.stroke();
  pen.globalAlpha = 1;
}

function paintAxes(pen: CanvasRenderingContext2D, plot: Plot, box: Box, colours: ChartColours, withX: boolean): void {
  const bottom = Math.round(box.y + box.height) - 0.5;
  pen.strokeStyle = colours.line;
  pen.lineWidth = 1;
  pen.setLineDash([]);
  pen.beginPath();
  pen.moveTo(box.x, bottom);
  pen.lineTo(box.x + box.width, bottom);
  pen.font = axisFont;
  pen.fillStyle = colours.soft;
  const perY = box.height / (plot.y.maximum - plot.y.minimum || 1);
  pen.textAlign = 'right';
  pen.textBaseline = 'middle';
  labelled(plot.y, (label, tick) => {
    const shown = cutStart(label, box.x - 2 * labelGap, (text) => pen.measureText(text).width);
    pen.fillText(shown, box.x - labelGap, box.y + box.height - (tick - plot.y.minimum) * perY);
  });
  if (withX) traceTicks(pen, plot.x, box, bottom);
  pen.stroke();
}

/** Marks and numbers of a horizontal axis at `bottom`, those that have room. */
function traceTicks(
  pen: CanvasRenderingContext2D,
  axis: PlotAxis,
  box: Pick<Box, 'x' | 'width'>,
  bottom: number,
): void {
  const perX = box.width / (axis.maximum - axis.minimum || 1);
  let free = -Infinity;
  pen.textAlign = 'center';
  pen.textBaseline = 'top';
  labelled(axis, (label, tick) => {
    const x = box.x + (tick - axis.minimum) * perX;
    pen.moveTo(Math.round(x) - 0.5, bottom);
    pen.lineTo(Math.round(x) - 0.5, bottom + tickLength);
    const half = pen.measureText(label).width / 2;
    if (x - half < free) return;
    pen.fillText(label, x, bottom + labelGap);
    free = x + half + fewestPixelsBetweenLabels;
  });
}

/**
 * A horizontal axis alone, which stays where the charts above it are scrolled.
 * @param width of the canvas in pixels of the page; the axis spans it without the margins of charts
 */
export function paintAxis(
  pen: CanvasRenderingContext2D,
  axis: PlotAxis,
  colours: ChartColours,
  width: number,
  density: number,
): void {
  const box = { x: margins.left, width: Math.max(10, width - margins.left - margins.right) };
  pen.setTransform(density, 0, 0, density, 0, 0);
  pen.clearRect(0, 0, width, axisHeight);
  pen.font = axisFont;
  pen.fillStyle = colours.soft;
  pen.strokeStyle = colours.line;
  pen.lineWidth = 1;
  pen.setLineDash([]);
  pen.beginPath();
  pen.moveTo(box.x, 0.5);
  pen.lineTo(box.x + box.width, 0.5);
  traceTicks(pen, axis, box, 0.5);
  pen.stroke();
  pen.textAlign = 'right';
  pen.fillText(axis.name, box.x - labelGap, labelGap);
}

/** Ticks within the axis, with their labels. */
function labelled(axis: PlotAxis, draw: (label: string, tick: number) => void): void {
  const edge = 1e-9 * Math.max(1, Math.abs(axis.maximum - axis.minimum));
  axis.ticks.forEach((tick, at) => {
    if (tick >= axis.minimum - edge && tick <= axis.maximum + edge) draw(axis.labels[at] ?? '', tick);
  });
}

function paintElement(pen: CanvasRenderingContext2D, element: Element): void {
  const { type, shape = {}, style } = element;
  pen.globalAlpha = style.opacity ?? 1;
  if (type === 'text') paintText(pen, element);
  else if (type === 'columnBoxes' && typeof style.fill === 'string') {
    pen.fillStyle = style.fill;
    fillBoxes(pen, (shape as unknown as { boxes: Float64Array }).boxes);
  } else {
    const path = new Path2D();
    trace(path, type, shape);
    if (typeof style.fill === 'string') {
      pen.fillStyle = style.fill;
      pen.fill(path);
    }
    if (typeof style.stroke === 'string') {
      pen.strokeStyle = style.stroke;
      // Of dense lines a round join is most of the work, and cannot be seen.
      pen.lineJoin = 'bevel';
      pen.setLineDash(style.lineDash ?? []);
      const isPlain = type === 'columnPath' && (style.opacity ?? 1) === 1;
      strokeLine(pen, path, style.lineWidth ?? 1, isPlain);
    }
  }
  pen.globalAlpha = 1;
}

/**
 * A dense line wider than a pixel takes ten times as long as one of a pixel: it is drawn as some of these side by side,
 * where that looks the same.
 *
 * @param width in pixels of the settings
 */
function strokeLine(pen: CanvasRenderingContext2D, path: Path2D, width: number, isPlain: boolean): void {
  const finest = 1 / pen.getTransform().a;
  if (!isPlain || width <= finest) {
    pen.lineWidth = width;
    pen.stroke(path);
    return;
  }
  pen.lineWidth = finest;
  const beside = Math.ceil(width / finest);
  const apart = (width - finest) / (beside - 1);
  // Aslant: lines go up as often as along.
  for (let at = 0; at < beside; at++) {
    const shift = (at * apart - (width - finest) / 2) * Math.SQRT1_2;
    pen.translate(shift, shift);
    pen.stroke(path);
    pen.translate(-shift, -shift);
  }
}

function trace(pen: Pen, type: string, shape: Record<string, number>): void {
  const { x = 0, y = 0, width = 0, height = 0, x1 = 0, x2 = 0, y1 = 0, y2 = 0, cx = 0, cy = 0, r = 0 } = shape;
  const own = shapePens[type];
  if (own !== undefined) own(pen, shape as never);
  else if (type === 'line') {
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
  } else if (type === 'rect') pen.rect(x, y, width, height);
  else if (type === 'circle') {
    pen.moveTo(cx + r, cy);
    pen.arc(cx, cy, r, 0, Math.PI * 2);
  }
}

/** To whole pixels sideways: neighbours would show a seam where both cover half a pixel. */
function fillBoxes(pen: CanvasRenderingContext2D, boxes: Float64Array): void {
  for (let at = 0; at < boxes.length; at += 4) {
    const x0 = Math.round(boxes[at] as number);
    const x1 = Math.max(x0 + 1, Math.round(boxes[at + 1] as number));
    const y0 = boxes[at + 2] as number;
    pen.fillRect(x0, y0, x1 - x0, (boxes[at + 3] as number) - y0);
  }
}

function paintText(pen: CanvasRenderingContext2D, { x = 0, y = 0, rotation = 0, style }: Element): void {
  const { text = '', width } = style;
  pen.font = style.font ?? axisFont;
  pen.fillStyle = style.fill ?? '';
  pen.textAlign = style.textAlign ?? 'left';
  pen.textBaseline = style.textVerticalAlign ?? 'top';
  const lines =
    width === undefined ? [text] : style.overflow === 'break' ? broken(pen, text, width) : [cut(pen, text, width)];
  pen.save();
  pen.translate(x, y);
  pen.rotate(-rotation);
  lines.forEach((line, at) => pen.fillText(line, 0, (at - (lines.length - 1) / 2) * lineHeight));
  pen.restore();
}

function cut(pen: CanvasRenderingContext2D, text: string, width: number): string {
  if (pen.measureText(text).width <= width) return text;
  let end = text.length - 1;
  while (end > 0 && pen.measureText(`${text.slice(0, end)}…`).width > width) end--;
  return `${text.slice(0, end)}…`;
}

function broken(pen: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1) ?? ''} ${word}`;
    if (lines.length > 0 && pen.measureText(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
