/**
 * Permutation of group labels among subjects, consistent over all steps of a training: a subject that is in the first
 * group in one batch is there in the next. Labels that were drawn anew for every batch would average out over the steps,
 * which true labels do not, and every difference would look significant.
 */
import type { SeededRandom } from '#app/run/random.ts';

/** One number for each subject: a labelling gives the first group to the subjects with the smallest keys. */
export function drawKeys(subjects: number, random: SeededRandom): Float64Array {
  return Float64Array.from({ length: subjects }, () => random.next());
}

/** Places of a batch among which labels may be exchanged: for each stratum, ascending. */
export function exchangeable(strata: ArrayLike<number>): Int32Array[] {
  const places = new Map<number, number[]>();
  for (let sample = 0; sample < strata.length; sample++) {
    const stratum = strata[sample] ?? 0;
    places.set(stratum, [...(places.get(stratum) ?? []), sample]);
  }
  return [...places.values()].map((each) => Int32Array.from(each));
}

/**
 * The batch's samples as the labelling of these keys sorts them by group. Each group keeps its size within each stratum of
 * the batch, so that no difference comes from sizes; that makes a subject near the border of two groups change sides from
 * batch to batch, and is why subjects have keys and not labels.
 *
 * @param places as `exchangeable` has them of the batch, which is sorted by group
 * @param keyOf key of each sample of the batch
 * @param into [samples] receives positions in the batch, sorted by group
 */
export function relabel(places: readonly Int32Array[], keyOf: Float64Array, into: Int32Array): void {
  for (const stratum of places) {
    // Sorted by insertion: a stratum has a few dozen samples. Its places are in the order of the groups, as the batch is.
    for (let i = 0; i < stratum.length; i++) {
      const sample = stratum[i] as number;
      const key = keyOf[sample] as number;
      let at = i;
      for (; at > 0; at--) {
        const before = into[stratum[at - 1] as number] as number;
        if ((keyOf[before] as number) <= key) break;
        into[stratum[at] as number] = before;
      }
      into[stratum[at] as number] = sample;
    }
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
