/**
 * Area under the receiver operating characteristic curve: the chance that a positive scores above a negative, ties counted
 * half (Mann-Whitney; Hanley & McNeil 1982). Exact.
 *
 * @param scores one per sample, higher means more likely positive
 * @param positive whether each sample is of the positive class
 * @returns null when one of the two is absent, or a score is not a number
 */
export function areaUnderRoc(scores: ArrayLike<number>, positive: readonly boolean[]): number | null {
  const order = Array.from(positive.keys()).sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const positives = positive.filter(Boolean).length;
  const negatives = positive.length - positives;
  if (positives === 0 || negatives === 0 || order.some((i) => Number.isNaN(scores[i]))) return null;
  let rankSum = 0;
  for (let first = 0; first < order.length;) {
    let last = first;
    while (last + 1 < order.length && scores[order[last + 1] as number] === scores[order[first] as number]) last++;
    // Ranks from 1; tied samples share the mean of theirs.
    const rank = (first + last) / 2 + 1;
    for (let i = first; i <= last; i++) if (positive[order[i] as number] === true) rankSum += rank;
    first = last + 1;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}
