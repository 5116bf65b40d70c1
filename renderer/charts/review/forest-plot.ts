/** A metric of every fold, of all together and of each group, with its interval: one row each. */
import type { MetricsPart } from '#app/contract/session.ts';
import { t } from '#app/text/text.ts';
import { extentOf } from '../columns.ts';
import { formatTick } from '../format.ts';
import { fileNameOf, type Plot, type PlotMark } from '../plot.ts';
import { linearRange } from '../ranges.ts';

export interface ForestRow {
  part: Pick<MetricsPart, 'kind' | 'name' | 'scores'>;
  title: string;
  colour: string;
}

/** @param score its name in `scores`, and as it is written */
export function forestPlot(rows: readonly ForestRow[], score: { name: string; title: string }): Plot {
  const known = rows.flatMap((row) => {
    const estimate = row.part.scores[score.name];
    return estimate === undefined || estimate.value === null ? [] : [{ ...row, ...estimate, value: estimate.value }];
  });
  const [low, high] = extentOf([known.flatMap((row) => [row.low ?? row.value, row.value, row.high ?? row.value])]);
  const range = linearRange(low, high, null, 3);
  const marks: PlotMark[] = known.flatMap(({ value, low: from, high: to, colour, part }, at): PlotMark[] => {
    const y = known.length - 1 - at + 0.5;
    const interval: PlotMark[] =
      from === null || to === null
        ? []
        : [{ kind: 'line', x: [from, to], y: [y, y], colour, width: part.kind === 'pooled' ? 2.4 : 1.6, dash: [] }];
    return [...interval, { kind: 'points', x: [value], y: [y], colour, radius: part.kind === 'pooled' ? 4 : 3 }];
  });
  const ticks = Array.from(
    { length: Math.round((range.maximum - range.minimum) / range.interval) + 1 },
    (_, at) => range.minimum + at * range.interval,
  );
  return {
    title: score.title,
    subtitle: t('95 % intervals'),
    x: {
      ...{ minimum: range.minimum, maximum: range.maximum, ticks, name: '' },
      labels: ticks.map((tick) => formatTick(tick, range.interval)),
    },
    y: {
      ...{ logarithmic: false, grid: false, minimum: 0, maximum: Math.max(1, known.length), name: '' },
      ticks: known.map((_, at) => known.length - 1 - at + 0.5),
      labels: known.map(({ title }) => title),
    },
    marks,
    legend: [],
    empty: known.length === 0 ? t('Nothing has been validated yet.') : '',
    fileName: fileNameOf('folds', score.name),
    table: () => ({
      header: ['part', score.title, 'low', 'high'],
      rows: known.map((row) => [row.title, row.value, row.low, row.high]),
    }),
  };
}
