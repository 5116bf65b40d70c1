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

/**
 * Corrected p of a further result of a test that is one among many: of a cluster that is not its test's heaviest. It is found
 * at the smallest share q at which the test is selected and its p, family-wise within the test, is at most q times the share
 * of tests that are selected (Benjamini and Bogomolov 2014). Of a test's first result it is `falseDiscoveryAdjusted`.
 *
 * @param p of the further result, at least that of the first result of its test
 * @param firsts p of the first result of every test, 1 where a test has none
 */
export function selectedAdjusted(p: number, firsts: readonly number[]): number {
  const ordered = falseDiscoveryAdjusted(firsts).sort((a, b) => a - b);
  const adjusted = ordered.map((selected, at) => Math.max(selected, (p * firsts.length) / (at + 1)));
  return Math.min(1, ...adjusted);
}
