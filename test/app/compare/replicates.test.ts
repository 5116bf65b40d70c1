/** Against SciPy and statsmodels: test/fixtures/compare/make_reference.py. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { randomEffects } from '#app/compare/random-effects.ts';
import { ofOne, ofTwo, varianceOfMean, type Replicates } from '#app/compare/replicates.ts';

interface Effect {
  effect: number;
  interval: [number, number];
  p: number;
}
interface Reference {
  randomEffects: (Effect & {
    effects: number[];
    variances: number[];
    hartungKnapp: [number, number];
    hartungKnappP: number;
    tau2: number;
    q: number;
    qP: number;
    i2: number;
  })[];
  paired: (Effect & { a: number[]; b: number[]; share: number })[];
  unpaired: (Effect & { a: number[]; b: number[]; shares: [number, number] })[];
}

const file = join(import.meta.dirname, '..', '..', 'fixtures', 'compare', 'reference.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;

function runs(values: readonly number[], validationShare: number, fold: (i: number) => string | null): Replicates {
  return { values, validationShare, validatedOn: values.map((_, i) => fold(i)) };
}

function expectEffect(
  found: { effect: number; interval: readonly [number, number] | null; p: number | null } | null,
  expected: Effect,
): void {
  expect(found?.effect).toBeCloseTo(expected.effect, 12);
  expect(found?.interval?.[0]).toBeCloseTo(expected.interval[0], 9);
  expect(found?.interval?.[1]).toBeCloseTo(expected.interval[1], 9);
  expect(found?.p).toBeCloseTo(expected.p, 10);
}

describe('random effects', () => {
  it.each(reference.randomEffects.map((each, index) => ({ index, ...each })))('of case $index', (expected) => {
    const found = randomEffects(
      expected.effects.map((effect, i) => ({ effect, variance: expected.variances[i] as number })),
    );
    expectEffect(found, expected);
    expect(found?.members).toBe(expected.effects.length);
    for (const name of ['tau2', 'q', 'qP', 'i2', 'hartungKnappP'] as const)
      expect(found?.[name]).toBeCloseTo(expected[name], 10);
    expect(found?.hartungKnapp[0]).toBeCloseTo(expected.hartungKnapp[0], 9);
    expect(found?.hartungKnapp[1]).toBeCloseTo(expected.hartungKnapp[1], 9);
  });

  it('leave out what has no variance, and are none of a single estimate', () => {
    const two = [
      { effect: 1, variance: 0.1 },
      { effect: 2, variance: 0.2 },
    ];
    expect(randomEffects([...two, { effect: 9, variance: Number.NaN }])).toEqual(randomEffects(two));
    expect(randomEffects([...two.slice(1), { effect: 9, variance: Number.NaN }])).toBeNull();
  });
});

describe('two sessions', () => {
  it.each(reference.paired.map((each, index) => ({ index, ...each })))(
    'are paired by the subjects that runs were validated on, in any order: case $index',
    ({ a, b, share, ...expected }) => {
      const fold = (i: number): string => `fold ${i}`;
      const found = ofTwo(runs(a, share, fold), runs(b, share, fold));
      expectEffect(found, expected);
      expect(found).toMatchObject({ method: 'paired', n: [a.length, a.length] });
      const turned = runs([...b].reverse(), share, (i) => fold(b.length - 1 - i));
      expectEffect(ofTwo(runs(a, share, fold), turned), expected);
    },
  );

  it.each(reference.unpaired.map((each, index) => ({ index, ...each })))(
    'are compared by corrected variances when their folds differ: case $index',
    ({ a, b, shares, ...expected }) => {
      const found = ofTwo(
        runs(a, shares[0], (i) => `a ${i}`),
        runs(b, shares[1], (i) => `b ${i}`),
      );
      expectEffect(found, expected);
      expect(found).toMatchObject({ method: 'unpaired', n: [a.length, b.length] });
    },
  );

  it('are not paired where it is not known whom runs were validated on, or where two runs claim one partner', () => {
    const a = runs([1, 2, 3], 0.5, (i) => `fold ${i}`);
    expect(ofTwo(a, { ...a, validatedOn: ['fold 0', null, 'fold 2'] })?.method).toBe('unpaired');
    expect(ofTwo(a, { ...a, validatedOn: ['fold 0', 'fold 0', 'fold 2'] })?.method).toBe('unpaired');
  });

  it('have no interval with fewer than three runs, where nothing varies, or where all is rounding', () => {
    const fold = (i: number): string => `fold ${i}`;
    const none = { interval: null, p: null };
    expect(ofTwo(runs([3, 5], 0.5, fold), runs([1, 2], 0.5, fold))).toEqual({
      effect: 2.5,
      ...none,
      method: 'paired',
      n: [2, 2],
    });
    expect(ofTwo(runs([3, 4, 5], 0.5, fold), runs([1, 2, 3], 0.5, fold))).toMatchObject({ effect: 2, ...none });
    const rounded = runs([1e-7, 2e-7, -3e-7], 0.5, fold);
    expect(ofOne(rounded)).toMatchObject({ effect: 0, ...none });
    expect(varianceOfMean(rounded)).toBeNaN();
    expect(ofTwo(rounded, runs([0, 0, 0], 0.5, fold))).toMatchObject({ effect: 0, ...none });
    expect(ofTwo(runs([Number.NaN], 0, fold), runs([1], 0, fold))).toBeNull();
  });
});
