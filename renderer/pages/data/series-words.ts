/** Sizes of series and matrices, as a person reads them. */
import { timesAndChannels } from '#app/series/orientation.ts';
import type { Series, Study } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { formatCount } from '../../charts/format.ts';

/** '240 time points', '96 events', '90 × 90'. */
export function seriesSize({ kind, series: layout }: Pick<Study, 'kind' | 'series'>, series: Series): string {
  if (kind === 'matrices') return series.shape.map(formatCount).join(' × ');
  const { times } = timesAndChannels(series.shape, layout?.orientation ?? 'time-by-roi');
  return lengthText(layout?.files, times === 1, formatCount(times));
}

/** What stands above the table of subjects: how many, how long, how many channels. */
export function seriesCounts(study: Pick<Study, 'kind' | 'series' | 'subjects'>): string[] {
  const layout = study.series;
  const all = study.subjects.flatMap(({ series }) => (series === undefined ? [] : [series]));
  const included = layout?.channels.filter((channel) => channel.included).length ?? 0;
  if (study.kind === 'matrices') {
    return [
      t('{matrices} matrices of {regions} regions', {
        matrices: formatCount(all.length),
        regions: formatCount(included),
      }),
    ];
  }
  const times = all.map(({ shape }) => timesAndChannels(shape, layout?.orientation ?? 'time-by-roi').times);
  const [shortest, longest] = [Math.min(...times), Math.max(...times)];
  const lengths =
    shortest === longest
      ? formatCount(shortest)
      : t('{shortest} to {longest}', { shortest: formatCount(shortest), longest: formatCount(longest) });
  return [
    t('{n} series', { n: formatCount(all.length) }),
    ...(all.length === 0 ? [] : [lengthText(layout?.files, longest === 1, lengths)]),
    included === 1 ? t('1 channel') : t('{n} channels', { n: formatCount(included) }),
  ];
}

function lengthText(files: NonNullable<Study['series']>['files'] | undefined, isOne: boolean, times: string): string {
  if (files === 'events') return isOne ? t('1 event') : t('{n} events', { n: times });
  return isOne ? t('1 time point') : t('{n} time points', { n: times });
}
