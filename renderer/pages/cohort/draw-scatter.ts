/** The scatter as ECharts draws it: a series for each group, what a lasso left out faded. */
import { ScatterChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import type { EChartsCoreOption } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { StudyView } from '#app/contract/operations.ts';
import { escaped } from '#app/text/escaped.ts';
import { t } from '#app/text/text.ts';
import type { ChartColours } from '../../charts/colours.ts';
import { cellText } from '../../charts/format.ts';
import { markerShapes, type Marker } from '../../charts/plot.ts';
import { markerPath } from '../../charts/shapes.ts';
import { groupColour } from '../../theme/groups.ts';
import type { Scatter, ScatterAxis, ScatterPoint } from './scatter-points.ts';

echarts.use([ScatterChart, GridComponent, TooltipComponent, CanvasRenderer]);

/** More are drawn as one shape: an element for each would take a second to make. */
const manyPoints = 2000;
const fading = 0.25;

export interface ScatterSeries {
  name: string;
  colour: number | null;
  /** Repeats the distinction of the colours. */
  marker: Marker;
  points: ScatterPoint[];
}

/** In the order of the groups, who is in none last. */
export function scatterSeries({ study, groupOf }: StudyView, { points }: Scatter): ScatterSeries[] {
  const of = (name: string | null) => points.filter(({ row }) => (groupOf[row] ?? null) === name);
  const groups = study.groups.groups.map(({ name, colour }, at): ScatterSeries => ({
    ...{ name, colour, points: of(name) },
    marker: markerShapes[at % markerShapes.length] ?? 'disc',
  }));
  return [...groups, { name: t('no group'), colour: null, marker: 'disc', points: of(null) }];
}

/** @param inside rows that a lasso took in, null: there is none */
export function scatterOption(
  view: StudyView,
  scatter: Scatter,
  series: readonly ScatterSeries[],
  colours: ChartColours,
  inside: ReadonlySet<number> | null,
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
    xAxis: axisOption(scatter.x, colours, 28),
    yAxis: axisOption(scatter.y, colours, 44),
    series: series.flatMap(({ name, colour, marker, points }) =>
      [false, true].flatMap((isInside) => {
        const data = points.filter(({ row }) => (inside?.has(row) ?? true) === isInside);
        // A series of many points that has none cannot be drawn.
        if (data.length === 0) return [];
        return {
          type: 'scatter',
          name,
          data: data.map(({ x, y, row }) => [x, y, row]),
          large: count > manyPoints,
          largeThreshold: 0,
          progressive: 0,
          symbol: marker === 'disc' ? 'circle' : `path://${markerPath(marker)}`,
          symbolKeepAspect: true,
          symbolSize: count > manyPoints ? 4 : 7,
          itemStyle: {
            color: colour === null ? colours.soft : groupColour(colour, colours.dark),
            opacity: (count > manyPoints ? 0.5 : 0.75) * (isInside ? 1 : fading),
          },
        };
      }),
    ),
  };
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
  return [subject.id, groupOf[row] ?? t('no group'), value(x.name), value(y.name)].map(escaped).join('<br>');
}
