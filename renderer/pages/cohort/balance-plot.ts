/** How far groups are apart in each covariate: standardised differences as points, with the bounds of the table (a Love plot). */
import { t } from '#app/text/text.ts';
import type { BalanceRow } from '#app/study/balance.ts';
import type { ChartColours } from '../../charts/colours.ts';
import { formatTick } from '../../charts/format.ts';
import { fileNameOf, type Plot } from '../../charts/plot.ts';
import { linearRange } from '../../charts/ranges.ts';

/** Austin (2009), and what is called strong in the table. */
const bounds = [0.1, 0.25] as const;

export function balancePlot(rows: readonly BalanceRow[], study: string, colours: ChartColours): Plot {
  const known = rows.flatMap(({ table, difference, test, between }) =>
    difference === null || !Number.isFinite(difference)
      ? []
      : [{ name: table.column, size: Math.abs(difference), p: test?.p ?? null, between: between ?? [] }],
  );
  const most = Math.max(2 * bounds[1], ...known.map(({ size }) => size));
  const { maximum, interval } = linearRange(0, most, null, 5);
  const ticks = Array.from({ length: Math.round(maximum / interval) + 1 }, (_, at) => at * interval);
  const middle = (at: number): number => known.length - 1 - at + 0.5;
  return {
    title: t('Balance of the groups'),
    subtitle: '',
    x: {
      ...{ minimum: 0, maximum: maximum * 1.02, ticks, name: t('standardised difference, size') },
      labels: ticks.map((tick) => formatTick(tick, interval)),
    },
    y: {
      ...{ logarithmic: false, grid: false, minimum: 0, maximum: Math.max(1, known.length), name: '' },
      ticks: known.map((_, at) => middle(at)),
      labels: known.map(({ name }) => name),
    },
    marks: [
      ...bounds.map((bound, at) => ({
        ...{ kind: 'line' as const, x: [bound, bound], y: [0, Math.max(1, known.length)] },
        ...{ colour: colours.soft, width: 1, dash: at === 0 ? [2, 3] : [6, 3] },
      })),
      ...known.map(({ size }, at) => ({
        ...{ kind: 'line' as const, x: [0, size], y: [middle(at), middle(at)] },
        ...{ colour: colours.line, width: 1, dash: [] },
      })),
      {
        kind: 'points',
        x: known.map(({ size }) => size),
        y: known.map((_, at) => middle(at)),
        colour: colours.text,
        radius: 3.5,
      },
    ],
    legend: [
      { label: t('some imbalance, {bound}', { bound: bounds[0] }), colour: colours.soft, look: 'line', dash: [2, 3] },
      { label: t('strong, {bound}', { bound: bounds[1] }), colour: colours.soft, look: 'line', dash: [6, 3] },
    ],
    empty: known.length === 0 ? t('No covariate to compare.') : '',
    fileName: fileNameOf(study, 'balance'),
    table: () => ({
      header: ['covariate', 'standardised difference', 'p', 'between'],
      rows: known.map(({ name, size, p, between }) => [name, size, p, between.join(' and ')]),
    }),
  };
}
