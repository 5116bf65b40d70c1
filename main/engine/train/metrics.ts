/** How well probabilities match classes. */
import type { Metrics } from '#app/contract/session.ts';

/** What a network said of some samples. */
export interface Predictions {
  /** [samples x classes], rows sum to 1. */
  probabilities: Float32Array;
  /** Cross-entropy of each sample, in nats. */
  losses: Float32Array;
  /** Class of each sample. */
  targets: readonly number[];
}

/**
 * @param classWeights weight of each class in the loss, as in training
 * @returns mean weighted loss, accuracy, ROC AUC; all null for no samples
 */
export function metricsOf({ probabilities, losses, targets }: Predictions, classWeights: readonly number[]): Metrics {
  const samples = targets.length;
  if (samples === 0) return { loss: null, accuracy: null, auc: null };
  const classes = classWeights.length;
  let loss = 0;
  let right = 0;
  targets.forEach((target, sample) => {
    loss += (losses[sample] as number) * (classWeights[target] as number);
    if (largestOf(probabilities, sample * classes, classes) === target) right += 1;
  });
  return { loss: loss / samples, accuracy: right / samples, auc: aucOf(probabilities, targets, classes) };
}

/** Position of the largest of `count` values from `first` on; the first of equals. */
function largestOf(values: Float32Array, first: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if ((values[first + i] as number) > (values[first + best] as number)) best = i;
  return best;
}

/** Two classes: of the second. More: the mean of each class against the rest. Null where a class is absent. */
function aucOf(probabilities: Float32Array, targets: readonly number[], classes: number): number | null {
  const of = (positive: number): number | null =>
    rocAuc(
      targets.map((_, sample) => probabilities[sample * classes + positive] as number),
      targets.map((target) => target === positive),
    );
  if (classes === 2) return of(1);
  const all = Array.from({ length: classes }, (_, positive) => of(positive));
  return all.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each / classes), 0);
}

/**
 * Area under the ROC curve as the Mann-Whitney statistic, ties counted half (Hanley & McNeil 1982): exact.
 *
 * @returns null when all are positive or all negative, or a score is not a number
 */
export function rocAuc(scores: readonly number[], positive: readonly boolean[]): number | null {
  if (scores.some(Number.isNaN)) return null;
  const order = [...scores.keys()].sort((a, b) => (scores[a] as number) - (scores[b] as number));
  const positives = positive.filter(Boolean).length;
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) return null;
  let rankSum = 0;
  for (let first = 0; first < order.length;) {
    let last = first;
    while (last + 1 < order.length && scores[order[last + 1] as number] === scores[order[first] as number]) last += 1;
    const rank = (first + last) / 2 + 1;
    for (let i = first; i <= last; i++) if (positive[order[i] as number] === true) rankSum += rank;
    first = last + 1;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Weights that give each class the same total: samples / (classes x samples of the class). 1 for all when not balanced. */
export function classWeightsOf(targets: readonly number[], classes: number, balanced: boolean): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const target of targets) counts[target] = (counts[target] ?? 0) + 1;
  return counts.map((count) => (balanced && count > 0 ? targets.length / (classes * count) : 1));
}
