/** Sizes of series and matrices, as a person reads them. */
import { timesAndChannels } from '#app/series/orientation.ts';
import type { Series, Study } from '#app/study/study.ts';
import { formatCount } from '../../charts/format.ts';

/** '240 time points', '96 events', '90 × 90'. */
export function seriesSize({ kind, series: layout }: Pick<Study, 'kind' | 'series'>, series: Series): string {
  if (kind === 'matrices') return series.shape.map(formatCount).join(' × ');
  const { times } = timesAndChannels(series.shape, layout?.orientation ?? 'time-by-roi');
  return `${formatCount(times)} ${layout?.files === 'events' ? 'events' : 'time points'}`;
}

/** What stands above the table of subjects: how many, how long, how many channels. */
export function seriesCounts(study: Pick<Study, 'kind' | 'series' | 'subjects'>): string[] {
  const layout = study.series;
  const all = study.subjects.flatMap(({ series }) => (series === undefined ? [] : [series]));
  const included = layout?.channels.filter((channel) => channel.included).length ?? 0;
  if (study.kind === 'matrices') return [`${formatCount(all.length)} matrices of ${formatCount(included)} regions`];
  const times = all.map(({ shape }) => timesAndChannels(shape, layout?.orientation ?? 'time-by-roi').times);
  const [shortest, longest] = [Math.min(...times), Math.max(...times)];
  const lengths = shortest === longest ? formatCount(shortest) : `${formatCount(shortest)} to ${formatCount(longest)}`;
  return [
    `${formatCount(all.length)} series`,
    ...(all.length === 0 ? [] : [`${lengths} ${layout?.files === 'events' ? 'events' : 'time points'}`]),
    `${formatCount(included)} channels`,
  ];
}
