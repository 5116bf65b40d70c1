/**
 * Shapes that ECharts' custom series draws for us. A line of a thousand columns is one path instead of a thousand data
 * items, which keeps a redraw of every panel within a frame.
 */
import * as echarts from 'echarts/core';
import type { Marker } from './plot.ts';

/** Pixels x0, y0, x1, y1, …; NaN lifts the pen. */
interface PathShape {
  points: Float64Array;
  closed: boolean;
}

interface BoxesShape {
  /** Pixels x0, x1, y0, y1 of each box. */
  boxes: Float64Array;
}

interface HatchShape extends BoxesShape {
  /** '/' leans right, '\' leans left. */
  slant: 'floor' | 'missing';
  spacing: number;
}

export type Pen = Pick<CanvasRenderingContext2D, 'moveTo' | 'lineTo' | 'closePath' | 'rect' | 'arc'>;

/** Pixels. */
const halfDash = 3;

function drawPath(pen: Pen, { points, closed }: PathShape): void {
  let down = false;
  for (let at = 0; at < points.length; at += 2) {
    const x = points[at] as number;
    const y = points[at + 1] as number;
    if (Number.isNaN(y)) {
      if (down && closed) pen.closePath();
      down = false;
    } else if (down) pen.lineTo(x, y);
    else {
      // A value between two missing ones has no line: it is drawn as a dash, or it would be lost.
      const alone = !closed && Number.isNaN(points[at + 3] ?? NaN);
      pen.moveTo(alone ? x - halfDash : x, y);
      if (alone) pen.lineTo(x + halfDash, y);
      down = true;
    }
  }
  if (down && closed) pen.closePath();
}

function drawBoxes(pen: Pen, { boxes }: BoxesShape): void {
  for (let at = 0; at < boxes.length; at += 4) {
    const [x0, x1, y0, y1] = [boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]] as [
      number,
      number,
      number,
      number,
    ];
    pen.rect(x0, y0, x1 - x0, y1 - y0);
  }
}

/** Lines x ± y = c, cut to each box: neighbours share their phase, so boxes side by side look like one. */
function drawHatch(pen: Pen, { boxes, slant, spacing }: HatchShape): void {
  const lean = slant === 'floor' ? 1 : -1;
  for (let at = 0; at < boxes.length; at += 4) {
    const [x0, x1, y0, y1] = [boxes[at], boxes[at + 1], boxes[at + 2], boxes[at + 3]] as [
      number,
      number,
      number,
      number,
    ];
    const low = x0 + Math.min(lean * y0, lean * y1);
    const high = x1 + Math.max(lean * y0, lean * y1);
    for (let c = Math.ceil(low / spacing) * spacing; c <= high; c += spacing) {
      // y = lean (c - x): the part with x in [x0, x1] and y in [y0, y1].
      const ends = [c - lean * y0, c - lean * y1];
      const from = Math.max(x0, Math.min(...ends));
      const to = Math.min(x1, Math.max(...ends));
      if (to <= from) continue;
      pen.moveTo(from, lean * (c - from));
      pen.lineTo(to, lean * (c - to));
    }
  }
}

interface DotsShape {
  points: Float64Array;
  radius: number;
  marker: Marker;
}

/** Corners around the middle of a point of radius 1, x and y by turns; of about the area of the disc. */
const corners: Readonly<Record<Exclude<Marker, 'disc'>, readonly number[]>> = {
  triangle: [0, -1.3, 1.2, 0.9, -1.2, 0.9],
  square: [-0.9, -0.9, 0.9, -0.9, 0.9, 0.9, -0.9, 0.9],
  diamond: [0, -1.3, 1.3, 0, 0, 1.3, -1.3, 0],
  cross: [
    ...[-0.4, -1.3, 0.4, -1.3, 0.4, -0.4, 1.3, -0.4, 1.3, 0.4, 0.4, 0.4],
    ...[0.4, 1.3, -0.4, 1.3, -0.4, 0.4, -1.3, 0.4, -1.3, -0.4, -0.4, -0.4],
  ],
  down: [0, 1.3, 1.2, -0.9, -1.2, -0.9],
  bar: [-1.4, -0.5, 1.4, -0.5, 1.4, 0.5, -1.4, 0.5],
};

/** For legends and for libraries that draw points: around 0, of radius 1, as the `d` of an SVG path. */
export function markerPath(marker: Marker): string {
  if (marker === 'disc') return 'M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z';
  const around = corners[marker];
  const at = (corner: number): string => `${around[2 * corner] ?? 0} ${around[2 * corner + 1] ?? 0}`;
  return `M${Array.from({ length: around.length / 2 }, (_, corner) => at(corner)).join('L')}Z`;
}

function drawDots(pen: Pen, { points, radius, marker }: DotsShape): void {
  for (let at = 0; at < points.length; at += 2) {
    const x = points[at] as number;
    const y = points[at + 1] as number;
    if (Number.isNaN(y)) continue;
    if (marker === 'disc') {
      pen.moveTo(x + radius, y);
      pen.arc(x, y, radius, 0, Math.PI * 2);
      continue;
    }
    const around = corners[marker];
    for (let corner = 0; corner < around.length; corner += 2) {
      const [across, down] = [x + radius * (around[corner] ?? 0), y + radius * (around[corner + 1] ?? 0)];
      if (corner === 0) pen.moveTo(across, down);
      else pen.lineTo(across, down);
    }
    pen.closePath();
  }
}

/** How each shape is drawn, by its name. */
export const shapePens: Readonly<Record<string, (pen: Pen, shape: never) => void>> = {
  columnPath: drawPath,
  columnBoxes: drawBoxes,
  columnHatch: drawHatch,
  columnDots: drawDots,
};

function register(name: string, shape: object): void {
  const draw = shapePens[name];
  const Shape = echarts.graphic.extendShape({
    shape,
    buildPath: (pen: unknown, current: unknown) => draw?.(pen as Pen, current as never),
  });
  echarts.graphic.registerShape(name, Shape);
}

register('columnPath', { points: new Float64Array(0), closed: false } satisfies PathShape);
register('columnBoxes', { boxes: new Float64Array(0) } satisfies BoxesShape);
register('columnHatch', { boxes: new Float64Array(0), slant: 'floor', spacing: 6 } satisfies HatchShape);
register('columnDots', { points: new Float64Array(0), radius: 2, marker: 'disc' } satisfies DotsShape);

/** Data units -> pixels. */
export interface Mapping {
  x(value: number): number;
  y(value: number): number;
}

/** [x0, y0, x1, y1, …] of a line in pixels. */
export function linePoints(x: ArrayLike<number>, y: ArrayLike<number>, map: Mapping): Float64Array {
  const points = new Float64Array(x.length * 2);
  for (let index = 0; index < x.length; index++) {
    points[2 * index] = map.x(x[index] as number);
    points[2 * index + 1] = map.y(y[index] as number);
  }
  return points;
}

/**
 * What of a line lies between two places sideways: dashes are laid along all of it, also where it is out of sight, which
 * took most of a frame when a curve of 100,000 steps was looked at closely.
 */
export function cutSideways(points: Float64Array, left: number, right: number): Float64Array {
  const kept: number[] = [];
  let isOpen = false;
  const at = (index: number): [number, number] => [points[2 * index] ?? NaN, points[2 * index + 1] ?? NaN];
  for (let index = 0; 2 * index < points.length; index++) {
    const [x0, y0] = at(index);
    const [x1, y1] = at(index + 1);
    if (Number.isNaN(y0)) continue;
    const onEdge = (x: number): [number, number] => [x, y0 + ((x - x0) / (x1 - x0)) * (y1 - y0)];
    const isInside = x0 >= left && x0 <= right;
    if (Number.isNaN(x1 + y1)) {
      if (!isOpen && isInside) kept.push(x0, y0);
      if (isOpen || isInside) kept.push(NaN, NaN);
      isOpen = false;
    } else if (x1 >= left && x0 <= right) {
      if (!isOpen) kept.push(...(x0 < left ? onEdge(left) : [x0, y0]));
      kept.push(...(x1 > right ? onEdge(right) : [x1, y1]));
      isOpen = x1 <= right;
      if (!isOpen) kept.push(NaN, NaN);
    }
  }
  return Float64Array.from(kept);
}

/** Outline of a band: out along the upper edge and back along the lower one, broken where a value is missing. */
export function bandPoints(
  x: ArrayLike<number>,
  low: ArrayLike<number>,
  high: ArrayLike<number>,
  map: Mapping,
): Float64Array {
  const points: number[] = [];
  let start = 0;
  const close = (end: number): void => {
    for (let index = start; index < end; index++) points.push(map.x(x[index] as number), map.y(high[index] as number));
    for (let index = end - 1; index >= start; index--)
      points.push(map.x(x[index] as number), map.y(low[index] as number));
    if (end > start) points.push(NaN, NaN);
  };
  for (let index = 0; index < x.length; index++) {
    const present = !Number.isNaN(map.y(low[index] as number)) && !Number.isNaN(map.y(high[index] as number));
    if (present) continue;
    close(index);
    start = index + 1;
  }
  close(x.length);
  return Float64Array.from(points);
}

/** Boxes in pixels; neighbours of the same height (within half a pixel) become one. */
export function boxPixels(boxes: ArrayLike<number>, map: Mapping): Float64Array {
  const pixels: number[] = [];
  for (let at = 0; at < boxes.length; at += 4) {
    const x0 = map.x(boxes[at] as number);
    const x1 = map.x(boxes[at + 1] as number);
    const ya = map.y(boxes[at + 2] as number);
    const yb = map.y(boxes[at + 3] as number);
    const [y0, y1] = ya < yb ? [ya, yb] : [yb, ya];
    const end = pixels.length;
    const joins =
      end > 0 &&
      Math.abs((pixels[end - 3] as number) - x0) < 0.01 &&
      Math.abs((pixels[end - 2] as number) - y0) < 0.5 &&
      Math.abs((pixels[end - 1] as number) - y1) < 0.5;
    if (joins) pixels[end - 3] = x1;
    else pixels.push(x0, x1, y0, y1);
  }
  return Float64Array.from(pixels);
}
