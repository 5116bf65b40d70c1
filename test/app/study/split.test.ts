import { describe, expect, it } from 'vitest';
import { SeededRandom } from '#app/run/random.ts';
import { stratifiedFolds, targetQuantiles, type SplitSubject } from '#app/study/split.ts';

function cohort(sizes: readonly number[], groups = 2): SplitSubject[] {
  return sizes.flatMap((size, target) =>
    Array.from({ length: size }, (_, i) => ({ id: `sub-${target}-${i}`, target, group: i % groups })),
  );
}

function countOf(subjects: readonly SplitSubject[], rows: readonly number[], target: number): number {
  return rows.filter((row) => subjects[row]!.target === target).length;
}

describe('folds without classes', () => {
  it('spread each group, and the range of a number, over the folds', () => {
    const subjects = Array.from({ length: 40 }, (_, i) => ({
      id: `s${i}`,
      group: i < 30 ? 0 : 1,
      target: ((i * 7) % 40) / 2,
    }));
    const folds = stratifiedFolds(subjects, 4, 3, 'regression');
    for (const { validation } of folds) {
      expect(validation).toHaveLength(10);
      expect([7, 8]).toContain(validation.filter((row) => subjects[row]!.group === 0).length);
      const mean = validation.reduce((sum, row) => sum + subjects[row]!.target, 0) / 10;
      expect(Math.abs(mean - 9.75)).toBeLessThan(2);
    }
    expect(folds.flatMap(({ validation }) => validation).sort((a, b) => a - b)).toEqual([...subjects.keys()]);
  });

  it('need no second class, hold a fifth of each group out, and refuse too few subjects', () => {
    const subjects = cohort([20, 10], 1).map((each) => ({ ...each, group: each.target, target: 0 }));
    const [split] = stratifiedFolds(subjects, 1, 3, 'reconstruction');
    expect(split!.validation.map((row) => subjects[row]!.group)).toEqual([0, 0, 0, 0, 1, 1]);
    expect(() => stratifiedFolds(subjects.slice(0, 3), 4, 3, 'reconstruction')).toThrow(/3 subjects take part/);
  });

  it('put equal numbers into the same part', () => {
    expect(targetQuantiles([5, 1, 1, 1, 1, 2, 9, 8, 7, 6])).toEqual([2, 0, 0, 0, 0, 2, 4, 4, 3, 3]);
  });
});

describe('stratified folds', () => {
  it('share no subject between training and validation, and validate each subject once', () => {
    const random = new SeededRandom(11);
    for (let trial = 0; trial < 60; trial++) {
      const folds = 2 + random.integer(6);
      const classes = 2 + random.integer(3);
      const subjects = cohort(
        Array.from({ length: classes }, () => folds + random.integer(40)),
        1 + random.integer(3),
      );
      // Some subjects were seen twice.
      const rows = random.shuffle([...subjects, ...subjects.slice(0, random.integer(8))]);
      const split = stratifiedFolds(rows, folds, trial);
      expect(split).toHaveLength(folds);
      for (const { training, validation } of split) {
        const ids = new Set(training.map((row) => rows[row]!.id));
        expect(validation.filter((row) => ids.has(rows[row]!.id))).toEqual([]);
        expect([...training, ...validation].sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
      }
      expect(split.flatMap(({ validation }) => validation).sort((a, b) => a - b)).toEqual(rows.map((_, i) => i));
    }
  });

  it('hold the same part of each class, to within one subject', () => {
    const subjects = cohort([50, 130]);
    for (const { validation } of stratifiedFolds(subjects, 5, 3)) {
      expect(countOf(subjects, validation, 0)).toBe(10);
      expect(countOf(subjects, validation, 1)).toBe(26);
    }
    const uneven = cohort([13, 22]);
    const sizes = stratifiedFolds(uneven, 4, 3).map(({ validation }) => countOf(uneven, validation, 0));
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it('spread the groups within a class too', () => {
    const subjects = cohort([40, 40], 2);
    for (const { validation } of stratifiedFolds(subjects, 5, 9)) {
      expect(validation.filter((row) => subjects[row]!.group === 0)).toHaveLength(8);
    }
  });

  it('depend on the seed and not on the order of the rows', () => {
    const subjects = cohort([30, 30]);
    const ids = (rows: readonly SplitSubject[], seed: number) =>
      stratifiedFolds(rows, 3, seed).map(({ validation }) => validation.map((row) => rows[row]!.id).sort());
    expect(ids(subjects, 5)).toEqual(ids([...subjects].reverse(), 5));
    expect(ids(subjects, 5)).not.toEqual(ids(subjects, 6));
  });

  it('hold out a fifth of each class when there is one split', () => {
    const subjects = cohort([50, 130, 3]);
    const [fold, ...others] = stratifiedFolds(subjects, 1, 0);
    expect(others).toEqual([]);
    expect([0, 1, 2].map((target) => countOf(subjects, fold!.validation, target))).toEqual([10, 26, 1]);
    expect(fold!.training).toHaveLength(183 - 37);
  });

  it('refuse a class that cannot be in every fold, and say how many folds can be', () => {
    expect(() => stratifiedFolds(cohort([4, 40]), 5, 0)).toThrow(
      'The smallest class has 4 subjects: with 5 folds some part would have none of it. Use 4 folds or fewer, or label more subjects.',
    );
    expect(() => stratifiedFolds(cohort([1, 40]), 1, 0)).toThrow('The smallest class has 1 subject: with one split');
    expect(() => stratifiedFolds(cohort([40]), 5, 0)).toThrow('The target has one class');
    expect(() => stratifiedFolds([], 5, 0)).toThrow('The target has no class');
  });
});
