/**
 * Permutation of group labels among subjects, one labelling for a whole training: a subject that is in the first group in
 * one batch is there in the next. Labels that were drawn anew for every batch would average out over the steps, which true
 * labels do not, and every difference would look significant.
 */
import type { SeededRandom } from '#app/run/random.ts';

/** Labels exchanged among all subjects of a stratum: groups keep their sizes there. */
export function shuffledLabels(
  groupOf: readonly number[],
  strata: readonly number[],
  random: SeededRandom,
): Int32Array {
  const members = new Map<number, number[]>();
  strata.forEach((stratum, subject) => members.set(stratum, [...(members.get(stratum) ?? []), subject]));
  const labels = Int32Array.from(groupOf);
  for (const of of members.values()) {
    const shuffled = random.shuffle(of.map((subject) => groupOf[subject] ?? 0));
    of.forEach((subject, i) => (labels[subject] = shuffled[i] ?? 0));
  }
  return labels;
}

/**
 * @param labels of the samples of a batch
 * @param orders from `firstOrder` on it receives positions in the batch, sorted by group
 * @param sizes from `firstSize` on it receives how many samples of the batch each group has
 */
export function sortByGroup(
  labels: ArrayLike<number>,
  groups: number,
  orders: Int32Array,
  firstOrder: number,
  sizes: Int32Array,
  firstSize: number,
): void {
  const samples = labels.length;
  sizes.fill(0, firstSize, firstSize + groups);
  for (let sample = 0; sample < samples; sample++) {
    const at = firstSize + (labels[sample] as number);
    sizes[at] = (sizes[at] as number) + 1;
  }
  // A size becomes the place of its group's next sample and, when all are in place, a size again.
  let place = firstOrder;
  for (let at = firstSize; at < firstSize + groups; at++) {
    const size = sizes[at] as number;
    sizes[at] = place;
    place += size;
  }
  for (let sample = 0; sample < samples; sample++) {
    const at = firstSize + (labels[sample] as number);
    const next = sizes[at] as number;
    orders[next] = sample;
    sizes[at] = next + 1;
  }
  for (let at = firstSize + groups - 1; at >= firstSize; at--) {
    sizes[at] = (sizes[at] as number) - (at === firstSize ? firstOrder : (sizes[at - 1] as number));
  }
}

/** Whether any label can change its subject: false where every stratum lies in one group. */
export function canRelabel(groupOf: readonly number[], strata: readonly number[]): boolean {
  const seen = new Map<number, number>();
  return groupOf.some((group, i) => {
    const stratum = strata[i] ?? 0;
    const known = seen.get(stratum);
    seen.set(stratum, known ?? group);
    return known !== undefined && known !== group;
  });
}
