/** How well classes are predicted, from probabilities. */
import { areaUnderRoc } from './roc.ts';

/** One prediction of one subject. */
export interface ClassPrediction {
  /** Of each class, summing to 1. */
  probabilities: ArrayLike<number>;
  /** The true class. */
  target: number;
}

/** Subjects by true class (row) and predicted class (column): the class of the largest probability, the first of equals. */
export function confusionMatrix(predictions: readonly ClassPrediction[], classes: number): number[][] {
  const matrix = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { probabilities, target } of predictions) {
    const row = matrix[target] as number[];
    const predicted = largestOf(probabilities, classes);
    row[predicted] = (row[predicted] as number) + 1;
  }
  return matrix;
}

export interface ClassScores {
  accuracy: number | null;
  /** Mean over the classes of the part of their subjects that is found; null where a class is absent. */
  balancedAccuracy: number | null;
  /** Area under the ROC curve; mean of one-versus-rest for more than two classes; null where a class is absent. */
  auc: number | null;
  /** Two classes: part of the second class that is found, and of the first; null for more, or where the class is absent. */
  sensitivity: number | null;
  specificity: number | null;
  /** Mean over subjects of the squared distance between probabilities and truth (Brier 1950): 0 to 2. */
  brier: number | null;
  /** Mean over subjects of |confidence - accuracy| of their bin (Naeini et al. 2015). */
  calibrationError: number | null;
}

/** @returns all null for no predictions */
export function classScores(predictions: readonly ClassPrediction[], classes: number): ClassScores {
  const count = predictions.length;
  const matrix = confusionMatrix(predictions, classes);
  const recalls = matrix.map((row, target) => ratio(row[target] as number, total(row)));
  const right = total(matrix.map((row, target) => row[target] as number));
  const isBinary = classes === 2;
  return {
    accuracy: ratio(right, count),
    balancedAccuracy: meanOrNull(recalls),
    auc: aucOf(predictions, classes),
    sensitivity: isBinary ? (recalls[1] ?? null) : null,
    specificity: isBinary ? (recalls[0] ?? null) : null,
    brier: ratio(total(predictions.map((each) => brierOf(each, classes))), count),
    calibrationError: calibrationError(predictions, classes),
  };
}

export interface ReliabilityBin {
  /** Confidences from < x <= to. */
  from: number;
  to: number;
  subjects: number;
  /** Mean largest probability, and part of the subjects whose class it is; null for an empty bin. */
  confidence: number | null;
  accuracy: number | null;
}

const bins = 10;

/** Predictions by their confidence, the largest probability, in ten bins of equal width (Guo et al. 2017). */
export function reliabilityBins(predictions: readonly ClassPrediction[], classes: number): ReliabilityBin[] {
  const sums = Array.from({ length: bins }, () => ({ subjects: 0, confidence: 0, right: 0 }));
  for (const { probabilities, target } of predictions) {
    const predicted = largestOf(probabilities, classes);
    const confidence = probabilities[predicted] as number;
    const bin = sums[Math.min(bins - 1, Math.max(0, Math.ceil(confidence * bins) - 1))] as (typeof sums)[number];
    bin.subjects += 1;
    bin.confidence += confidence;
    bin.right += predicted === target ? 1 : 0;
  }
  return sums.map(({ subjects, confidence, right }, i) => ({
    from: i / bins,
    to: (i + 1) / bins,
    subjects,
    confidence: ratio(confidence, subjects),
    accuracy: ratio(right, subjects),
  }));
}

function calibrationError(predictions: readonly ClassPrediction[], classes: number): number | null {
  const weighted = reliabilityBins(predictions, classes).map(
    ({ subjects, confidence, accuracy }) => subjects * Math.abs((confidence ?? 0) - (accuracy ?? 0)),
  );
  return ratio(total(weighted), predictions.length);
}

function brierOf({ probabilities, target }: ClassPrediction, classes: number): number {
  let sum = 0;
  for (let i = 0; i < classes; i++) sum += ((probabilities[i] as number) - (i === target ? 1 : 0)) ** 2;
  return sum;
}

function aucOf(predictions: readonly ClassPrediction[], classes: number): number | null {
  const of = (positive: number): number | null =>
    areaUnderRoc(
      predictions.map(({ probabilities }) => probabilities[positive] as number),
      predictions.map(({ target }) => target === positive),
    );
  return classes === 2 ? of(1) : meanOrNull(Array.from({ length: classes }, (_, positive) => of(positive)));
}

function largestOf(values: ArrayLike<number>, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if ((values[i] as number) > (values[best] as number)) best = i;
  return best;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0);
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

function meanOrNull(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length < values.length || known.length === 0 ? null : total(known) / known.length;
}
