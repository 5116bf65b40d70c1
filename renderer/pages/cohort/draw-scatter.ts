/** The scatter as ECharts draws it: a series for each group, and a lasso or a box that selects. */
import { ScatterChart } from 'echarts/charts';
import { BrushComponent, GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import type { EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { StudyView } from '#app/contract/operations.ts';
import type { ChartColours } from '../../charts/colours.ts';
import { cellText } from '../../charts/format.ts';
import { groupColour } from '../../theme/groups.ts';
import type { Scatter, ScatterAxis, ScatterPoint } from './scatter-points.ts';

echarts.use([ScatterChart, BrushComponent, GridComponent, TooltipComponent, CanvasRenderer]);

/** Markers repeat the distinction of the colours. */
const markers = ['circle', 'triangle', 'rect', 'diamond', 'pin', 'arrow', 'roundRect'] as const;
const manyPoints = 2000;

export interface ScatterSeries {
  name: string;
  colour: number | null;
  points: ScatterPoint[];
}

/** In the order of the groups, who is in none last. */
export function scatterSeries({ study, groupOf }: StudyView, { points }: Scatter): ScatterSeries[] {
  const of = (name: string | null) => points.filter(({ row }) => (groupOf[row] ?? null) === name);
  const groups = study.groups.groups.map(({ name, colour }) => ({ name, colour, points: of(name) }));
  return [...groups, { name: 'no group', colour: null, points: of(null) }];
}

export function scatterOption(
  view: StudyView,
  scatter: Scatter,
  series: readonly ScatterSeries[],
  colours: ChartColours,
): EChartsCoreOption {
  const count = scatter.points.length;
  return {
    animation: false,
    grid: { left: 64, right: 20, top: 16, bottom: 48 },
    tooltip: {
      trigger: 'item',
      backgroundColor: colours.background,
      borderColor: colours.line,
      textStyle: { color: colours.text, fontSize: 12 },
      formatter: ({ data }: { data: number[] }) => pointWords(view, scatter, data),
    },
    brush: {
      xAxisIndex: 0,
      throttleType: 'debounce',
      throttleDelay: 150,
      outOfBrush: { colorAlpha: 0.25 },
      brushStyle: { borderWidth: 1, color: 'rgba(106,160,255,0.12)', borderColor: colours.soft },
    },
    xAxis: axisOption(scatter.x, colours, 28),
    yAxis: axisOption(scatter.y, colours, 44),
    series: series.map(({ name, colour, points }, at) => ({
      type: 'scatter',
      name,
      data: points.map(({ x, y, row }) => [x, y, row]),
      symbol: colour === null ? 'circle' : markers[at % markers.length],
      symbolSize: count > manyPoints ? 4 : 7,
      itemStyle: {
        color: colour === null ? colours.soft : groupColour(colour, colours.dark),
        opacity: count > manyPoints ? 0.5 : 0.75,
      },
    })),
  };
}

/** A lasso or a box in values of the axes, as the brush takes it back. */
export interface BrushArea {
  brushType: string;
  coordRange: unknown;
  xAxisIndex: 0;
}

/** Of what 'brushEnd' tells. */
export function areasOfBrush(event: unknown): BrushArea[] {
  const { areas } = event as { areas?: { brushType: string; coordRange: unknown }[] };
  return (areas ?? []).map(({ brushType, coordRange }) => ({ brushType, coordRange, xAxisIndex: 0 }));
}

/** Rows under the brush, of what 'brushSelected' tells. */
export function rowsOfBrush(event: unknown, series: readonly ScatterSeries[]): number[] {
  const { batch } = event as { batch?: { selected: { seriesIndex: number; dataIndex: number[] }[] }[] };
  const selected = batch?.[0]?.selected ?? [];
  return selected
    .flatMap(({ seriesIndex, dataIndex }) => dataIndex.flatMap((at) => series[seriesIndex]?.points[at]?.row ?? []))
    .sort((a, b) => a - b);
}

function axisOption({ name, levels }: ScatterAxis, colours: ChartColours, nameGap: number): object {
  return {
    type: 'value',
    name,
    nameLocation: 'middle',
    nameGap,
    nameTextStyle: { color: colours.text, fontSize: 12 },
    ...(levels === null
      ? { min: ({ min, max }: Range) => min - padding(min, max), max: ({ min, max }: Range) => max + padding(min, max) }
      : { min: -0.5, max: levels.length - 0.5, interval: 1 }),
    axisLabel: {
      color: colours.soft,
      fontSize: 11,
      // The ends are where the points end, not round.
      showMinLabel: levels !== null,
      showMaxLabel: levels !== null,
      // Ticks are round: their digits beyond the sixth are those of the arithmetic.
      formatter: (value: number) =>
        levels === null ? cellText(Number(value.toPrecision(6))) : (levels[Math.round(value)] ?? ''),
      ...(levels === null ? {} : { customValues: levels.map((_, at) => at) }),
    },
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: levels === null, lineStyle: { color: colours.line } },
    splitLine: { show: levels === null, lineStyle: { color: colours.line, opacity: 0.6 } },
  };
}

interface Range {
  min: number;
  max: number;
}

/** Room around the points, so that none lies on the frame. */
function padding(min: number, max: number): number {
  return max > min ? (max - min) * 0.04 : Math.max(1, Math.abs(max) * 0.04);
}

function pointWords({ study, groupOf }: StudyView, { x, y }: Scatter, data: readonly number[]): string {
  const row = data[2] ?? -1;
  const subject = study.subjects[row];
  if (subject === undefined) return '';
  const value = (name: string) => `${name}: ${String(subject.values[name] ?? '')}`;
  return [subject.id, groupOf[row] ?? 'no group', value(x.name), value(y.name)].map(escaped).join('<br>');
}

/** Names come from files: in a tooltip they are text, not markup. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
