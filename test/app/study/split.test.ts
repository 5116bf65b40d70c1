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

describe('folds of people with several rows', () => {
  /** Visits of people, in a random order; `classOf` may change between the visits of one. */
  function visits(
    random: SeededRandom,
    people: number,
    classOf: (person: number, visit: number) => number,
  ): SplitSubject[] {
    return random.shuffle(
      Array.from({ length: people }, (_, person) =>
        Array.from({ length: 1 + random.integer(4) }, (_visit, visit) => ({
          id: `p${person}_ses-${visit}`,
          person: `p${person}`,
          target: classOf(person, visit),
          group: person % 2,
        })),
      ).flat(),
    );
  }
  const peopleOf = (rows: readonly SplitSubject[], part: readonly number[]) =>
    new Set(part.map((row) => rows[row]!.person));

  it('never have one person on both sides, in any fold, and lose no row', () => {
    const random = new SeededRandom(5);
    for (let trial = 0; trial < 60; trial++) {
      const folds = 1 + random.integer(6);
      const rows = visits(random, 24 + random.integer(30), (person) => person % 2);
      for (const task of ['classification', 'regression', 'reconstruction'] as const) {
        const split = stratifiedFolds(rows, folds, trial, task);
        for (const { training, validation } of split) {
          const trained = peopleOf(rows, training);
          expect([...peopleOf(rows, validation)].filter((person) => trained.has(person))).toEqual([]);
          expect(training.length + validation.length).toBe(rows.length);
        }
        if (folds === 1) continue;
        expect(split.flatMap(({ validation }) => validation).sort((a, b) => a - b)).toEqual([...rows.keys()]);
      }
    }
  });

  it('would have leaked without the person: the same rows by id alone part a person in some fold', () => {
    const rows = visits(new SeededRandom(8), 40, (person) => person % 2);
    const alone = rows.map(({ id, target, group }) => ({ id, target, group }));
    const parted = stratifiedFolds(alone, 5, 1).some(({ training, validation }) => {
      const trained = peopleOf(rows, training);
      return [...peopleOf(rows, validation)].some((person) => trained.has(person));
    });
    expect(parted).toBe(true);
  });

  it('keep the classes balanced by person, also where the class of a person changes', () => {
    const rows = visits(new SeededRandom(2), 60, (person, visit) => (person < 20 ? 0 : person < 40 ? 1 : visit % 2));
    const sizes = stratifiedFolds(rows, 5, 4).map(({ validation }) => ({
      people: peopleOf(rows, validation).size,
      first: [...peopleOf(rows, validation)].filter((person) => Number(person!.slice(1)) < 20).length,
    }));
    for (const { people, first } of sizes) {
      expect(people).toBe(12);
      // Who has one visit only is of one class, and so dealt out with these.
      expect(Math.abs(first - 4)).toBeLessThanOrEqual(1);
    }
  });

  it('take rows with one id for one person, whatever the person is called', () => {
    const rows = [...Array(12).keys()].flatMap((i) => [
      { id: `s${i}`, person: `a${i}`, target: i % 2, group: 0 },
      { id: `s${i}`, target: i % 2, group: 0 },
    ]);
    for (const { training, validation } of stratifiedFolds(rows, 3, 1)) {
      const ids = new Set(training.map((row) => rows[row]!.id));
      expect(validation.filter((row) => ids.has(rows[row]!.id))).toEqual([]);
    }
  });

  it('count people, not rows, where a class is too small', () => {
    const rows = ['a', 'a', 'a', 'a', 'b', 'c', 'd', 'e'].map((person, i) => ({
      id: `r${i}`,
      person,
      target: person === 'a' ? 1 : 0,
      group: 0,
    }));
    expect(() => stratifiedFolds(rows, 2, 1)).toThrow('The smallest class has 1 subject');
  });
});
