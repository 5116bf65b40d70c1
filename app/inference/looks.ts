/** When a training in hand is looked at, at how many of its steps, and what comes of it. */
import type { EarlySign, Look } from '#app/contract/early-signs.ts';
import type { TestCourse } from './permutation-test.ts';
import { windowTest } from './permutation-test.ts';
import { SequentialBand, spentBy, windowScores } from './sequential.ts';
import { defaultStatistics, effectUnit, type TestStatistic } from './statistics.ts';

/** Probability of a sign anywhere in a training whose groups do not differ. */
export const signLevel = 0.05;
/** At each tenth of the planned steps. */
export const plannedLooks = 10;
/** Fewer would have to wait: of 1,000 labellings one is spent at four tenths. */
export const signPermutations = 999;
/** Steps of a tenth that are looked at: neighbours are alike. */
const mostSteps = 20;
/** What a look may take of one core. */
const lookSeconds = 2;
/** Of a spectrum of n samples, 4 n^3 + 60 n^2 operations at this speed, as measured. */
const operationsPerSecond = 2.7e10;

export interface LookEffort {
  /** Steps of each tenth. */
  steps: number;
  statistics: readonly TestStatistic[];
}

/**
 * So many steps that a look stays cheap; of batches whose eigenvalues would take longer than that, energies and alignments
 * alone, which need none.
 *
 * @param samples of a batch
 * @param layers whose spectra the Grams give
 */
export function lookEffort(samples: number, groups: number, layers: number): LookEffort {
  const size = samples / groups;
  const spectrum = (4 * size ** 3 + 60 * size ** 2) / operationsPerSecond;
  const step = spectrum * (signPermutations + 1) * groups * 3 * layers;
  const steps = Math.floor(lookSeconds / Math.max(step, 1e-6));
  if (steps < 2) return { steps: mostSteps, statistics: ['energy', 'alignment'] };
  return { steps: Math.min(steps, mostSteps), statistics: defaultStatistics };
}

/** At most so many of the given, evenly spread, the last among them. */
export function spreadOut<T>(of: readonly T[], most: number): T[] {
  if (of.length <= most) return [...of];
  return Array.from({ length: most }, (_, i) => of[Math.floor(((i + 1) * of.length) / most) - 1]).flatMap((each) =>
    each === undefined ? [] : [each],
  );
}

export interface LookedAt {
  sign: Omit<EarlySign, 'effect' | 'unit' | 'score'>;
  course: TestCourse;
}

/** The looks of one training, one after the other. */
export class Looks {
  private readonly band = new SequentialBand(signPermutations + 1, signLevel);

  /** @param tests over all steps that were looked at so far */
  look(of: Pick<Look, 'look' | 'steps' | 'fraction' | 'batches'>, tests: readonly LookedAt[]): Look {
    const extremes = new Float64Array(signPermutations + 1).fill(-Infinity);
    const signs: EarlySign[] = [];
    for (const { sign, course } of tests) {
      const scores = windowScores(course);
      const result = windowTest(course);
      if (scores === null || result === null) continue;
      scores.forEach((score, i) => (extremes[i] = Math.max(extremes[i] as number, score)));
      signs.push({ ...sign, effect: result.effect, unit: effectUnit(sign.summary), score: scores[0] as number });
    }
    const band = this.band.look(extremes, of.fraction);
    const farthest = signs.toSorted((a, b) => b.score - a.score);
    return {
      ...of,
      spent: spentBy(signLevel, of.fraction),
      band: Number.isFinite(band) ? band : null,
      strongest: [...new Set(signs.map(({ layer }) => layer))].flatMap(
        (layer) => farthest.find((each) => each.layer === layer) ?? [],
      ),
      out: farthest.filter(({ score }) => score > band),
    };
  }
}

/** Layers that left the band, in the order in which they did, each with the strongest sign of its first look out. */
export function marksOf(looks: readonly Look[]): ({ look: number; steps: number } & EarlySign)[] {
  const marks = new Map<string, { look: number; steps: number } & EarlySign>();
  for (const { look, steps, out } of looks) {
    for (const sign of out) if (!marks.has(sign.layer)) marks.set(sign.layer, { look, steps, ...sign });
  }
  return [...marks.values()];
}
