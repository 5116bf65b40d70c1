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

/**
 * The curve itself: the parts of negatives and of positives that score at or above each threshold, from the highest on
 * (Fawcett 2006). Samples of equal score come together, so ties are slanted lines and the area below is that above.
 *
 * @param scores and `positive` as for `areaUnderRoc`, with a positive and a negative among them
 * @returns from (0, 0) to (1, 1); points on a straight line are left out but for its ends
 */
export function rocCurve(
  scores: ArrayLike<number>,
  positive: readonly boolean[],
): { falsePositive: number[]; truePositive: number[] } {
  const order = Array.from(positive.keys()).sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const positives = positive.filter(Boolean).length;
  const negatives = positive.length - positives;
  const points: [number, number][] = [[0, 0]];
  let [found, wrong] = [0, 0];
  order.forEach((sample, place) => {
    if (positive[sample] === true) found += 1;
    else wrong += 1;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[sample]) return;
    const point: [number, number] = [wrong, found];
    while (points.length > 1 && isStraight(points.at(-2) as [number, number], points.at(-1) as [number, number], point))
      points.pop();
    points.push(point);
  });
  return {
    falsePositive: points.map(([x]) => x / negatives),
    truePositive: points.map(([, y]) => y / positives),
  };
}

function isStraight(a: readonly [number, number], b: readonly [number, number], c: readonly [number, number]): boolean {
  return (b[0] - a[0]) * (c[1] - a[1]) === (c[0] - a[0]) * (b[1] - a[1]);
}
