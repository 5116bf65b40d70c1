/** What a run is given of a study of series or matrices, from shapes alone. */
import { settingError } from '#app/contract/errors.ts';
import type { InputKind } from '#app/model/description.ts';
import type { RunConfiguration } from '#app/run/configuration.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import { namesText } from '#app/study/labelling.ts';
import type { Series, SeriesLayout, Study, Subject } from '#app/study/study.ts';
import { t } from '#app/text/text.ts';
import { timesAndChannels } from './orientation.ts';

/** Series as they are. */
export const plainSeries: SeriesPreparation = {
  repetitionTimeS: null,
  confounds: null,
  detrend: 'none',
  bandPassHz: null,
  standardise: false,
  connectivity: 'none',
  fisherZ: false,
  windows: null,
  lengths: 'crop',
};

export interface SeriesPlan {
  kind: Extract<InputKind, 'series' | 'matrix'>;
  /** One row, without the batch axis: [times, channels], or [regions, regions, 1]. */
  inputShape: number[];
  /** Names of the channels that networks are fed. */
  channels: string[];
  /** Rows of each subject, in the order of the subjects: 1, or the number of its windows. */
  rows: number[];
  /** Whether some series end before the row does. */
  padded: boolean;
  warnings: string[];
}

/** Fewer times than this are no series. */
const fewestTimes = 2;

/**
 * @param subjects that take part
 * @throws SpectroscopeError (setting) when the settings cannot be carried out on series of these lengths
 */
export function planSeries(
  study: Pick<Study, 'kind' | 'series'>,
  subjects: readonly Subject[],
  { preparation }: Pick<RunConfiguration, 'preparation'>,
): SeriesPlan {
  const layout = layoutOf(study);
  const channels = layout.channels.filter(({ included }) => included).map(({ name }) => name);
  if (channels.length === 0) {
    throw settingError('no-channels', t('No channel of the series is included: choose some on the Data page.'), {
      field: 'channels',
      expected: 'at least one channel',
    });
  }
  if (study.kind === 'matrices') {
    const inputShape = [channels.length, channels.length, 1];
    return { kind: 'matrix', inputShape, channels, rows: subjects.map(() => 1), padded: false, warnings: [] };
  }
  const settings = preparation.series ?? plainSeries;
  const lengths = subjects.map(({ series }) => timesOf(series, layout));
  requireBand(settings);
  requireLengths(subjects, lengths, settings);
  const rows = lengths.map((length) => windowsIn(length, settings.windows));
  const warnings = [...lengthWarnings(lengths, settings), ...connectivityWarnings(lengths, channels.length, settings)];
  if (settings.connectivity !== 'none') {
    if (channels.length < 3) {
      throw settingError(
        'too-few-regions',
        t('Connections need at least 3 channels, and {count} are included.', { count: channels.length }),
        { field: 'preparation.series.connectivity', expected: 'at least 3 channels' },
      );
    }
    return {
      kind: 'matrix',
      inputShape: [channels.length, channels.length, 1],
      channels,
      rows,
      padded: false,
      warnings,
    };
  }
  const times = settings.windows?.length ?? (settings.lengths === 'crop' ? Math.min : Math.max)(...lengths);
  const padded = settings.windows === null && lengths.some((length) => length < times);
  return { kind: 'series', inputShape: [times, channels.length], channels, rows, padded, warnings };
}

export function layoutOf({ series }: Pick<Study, 'series'>): SeriesLayout {
  if (series !== undefined) return series;
  throw settingError('no-series', t('The study has no series: import them first.'), { field: 'series' });
}

function timesOf(series: Series | undefined, { orientation }: SeriesLayout): number {
  return series === undefined ? 0 : timesAndChannels(series.shape, orientation).times;
}

/** Windows of a series, the last one whole. */
export function windowsIn(times: number, windows: SeriesPreparation['windows']): number {
  return windows === null ? 1 : Math.max(0, Math.floor((times - windows.length) / windows.step) + 1);
}

function requireBand({ bandPassHz, repetitionTimeS }: SeriesPreparation): void {
  if (bandPassHz === null || (bandPassHz.low === null && bandPassHz.high === null)) return;
  if (repetitionTimeS === null) {
    throw settingError(
      'no-repetition-time',
      t('A band of frequencies needs the repetition time: give it in seconds.'),
      {
        field: 'preparation.series.repetitionTimeS',
        expected: 'seconds between time points',
      },
    );
  }
  const highest = 1 / (2 * repetitionTimeS);
  const { low, high } = bandPassHz;
  if ((low ?? 0) < (high ?? highest) && (low ?? 0) < highest && (high ?? 0) < highest) return;
  throw settingError(
    'band-impossible',
    t(
      'A band from {low} to {high} Hz is not within what a repetition time of {seconds} s can show: below {highest} Hz, the lower bound first.',
      { low: low ?? 0, high: high ?? highest, seconds: repetitionTimeS, highest: Number(highest.toPrecision(3)) },
    ),
    { field: 'preparation.series.bandPassHz', expected: `0 < low < high < ${Number(highest.toPrecision(3))} Hz` },
  );
}

function requireLengths(
  subjects: readonly Subject[],
  lengths: readonly number[],
  { windows }: SeriesPreparation,
): void {
  const needed = windows?.length ?? fewestTimes;
  const short = subjects.filter((_, i) => (lengths[i] ?? 0) < needed).map(({ id }) => id);
  if (short.length === 0 && needed >= fewestTimes) return;
  if (needed < fewestTimes) {
    throw settingError('window-too-short', t('A window of {needed} time point is no series.', { needed }), {
      field: 'preparation.series.windows',
      expected: `at least ${fewestTimes} time points`,
    });
  }
  throw settingError(
    'series-too-short',
    windows === null
      ? t('{subjects}: fewer than {needed} time points. Exclude what is too short.', {
          subjects: namesText(short, 5),
          needed,
        })
      : t('{subjects}: fewer than {needed} time points. Take a shorter window, or exclude what is too short.', {
          subjects: namesText(short, 5),
          needed,
        }),
    { field: windows === null ? 'series' : 'preparation.series.windows', expected: `at least ${needed} time points` },
  );
}

function lengthWarnings(
  lengths: readonly number[],
  { windows, connectivity, lengths: how }: SeriesPreparation,
): string[] {
  const [shortest, longest] = [Math.min(...lengths), Math.max(...lengths)];
  if (windows !== null || connectivity !== 'none' || shortest === longest) return [];
  const others = lengths.filter((length) => length !== (how === 'crop' ? shortest : longest)).length;
  return [
    how === 'crop'
      ? t('The series of {n} of {all} subjects are cropped to the {times} time points of the shortest.', {
          n: others,
          all: lengths.length,
          times: shortest,
        })
      : t('The series of {n} of {all} subjects are padded at their end to the {times} time points of the longest.', {
          n: others,
          all: lengths.length,
          times: longest,
        }),
  ];
}

function connectivityWarnings(lengths: readonly number[], regions: number, settings: SeriesPreparation): string[] {
  const { connectivity, windows } = settings;
  const shortest = windows?.length ?? Math.min(...lengths);
  if (connectivity !== 'partial' || shortest > regions) return [];
  return [
    t(
      'Partial correlations of {regions} regions from {times} time points: their covariance cannot be inverted, so it is shrunk (Ledoit & Wolf 2004).',
      { regions, times: shortest },
    ),
  ];
}
