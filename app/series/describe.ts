/** What is done to each subject's series, in words and in order. */
import type { DescribedStep } from '#app/preparation/describe.ts';
import type { SeriesPreparation } from '#app/run/series-preparation.ts';

/** @param shape of a sample when all is done */
export function describeSeries(settings: SeriesPreparation | undefined, shape: readonly number[]): DescribedStep[] {
  if (settings === undefined) return [];
  const { detrend, bandPassHz, confounds, standardise, windows, connectivity, fisherZ, lengths } = settings;
  const steps: [step: string, words: string | null][] = [
    ['detrend', detrend === 'none' ? null : `each channel loses its ${detrend === 'mean' ? 'mean' : 'linear trend'}`],
    ['band-pass', bandPassHz === null ? null : bandWords(bandPassHz)],
    ['scrub', confounds?.scrub ? scrubWords(confounds.scrub) : null],
    [
      'confounds',
      confounds === null || confounds.columns.length === 0
        ? null
        : `${confounds.columns.join(', ')} are regressed out of each channel`,
    ],
    ['standardise-channels', standardise ? "z-score of each subject's channels over time" : null],
    [
      'windows',
      windows === null
        ? null
        : `windows of ${windows.length} time points, one every ${windows.step}, as rows of their own`,
    ],
    ['connectivity', connectivity === 'none' ? null : connectivityWords(connectivity, fisherZ)],
    ['lengths', connectivity === 'none' && windows === null ? lengthWords[lengths] : null],
  ];
  return steps.flatMap(([step, words]) => (words === null ? [] : [{ step, words, shape: [...shape] }]));
}

const lengthWords: Readonly<Record<SeriesPreparation['lengths'], string>> = {
  crop: 'longer series lose their end',
  pad: 'shorter series are padded at their end, and what is padded is masked',
};

function bandWords({ low, high }: NonNullable<SeriesPreparation['bandPassHz']>): string | null {
  if (low !== null && high !== null)
    return `frequencies from ${low} to ${high} Hz are kept (Butterworth, no shift of phase)`;
  if (low === null && high === null) return null;
  return `frequencies ${low === null ? `below ${high ?? 0}` : `above ${low}`} Hz are kept (Butterworth, no shift of phase)`;
}

function scrubWords({ column, above }: { column: string; above: number }): string {
  return `time points with a ${column} above ${above} take no part; in a series straight lines bridge them`;
}

function connectivityWords(kind: 'pearson' | 'partial', fisherZ: boolean): string {
  const what = kind === 'pearson' ? 'Pearson correlations' : 'partial correlations';
  return `${what} of the channels${fisherZ ? ", by Fisher's z" : ''}`;
}
