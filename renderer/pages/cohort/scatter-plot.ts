/** The scatter as a chart for files: what the page draws, with the groups in its legend. */
import { t } from '#app/text/text.ts';
import type { StudyView } from '#app/contract/operations.ts';
import type { ChartColours } from '../../charts/colours.ts';
import { cellText, formatTick } from '../../charts/format.ts';
import { fileNameOf, type Plot, type PlotAxis, type PlotMark } from '../../charts/plot.ts';
import { linearRange } from '../../charts/ranges.ts';
import { groupColour } from '../../theme/groups.ts';
import type { ScatterSeries } from './draw-scatter.ts';
import type { Scatter, ScatterAxis } from './scatter-points.ts';

/** Pixels; many points are smaller, or they cover each other. */
const radius = 3;
const manyPoints = 2000;

export function scatterPlot(
  { study, groupOf }: StudyView,
  scatter: Scatter,
  series: readonly ScatterSeries[],
  colours: ChartColours,
): Plot {
  const { x, y, points } = scatter;
  const drawn = series
    .map((of) => ({ ...of, ink: of.colour === null ? colours.soft : groupColour(of.colour, colours.dark) }))
    .filter((of) => of.points.length > 0);
  return {
    title: t('{y} against {x}', { y: y.name, x: x.name }),
    subtitle: `n = ${points.length}`,
    x: axisOf(
      x,
      points.map((point) => point.x),
    ),
    y: {
      ...axisOf(
        y,
        points.map((point) => point.y),
      ),
      logarithmic: false,
      grid: y.levels === null,
    },
    marks: drawn.map((of): PlotMark => ({
      kind: 'points',
      x: of.points.map((point) => point.x),
      y: of.points.map((point) => point.y),
      colour: of.ink,
      radius: points.length > manyPoints ? radius / 2 : radius,
      marker: of.marker,
    })),
    legend: drawn.map(({ name, ink, marker }) => ({ label: name, colour: ink, look: 'marker', marker })),
    empty: points.length === 0 ? t('No subject has a value of both columns.') : '',
    fileName: fileNameOf(y.name, 'against', x.name),
    table: () => ({
      header: ['subject', 'group', x.name, y.name],
      rows: points.map(({ row }) => {
        const subject = study.subjects[row];
        const values = [x.name, y.name].map((name) => valueOf(subject?.values[name]));
        return [subject?.id ?? '', groupOf[row] ?? '', ...values];
      }),
    }),
  };
}

function valueOf(cell: unknown): string | number | null {
  return typeof cell === 'string' || typeof cell === 'number' ? cell : null;
}

/** Categories have a place each, numbers the round ticks around them. */
function axisOf({ name, levels }: ScatterAxis, values: readonly number[]): PlotAxis {
  if (levels !== null) {
    const ticks = levels.map((_, at) => at);
    return { minimum: -0.5, maximum: Math.max(0.5, levels.length - 0.5), ticks, labels: levels.map(cellText), name };
  }
  const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
  const { minimum, maximum, interval } = linearRange(low, high, null, 5);
  const ticks = Array.from(
    { length: Math.round((maximum - minimum) / interval) + 1 },
    (_, at) => minimum + at * interval,
  );
  // Points at the ends are whole.
  const room = (maximum - minimum) * 0.03;
  return {
    ...{ minimum: minimum - room, maximum: maximum + room, ticks, name },
    labels: ticks.map((tick) => formatTick(tick, interval)),
  };
}
