/** Small multiples of lines over one horizontal axis, as SVG for print. */
import { axisOf, fixedAxis, placeOn, type Axis } from './axis.ts';
import { element, type Content, type Markup } from './markup.ts';

export interface Line {
  name: string;
  colour: string;
  dash: readonly number[];
  /** Of this line alone; absent: `x` of the panel. */
  x?: readonly number[];
  /** Same length as `x`; null leaves a gap. */
  y: readonly (number | null)[];
  /** Lowest and highest; null: no band. */
  band: { low: readonly (number | null)[]; high: readonly (number | null)[] } | null;
}

export interface Panel {
  title: string;
  x: readonly number[];
  lines: readonly Line[];
  /** Said in place of lines where there are none. */
  empty: string;
}

export interface PanelFigure {
  panels: readonly Panel[];
  /** Panels beside each other. */
  across: number;
  /** Of a panel, in points; absent: flat, for courses. */
  height?: number;
  x: { label: string; axis: Axis };
  y: { label: string; isLog: boolean; range: readonly [number, number] | null };
  /** In words, for who does not see it. */
  alt: string;
}

const width = 700;
const edge = { left: 58, right: 10, top: 22, bottom: 22 };
const gap = 40;
const flatPanel = 100;
const legendHeight = 28;
const labelHeight = 18;
const ink = '#1d2733';
const soft = '#5b6673';
const grid = '#e3e7eb';
const bandOpacity = 0.16;

export function panelFigure({ panels, across, height: panelHeight = flatPanel, x, y, alt }: PanelFigure): Markup {
  const columns = Math.max(1, Math.min(across, panels.length));
  const rows = Math.ceil(panels.length / columns);
  const panelWidth = (width - edge.left - edge.right - gap * (columns - 1)) / columns;
  const rowHeight = edge.top + panelHeight + edge.bottom;
  const height = legendHeight + rows * rowHeight + labelHeight;
  const drawn = panels.map((panel, at) => {
    const left = edge.left + (at % columns) * (panelWidth + gap);
    const top = legendHeight + Math.floor(at / columns) * rowHeight + edge.top;
    return element(
      'g',
      { transform: `translate(${round(left)} ${round(top)})` },
      ...panelParts(panel, { width: panelWidth, height: panelHeight }, x.axis, y),
    );
  });
  const middle = legendHeight + (rows * rowHeight) / 2;
  return element(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', 'aria-label': alt, class: 'plot' },
    legend(panels),
    ...drawn,
    label(x.label, { x: (width + edge.left) / 2, y: height - 4, 'text-anchor': 'middle' }),
    label(y.label, { transform: `translate(11 ${round(middle)}) rotate(-90)`, 'text-anchor': 'middle' }),
  );
}

function panelParts(
  panel: Panel,
  { width: panelWidth, height: panelHeight }: { width: number; height: number },
  x: Axis,
  y: PanelFigure['y'],
): Content[] {
  const { title, lines, empty } = panel;
  const values = lines.flatMap((line) => [...line.y, ...(line.band?.low ?? []), ...(line.band?.high ?? [])]);
  const yAxis = y.range === null ? axisOf(values, y.isLog) : fixedAxis(...y.range);
  const across = (value: number): number => (placeOn(x, value) ?? 0) * panelWidth;
  const up = (value: number | null): number | null => {
    const place = placeOn(yAxis, value);
    return place === null ? null : (1 - place) * panelHeight;
  };
  const isEmpty = values.every((value) => value === null);
  return [
    element('text', { x: 0, y: -7, fill: ink, 'font-size': 11, 'font-weight': 600 }, title),
    ...(isEmpty ? [] : yAxis.ticks.map((tick) => yTick(tick.label, up(tick.value) ?? 0, panelWidth))),
    ...x.ticks.map((tick) => xTick(tick.label, across(tick.value), panelHeight)),
    element('path', { d: `M0 0V${panelHeight}H${round(panelWidth)}`, fill: 'none', stroke: soft }),
    ...(isEmpty ? [label(empty, { x: panelWidth / 2, y: panelHeight / 2, 'text-anchor': 'middle' })] : []),
    ...lines.map((line) => bandOf(line, (line.x ?? panel.x).map(across), up)),
    ...lines.map((line) => pathOf(line, (line.x ?? panel.x).map(across), up)),
  ];
}

function yTick(text: string, y: number, panelWidth: number): Markup {
  return element(
    'g',
    {},
    element('path', { d: `M0 ${round(y)}H${round(panelWidth)}`, stroke: grid }),
    label(text, { x: -5, y: round(y + 3.5), 'text-anchor': 'end' }),
  );
}

function xTick(text: string, x: number, panelHeight: number): Markup {
  return element(
    'g',
    {},
    element('path', { d: `M${round(x)} ${panelHeight}v4`, stroke: soft }),
    label(text, { x: round(x), y: panelHeight + 15, 'text-anchor': 'middle' }),
  );
}

function pathOf({ y, colour, dash }: Line, x: readonly number[], up: (value: number | null) => number | null): Content {
  const points = y.map((value, i) => ({ x: x[i] ?? 0, y: up(value) }));
  const path = pieces(points)
    .map((piece) => piece.map((point, i) => `${i === 0 ? 'M' : 'L'}${round(point.x)} ${round(point.y)}`).join(''))
    .join('');
  if (path === '') return null;
  const single = points.filter((point) => point.y !== null).length === 1;
  return element('path', {
    d: single ? `${path}h0.01` : path,
    fill: 'none',
    stroke: colour,
    'stroke-width': single ? 4 : 1.6,
    'stroke-linecap': single ? 'round' : null,
    'stroke-linejoin': 'round',
    'stroke-dasharray': dash.length === 0 ? null : dash.join(' '),
  });
}

function bandOf({ band, colour }: Line, x: readonly number[], up: (value: number | null) => number | null): Content {
  if (band === null) return null;
  const edges = band.low.map((low, i) => ({ x: x[i] ?? 0, y: up(low), top: up(band.high[i] ?? null) }));
  const path = pieces(edges)
    .map((piece) => {
      const there = piece.map((point) => `${round(point.x)} ${round(point.y)}`);
      const back = piece.toReversed().map((point) => `${round(point.x)} ${round(point.top ?? point.y)}`);
      return `M${[...there, ...back].join('L')}Z`;
    })
    .join('');
  return path === '' ? null : element('path', { d: path, fill: colour, 'fill-opacity': bandOpacity });
}

/** Runs of points without a gap. */
function pieces<P extends { y: number | null }>(points: readonly P[]): (P & { y: number })[][] {
  const found: (P & { y: number })[][] = [];
  let open: (P & { y: number })[] | null = null;
  for (const point of points) {
    if (point.y === null) {
      open = null;
      continue;
    }
    if (open === null) found.push((open = []));
    open.push({ ...point, y: point.y });
  }
  return found;
}

/** Each name once, in the order of the lines. */
function legend(panels: readonly Panel[]): Markup {
  const lines = new Map(panels.flatMap(({ lines: all }) => all.map((line) => [line.name, line] as const)));
  let x = edge.left;
  const entries = [...lines.values()].map((line) => {
    const at = x;
    x += 34 + line.name.length * 6.2 + 16;
    return element(
      'g',
      { transform: `translate(${round(at)} 10)` },
      element('path', {
        d: 'M0 0H26',
        stroke: line.colour,
        'stroke-width': 2,
        'stroke-dasharray': line.dash.length === 0 ? null : line.dash.join(' '),
      }),
      label(line.name, { x: 32, y: 4 }),
    );
  });
  return element('g', {}, ...entries);
}

function label(text: string, attributes: Record<string, string | number>): Markup {
  return element('text', { fill: ink, 'font-size': 10.5, ...attributes }, text);
}

function round(value: number): number {
  return Number(value.toFixed(2));
}
