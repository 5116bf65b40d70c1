/** When recording holds training back, and what a person can do. */
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
  const gain = wait >= 0.95 ? '' : `, up to ${formatNumber(1 / (1 - wait), 2)} times as fast`;
  const now = every <= 1 ? 'every step' : `every ${formatCount(every)} steps`;
  return {
    line: `Training waits for capture, ${share} of the time; nothing is dropped. Less often is faster.`,
    whole: `Training waits for capture ${share} of the time; nothing is dropped. It records ${now}: a run that records less often trains faster${gain}.`,
  };
}
