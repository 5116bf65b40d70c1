/** What is done to each subject's series, in words and in order. */
import type { DescribedStep } from '#app/preparation/describe.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';
import { t } from '#app/text/text.ts';

/** @param shape of a sample when all is done */
export function describeSeries(settings: SeriesPreparation | undefined, shape: readonly number[]): DescribedStep[] {
  if (settings === undefined) return [];
  const { detrend, bandPassHz, confounds, standardise, windows, connectivity, fisherZ, lengths } = settings;
  const steps: [step: string, words: string | null][] = [
    ['detrend', detrend === 'none' ? null : trendWords(detrend)],
    ['band-pass', bandPassHz === null ? null : bandWords(bandPassHz)],
    ['scrub', confounds?.scrub ? scrubWords(confounds.scrub) : null],
    [
      'confounds',
      confounds === null || confounds.columns.length === 0
        ? null
        : t('{columns} are regressed out of each channel', { columns: confounds.columns.join(', ') }),
    ],
    ['standardise-channels', standardise ? t("z-score of each subject's channels over time") : null],
    [
      'windows',
      windows === null ? null : t('windows of {length} time points, one every {step}, as rows of their own', windows),
    ],
    ['connectivity', connectivity === 'none' ? null : connectivityWords(connectivity, fisherZ)],
    ['lengths', connectivity === 'none' && windows === null ? lengthWords(lengths) : null],
  ];
  return steps.flatMap(([step, words]) => (words === null ? [] : [{ step, words, shape: [...shape] }]));
}

function trendWords(trend: 'mean' | 'linear'): string {
  return trend === 'mean' ? t('each channel loses its mean') : t('each channel loses its linear trend');
}

function lengthWords(lengths: SeriesPreparation['lengths']): string {
  return lengths === 'crop'
    ? t('longer series lose their end')
    : t('shorter series are padded at their end, and what is padded is masked');
}

function bandWords({ low, high }: NonNullable<SeriesPreparation['bandPassHz']>): string | null {
  if (low !== null && high !== null)
    return t('frequencies from {low} to {high} Hz are kept (Butterworth, no shift of phase)', { low, high });
  if (high !== null) return t('frequencies below {high} Hz are kept (Butterworth, no shift of phase)', { high });
  return low === null ? null : t('frequencies above {low} Hz are kept (Butterworth, no shift of phase)', { low });
}

function scrubWords({ column, above }: { column: string; above: number }): string {
  return t('time points with a {column} above {above} take no part; in a series straight lines bridge them', {
    column,
    above,
  });
}

function connectivityWords(kind: 'pearson' | 'partial', fisherZ: boolean): string {
  if (kind === 'pearson')
    return fisherZ
      ? t("Pearson correlations of the channels, by Fisher's z")
      : t('Pearson correlations of the channels');
  return fisherZ ? t("partial correlations of the channels, by Fisher's z") : t('partial correlations of the channels');
}
