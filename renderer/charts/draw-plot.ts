/** Plot -> ECharts option. The one place that knows ECharts' options. */
import { CustomChart } from 'echarts/charts';
import { GraphicComponent, GridComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';
import type { EChartsCoreOption } from 'echarts/core';
import type { ChartColours } from './colours.ts';
import { chartFont, headGraphics, legendRowPx, textWidth } from './chart-head.ts';
import { cutStart } from './cut-start.ts';
import { margins, type Plot, type PlotLegend, type PlotMark } from './plot.ts';
import { bandPoints, boxPixels, linePoints, type Mapping } from './shapes.ts';

echarts.use([CustomChart, GraphicComponent, GridComponent, CanvasRenderer, SVGRenderer]);

interface CoordinateSystem {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where the values of a plot are in a chart that is drawn with these settings. */
export function plotMapping(plot: Plot, settings: DrawSettings): Mapping {
  return mapping(plot, plotBox(settings));
}

function mapping(plot: Plot, box: CoordinateSystem): Mapping {
  const perX = box.width / (plot.x.maximum - plot.x.minimum || 1);
  const perY = box.height / (plot.y.maximum - plot.y.minimum || 1);
  const bottom = box.y + box.height;
  const { logarithmic, minimum } = plot.y;
  return {
    x: (value) => box.x + (value - plot.x.minimum) * perX,
    y: (value) => bottom - ((logarithmic ? (value > 0 ? Math.log10(value) : NaN) : value) - minimum) * perY,
  };
}

/** A mark as an element of the custom series; `hatchBottom` lies below every log axis, so -Infinity stands for it. */
function element(mark: PlotMark, map: Mapping, box: CoordinateSystem): object {
  const bottom = box.y + box.height;
  const base = { silent: true, transition: [] };
  switch (mark.kind) {
    case 'line':
      return {
        ...base,
        type: 'columnPath',
        shape: { points: linePoints(mark.x, mark.y, map), closed: false },
        style: {
          fill: null,
          stroke: mark.colour,
          lineWidth: mark.width,
          lineDash: mark.dash.length > 0 ? [...mark.dash] : null,
          lineJoin: 'round',
          opacity: mark.opacity ?? 1,
        },
      };
    case 'band':
      return {
        ...base,
        type: 'columnPath',
        shape: { points: bandPoints(mark.x, mark.low, mark.high, map), closed: true },
        style: { fill: mark.colour, opacity: mark.opacity },
      };
    case 'points':
      return {
        ...base,
        type: 'columnDots',
        shape: { points: linePoints(mark.x, mark.y, map), radius: mark.radius, marker: mark.marker ?? 'disc' },
        style: { fill: mark.colour },
      };
    case 'cells':
      return {
        ...base,
        type: 'columnBoxes',
        shape: { boxes: boxPixels(mark.boxes, map) },
        style: { fill: mark.colour },
      };
    case 'outline':
      return {
        ...base,
        type: 'columnBoxes',
        shape: { boxes: boxPixels(mark.boxes, map) },
        style: { fill: null, stroke: mark.colour, lineWidth: mark.width },
      };
    case 'label':
      return {
        ...base,
        type: 'text',
        x: map.x(mark.x) + 3,
        y: box.y + 8,
        style: { text: mark.text, fill: mark.colour, font: `600 11px ${chartFont}`, textVerticalAlign: 'middle' },
      };
    case 'hatch': {
      const toBottom: Mapping = { x: map.x, y: (value) => (value === 0 ? bottom : map.y(value)) };
      return {
        ...base,
        type: 'columnHatch',
        shape: {
          boxes: boxPixels(mark.boxes, mark.slant === 'floor' ? toBottom : map),
          slant: mark.slant,
          spacing: mark.slant === 'floor' ? 5 : 7,
        },
        style: { fill: null, stroke: mark.colour, lineWidth: 1 },
      };
    }
  }
}

export interface DrawSettings {
  width: number;
  height: number;
  /** With the step axis under the chart. */
  withAxis: boolean;
  left?: number;
  /** Rows of the legend below the title, as files have it (`legendRows`); absent: in the title's line, as far as it fits. */
  rows?: readonly (readonly PlotLegend[])[];
}

/** Between a label of the vertical axis and what is beside it, both sides together, in pixels. */
const labelSpace = 12;

function axisText(colours: ChartColours): object {
  return { color: colours.soft, fontSize: 11, fontFamily: chartFont };
}

/** Where the marks are drawn, in pixels. */
function topOf({ rows = [] }: DrawSettings): number {
  return margins.top + rows.length * legendRowPx;
}

export function plotBox(settings: DrawSettings): CoordinateSystem {
  const left = settings.left ?? margins.left;
  const bottom = settings.withAxis ? margins.bottomWithAxis : margins.bottom;
  return {
    x: left,
    y: topOf(settings),
    width: Math.max(10, settings.width - left - margins.right),
    height: Math.max(10, settings.height - topOf(settings) - bottom),
  };
}

/** What stands around the marks but the numbers of the axes. */
export function graphicElements(
  plot: Plot,
  box: CoordinateSystem,
  colours: ChartColours,
  settings: DrawSettings,
): object[] {
  return [
    ...(plot.y.grid ? gridLines(plot, box, colours) : []),
    ...axisNames(plot, box, colours, settings),
    ...headGraphics(plot, colours, settings.width, settings.rows, box.x),
    ...(plot.empty === '' ? [] : [emptyWords(plot.empty, box, colours)]),
  ];
}

export function markElements(plot: Plot, box: CoordinateSystem): object[] {
  const map = mapping(plot, box);
  return plot.marks.map((mark) => element(mark, map, box));
}

/** A complete option: set it with `notMerge`. */
export function plotOption(plot: Plot, colours: ChartColours, settings: DrawSettings): EChartsCoreOption {
  const left = settings.left ?? margins.left;
  const bottom = settings.withAxis ? margins.bottomWithAxis : margins.bottom;
  const nameOf = (position: number, axis: { ticks: readonly number[]; labels: readonly string[] }): string =>
    axis.labels[axis.ticks.findIndex((tick) => Math.abs(tick - position) < 1e-9 * Math.max(1, Math.abs(tick)))] ?? '';
  return {
    animation: false,
    textStyle: { fontFamily: chartFont },
    grid: { left, right: margins.right, top: topOf(settings), bottom, outerBoundsMode: 'none' },
    xAxis: {
      type: 'value',
      min: plot.x.minimum,
      max: plot.x.maximum === plot.x.minimum ? plot.x.minimum + 1 : plot.x.maximum,
      axisLine: { show: true, onZero: false, lineStyle: { color: colours.line } },
      axisTick: { show: settings.withAxis, customValues: [...plot.x.ticks], lineStyle: { color: colours.line } },
      splitLine: { show: false },
      axisLabel: {
        show: settings.withAxis,
        customValues: [...plot.x.ticks],
        hideOverlap: true,
        formatter: (value: number) => nameOf(value, plot.x),
        ...axisText(colours),
      },
    },
    yAxis: {
      type: 'value',
      min: plot.y.minimum,
      max: plot.y.maximum,
      axisLine: { show: false },
      axisTick: { show: false, customValues: [...plot.y.ticks] },
      splitLine: { show: false },
      axisLabel: {
        customValues: [...plot.y.ticks],
        formatter: (value: number) => cutStart(nameOf(value, plot.y), left - labelSpace, textWidth),
        ...axisText(colours),
      },
    },
    graphic: graphicElements(plot, plotBox(settings), colours, settings),
    series: [
      {
        type: 'custom',
        clip: true,
        silent: true,
        data: [[(plot.x.minimum + plot.x.maximum) / 2, (plot.y.minimum + plot.y.maximum) / 2]],
        renderItem: ({ coordSys }: { coordSys: CoordinateSystem }) => {
          const children = markElements(plot, coordSys);
          // Left to merge, ECharts keeps the old marks of a plot that has none any more.
          const merge = children.length > 0 ? {} : { $mergeChildren: false };
          return { type: 'group', silent: true, children, ...merge };
        },
      },
    ],
  };
}

function gridLines(plot: Plot, box: CoordinateSystem, colours: ChartColours): object[] {
  const perY = box.height / (plot.y.maximum - plot.y.minimum || 1);
  return plot.y.ticks
    .filter((tick) => tick > plot.y.minimum)
    .map((tick) => {
      const y = Math.round(box.y + box.height - (tick - plot.y.minimum) * perY) + 0.5;
      return {
        type: 'line',
        z: -1,
        silent: true,
        shape: { x1: box.x, x2: box.x + box.width, y1: y, y2: y },
        style: { stroke: colours.line, lineWidth: 1, opacity: 0.7 },
      };
    });
}

function axisNames(plot: Plot, box: CoordinateSystem, colours: ChartColours, settings: DrawSettings): object[] {
  const style = { fill: colours.soft, font: `11px ${chartFont}`, textAlign: 'center', textVerticalAlign: 'middle' };
  const names: object[] = [];
  if (plot.y.name !== '') {
    names.push({
      type: 'text',
      silent: true,
      x: 8,
      y: box.y + box.height / 2,
      rotation: Math.PI / 2,
      style: { ...style, text: plot.y.name },
    });
  }
  if (settings.withAxis && plot.x.name !== '') {
    names.push({
      type: 'text',
      silent: true,
      x: box.x + box.width / 2,
      y: settings.height - 8,
      style: { ...style, text: plot.x.name },
    });
  }
  return names;
}

function emptyWords(words: string, box: CoordinateSystem, colours: ChartColours): object {
  return {
    type: 'text',
    silent: true,
    x: box.x + box.width / 2,
    y: box.y + box.height / 2,
    style: {
      text: words,
      fill: colours.soft,
      font: `12px ${chartFont}`,
      textAlign: 'center',
      textVerticalAlign: 'middle',
      lineHeight: 16,
      width: box.width - 24,
      overflow: 'break',
    },
  };
}
