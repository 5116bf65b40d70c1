/** At which epochs of a run its weights are kept, so that a step can be looked at again under other groups. */
import type { RunConfiguration } from './configuration.ts';

/**
 * @param weights numbers of the network's weights
 * @param runs of the session
 * @returns n: they are kept as they are before the first step of every n-th epoch, from the first; 0: never
 */
export function replayCadence(
  { epochs, capture }: Pick<RunConfiguration, 'epochs'> & { capture: Pick<RunConfiguration['capture'], 'replay'> },
  weights: number,
  runs: number,
): number {
  const { replay } = capture;
  if (replay === null) return 0;
  const fitting = Math.floor((replay.megabytes * 1e6) / (weights * Float32Array.BYTES_PER_ELEMENT * runs));
  const kept = Math.min(replay.checkpoints, fitting);
  return kept < 1 ? 0 : Math.ceil(epochs / kept);
}
