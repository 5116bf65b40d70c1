/** How well what a network says matches what it was to say. */
import type { Metrics } from '#app/contract/session.ts';
import { regressionScores } from '#app/statistics/regression.ts';
import { areaUnderRoc } from '#app/statistics/roc.ts';

/** What a network said of some samples. */
export interface Predictions {
  /** Probabilities [samples x classes], rows sum to 1; a regression's numbers [samples]; of a reconstruction none. */
  outputs: Float32Array;
  /** Of each sample: cross-entropy in nats, squared error or Huber's loss. */
  losses: Float32Array;
  /** Class of each sample, or its number on the scale of the outputs. */
  targets: readonly number[];
}

/**
 * @param classWeights weight of each class in the loss, as in training
 * @returns mean weighted loss, accuracy, ROC AUC; all null for no samples
 */
export function metricsOf({ outputs, losses, targets }: Predictions, classWeights: readonly number[]): Metrics {
  const samples = targets.length;
  if (samples === 0) return { loss: null, accuracy: null, auc: null };
  const classes = classWeights.length;
  let loss = 0;
  let right = 0;
  targets.forEach((target, sample) => {
    loss += (losses[sample] as number) * (classWeights[target] as number);
    if (largestOf(outputs, sample * classes, classes) === target) right += 1;
  });
  return { loss: loss / samples, accuracy: right / samples, auc: aucOf(outputs, targets, classes) };
}

/** Scores on the scale of the outputs: the mean absolute error is in deviations of the training targets. */
export function regressionMetrics(said: Predictions): Metrics {
  return { ...reconstructionMetrics(said), ...regressionScores(said.outputs, said.targets) };
}

/** The mean loss and nothing else. */
export function reconstructionMetrics({ losses }: Predictions): Metrics {
  const loss = losses.length === 0 ? null : losses.reduce((sum, each) => sum + each, 0) / losses.length;
  return { loss, accuracy: null, auc: null };
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
    areaUnderRoc(
      targets.map((_, sample) => probabilities[sample * classes + positive] as number),
      targets.map((target) => target === positive),
    );
  if (classes === 2) return of(1);
  const all = Array.from({ length: classes }, (_, positive) => of(positive));
  return all.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each / classes), 0);
}

/** Weights that give each class the same total: samples / (classes x samples of the class). 1 for all when not balanced; none without classes. */
export function classWeightsOf(targets: readonly number[], classes: number, balanced: boolean): number[] {
  if (classes === 0) return [];
  const counts = new Array<number>(classes).fill(0);
  for (const target of targets) counts[target] = (counts[target] ?? 0) + 1;
  return counts.map((count) => (balanced && count > 0 ? targets.length / (classes * count) : 1));
}

/** One after the other. */
export function joined(parts: readonly Predictions[]): Predictions {
  return {
    outputs: joinedFloats(parts.map(({ outputs }) => outputs)),
    losses: joinedFloats(parts.map(({ losses }) => losses)),
    targets: parts.flatMap(({ targets }) => targets),
  };
}

function joinedFloats(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let first = 0;
  for (const part of parts) {
    all.set(part, first);
    first += part.length;
  }
  return all;
}
