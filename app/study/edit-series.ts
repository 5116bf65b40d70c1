/** Edits of a study of series: which channels are included, and which axis of the files is time. */
import { settingError } from '#app/contract/errors.ts';
import { orientationWords, timesAndChannels } from '#app/series/orientation.ts';
import { sentence } from '#app/text/sentence.ts';
import { t } from '#app/text/text.ts';
import { listed, namesText } from './labelling.ts';
import type { Orientation, SeriesLayout, Study } from './study.ts';

/**
 * @param names of channels, or of columns of events for all their channels
 * @throws SpectroscopeError (setting) for a name that there is not, or when no channel would be left
 */
export function includeChannels(study: Study, names: readonly string[], included: boolean): Study {
  const layout = layoutOf(study);
  const unknown = names.filter((name) => !layout.channels.some((each) => each.name === name || each.source === name));
  if (unknown.length > 0) {
    throw settingError(
      'unknown-channel',
      t('The series have no channel {channels}.', { channels: namesText(unknown, 5) }),
      {
        field: unknown[0] ?? '',
        expected: listed([...new Set(layout.channels.map(({ source }) => source))], 20),
      },
    );
  }
  const chosen = new Set(names);
  const channels = layout.channels.map((channel) =>
    chosen.has(channel.name) || chosen.has(channel.source) ? { ...channel, included } : channel,
  );
  if (channels.every((channel) => !channel.included)) {
    throw settingError('no-channels', t('No channel would be left to learn from: include one first.'), {
      field: 'channels',
      expected: 'at least one channel',
    });
  }
  return { ...study, series: { ...layout, channels } };
}

/** Channels are called by their number afterwards: the names belonged to the other axis. */
export function turnSeries(study: Study, orientation: Orientation): Study {
  const layout = layoutOf(study);
  const confirmed = { ...layout, orientation, ...orientationWords(sentence('Chosen by a person.')) };
  const problems = study.problems.filter(({ code }) => code !== 'orientation-guessed');
  if (layout.orientation === orientation) return { ...study, series: confirmed, problems };
  if (layout.files !== 'arrays') {
    const why =
      layout.files === 'events'
        ? t('The rows of a table of events are its times: they cannot be turned.')
        : t('The volumes of a 4-D scan are its times: they cannot be turned.');
    throw settingError(`${layout.files}-orientation`, why, { field: 'orientation' });
  }
  const counts = study.subjects.flatMap(({ series, excluded }) =>
    series === undefined || excluded !== null ? [] : [timesAndChannels(series.shape, orientation).channels],
  );
  const [count = 0] = counts;
  if (counts.some((each) => each !== count)) {
    throw settingError(
      'channels-differ',
      t('Turned, the subjects would have from {fewest} to {most} regions: all need the same.', {
        fewest: Math.min(...counts),
        most: Math.max(...counts),
      }),
      { field: 'orientation', expected: layout.orientation },
    );
  }
  return { ...study, series: { ...confirmed, channels: numberedChannels(count) }, problems };
}

/** 'ROI 1', 'ROI 2', … */
export function numberedChannels(count: number): SeriesLayout['channels'] {
  return Array.from({ length: count }, (_, i) => {
    const name = `ROI ${i + 1}`;
    return { name, source: name, of: 'number', level: '', included: true };
  });
}

function layoutOf({ series, kind }: Study): SeriesLayout {
  if (series !== undefined) return series;
  const sentence =
    kind === 'table' ? t('This study holds a table, no series.') : t('This study holds scans, no series.');
  throw settingError('no-series', sentence, { field: 'series' });
}
