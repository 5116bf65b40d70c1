/** Against values computed by hand. */
import { describe, expect, test } from 'vitest';
import { classScores, confusionMatrix, reliabilityBins } from '#app/statistics/classification.ts';

/** Probability of the second class, and truth. */
const binary = [
  [0.9, 1],
  [0.6, 1],
  [0.3, 1],
  [0.2, 0],
  [0.7, 0],
  [0.1, 0],
  [0.4, 0],
  [0.4, 0],
].map(([p = 0, target = 0]) => ({ probabilities: [1 - p, p], target }));

describe('two classes', () => {
  const scores = classScores(binary, 2);

  test('confusion, accuracy, sensitivity, specificity', () => {
    expect(confusionMatrix(binary, 2)).toEqual([
      [4, 1],
      [1, 2],
    ]);
    expect(scores.accuracy).toBe(6 / 8);
    expect(scores.sensitivity).toBe(2 / 3);
    expect(scores.specificity).toBe(4 / 5);
    expect(scores.balancedAccuracy).toBeCloseTo((2 / 3 + 4 / 5) / 2, 12);
  });

  test('area: the part of pairs in the right order', () => {
    // 0.9 is above all five, 0.6 above four, 0.3 above two of the first class.
    expect(scores.auc).toBeCloseTo(11 / 15, 12);
  });

  test('Brier score over both probabilities', () => {
    const squares = [0.01, 0.16, 0.49, 0.04, 0.49, 0.01, 0.16, 0.16];
    expect(scores.brier).toBeCloseTo((2 * squares.reduce((a, b) => a + b)) / 8, 12);
  });

  test('calibration by confidence', () => {
    const shifted = [
      { probabilities: [0.05, 0.95], target: 1 },
      { probabilities: [0.07, 0.93], target: 0 },
      { probabilities: [0.65, 0.35], target: 0 },
    ];
    const filled = reliabilityBins(shifted, 2).filter(({ subjects }) => subjects > 0);
    expect(filled.map(({ from, to, subjects, accuracy }) => [from, to, subjects, accuracy])).toEqual([
      [0.6, 0.7, 1, 1],
      [0.9, 1, 2, 0.5],
    ]);
    // (1 x |0.65 - 1| + 2 x |0.94 - 0.5|) / 3
    expect(classScores(shifted, 2).calibrationError).toBeCloseTo((0.35 + 2 * 0.44) / 3, 12);
  });
});

test('three classes: one against the rest, and no sensitivity', () => {
  const three = [
    { probabilities: [0.6, 0.3, 0.1], target: 0 },
    { probabilities: [0.2, 0.5, 0.3], target: 1 },
    { probabilities: [0.5, 0.1, 0.4], target: 2 },
  ];
  const scores = classScores(three, 3);
  expect(scores.accuracy).toBeCloseTo(2 / 3, 12);
  expect(scores.balancedAccuracy).toBeCloseTo(2 / 3, 12);
  expect(scores.auc).toBe(1);
  expect([scores.sensitivity, scores.specificity]).toEqual([null, null]);
});

test('an absent class and nobody have no score that needs them', () => {
  const one = classScores([{ probabilities: [0.2, 0.8], target: 1 }], 2);
  expect(one).toMatchObject({ accuracy: 1, balancedAccuracy: null, auc: null, sensitivity: 1, specificity: null });
  expect(Object.values(classScores([], 2))).toEqual([null, null, null, null, null, null, null]);
});
