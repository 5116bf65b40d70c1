/** When recording holds training back, and what a person can do. */
import { t } from '#app/text/text.ts';
import { formatCount, formatNumber } from '../../charts/format.ts';

/** Part of the time, below which waiting is not worth a word. */
const worthSaying = 0.1;

export interface WaitingWords {
  /** Fits into the line above the charts. */
  line: string;
  whole: string;
}

/**
 * @param wait part of a step's time that training waits for the queue of the capture
 * @param every the cadence of the recording
 * @returns null while it does not hold training back
 */
export function waitingWords(wait: number | null, every: number): WaitingWords | null {
  if (wait === null || wait < worthSaying) return null;
  const share = `${Math.round(wait * 100)} %`;
  const waits = t('Training waits for capture {share} of the time; nothing is dropped.', { share });
  const now =
    every <= 1
      ? t('It records every step: a run that records less often trains faster.')
      : t('It records every {every} steps: a run that records less often trains faster.', {
          every: formatCount(every),
        });
  // Where it waits all the time, the factor says nothing.
  const gain = wait >= 0.95 ? [] : [t('Up to {times} times as fast.', { times: formatNumber(1 / (1 - wait), 2) })];
  return {
    line: t('Training waits for capture, {share} of the time; nothing is dropped. Less often is faster.', { share }),
    whole: [waits, now, ...gain].join(' '),
  };
}
