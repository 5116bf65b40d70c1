/**
 * Seconds until all runs are through, from the pace of the steps so far. Early stopping may end sooner.
 *
 * @param stepsDone steps of all runs that are over or need not be done
 * @returns null until a pace is known
 */
export function secondsRemaining(stepsDone: number, stepsTotal: number, stepsPerSecond: number | null): number | null {
  if (stepsPerSecond === null || stepsPerSecond <= 0) return null;
  return Math.max(0, stepsTotal - stepsDone) / stepsPerSecond;
}
