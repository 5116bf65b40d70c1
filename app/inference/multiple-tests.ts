/** Many tests at once. */

/**
 * Adjusted p of each test, so that at most a share q of those at or below q are false discoveries (Benjamini and Hochberg
 * 1995); valid for tests that depend positively on one another, as layers of one network do.
 */
export function falseDiscoveryAdjusted(p: readonly number[]): number[] {
  const order = [...p.keys()].sort((a, b) => (p[a] ?? 1) - (p[b] ?? 1));
  const adjusted = new Array<number>(p.length).fill(1);
  let smallest = 1;
  for (let rank = p.length; rank >= 1; rank--) {
    const test = order[rank - 1] ?? 0;
    smallest = Math.min(smallest, ((p[test] ?? 1) * p.length) / rank);
    adjusted[test] = smallest;
  }
  return adjusted;
}
