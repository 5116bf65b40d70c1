/** Confidence intervals by resampling people (Efron 1979). */
import { SeededRandom } from '#app/run/random.ts';

export interface Estimate {
  value: number | null;
  /**
   * Ends of the 95 % interval; null where the value is, where too few resamples have one, and where all have the same: of five
   * people who were all classified right, resampling would say 1 to 1.
   */
  low: number | null;
  high: number | null;
}

export const resamples = 1000;
const [lowest, highest] = [0.025, 0.975];
/** Part of the resamples that must have a value: without one class there is no area. */
const neededPart = 0.9;

/**
 * Percentile intervals. A person who has several items (several rows or windows, or validated in several repeats) comes and goes
 * with all: resampling rows would take them for independent and make the intervals too narrow.
 *
 * @param people the items of each person
 * @param scoresOf scores by name, of all items of a sample of people
 * @param seed the same seed gives the same intervals
 */
export function bootstrap<Item, Name extends string>(
  people: readonly (readonly Item[])[],
  scoresOf: (items: readonly Item[]) => Record<Name, number | null>,
  seed: number,
): Record<Name, Estimate> {
  const values = scoresOf(people.flat());
  const names = Object.keys(values) as Name[];
  const found = new Map<Name, number[]>(names.map((name) => [name, []]));
  const random = new SeededRandom(seed);
  if (people.length > 1) {
    for (let i = 0; i < resamples; i++) {
      const scores = scoresOf(people.flatMap(() => people[random.integer(people.length)] ?? []));
      for (const name of names) {
        const score = scores[name];
        if (score !== null) found.get(name)?.push(score);
      }
    }
  }
  const estimates = names.map((name) => {
    const sorted = (found.get(name) ?? []).sort((a, b) => a - b);
    const isKnown = values[name] !== null && sorted.length >= neededPart * resamples && sorted[0] !== sorted.at(-1);
    const [low, high] = isKnown ? [percentile(sorted, lowest), percentile(sorted, highest)] : [null, null];
    return [name, { value: values[name], low, high }] as const;
  });
  return Object.fromEntries(estimates) as Record<Name, Estimate>;
}

/** Between the two nearest values, linearly (as NumPy's default). */
export function percentile(sorted: readonly number[], part: number): number {
  const place = part * (sorted.length - 1);
  const below = Math.floor(place);
  const [a, b] = [sorted[below] as number, sorted[Math.min(below + 1, sorted.length - 1)] as number];
  return a + (place - below) * (b - a);
}
