/** Rows of permutation tests: what they are corrected for. */
import { describe, expect, it } from 'vitest';
import type { TestCourse } from '#app/inference/permutation-test.ts';
import { SeededRandom } from '#app/run/random.ts';
import { permutationRows } from '../../../main/engine/inference/permutation-rows.ts';
import type { TestQuestion } from '../../../main/engine/inference/permuted-step.ts';

const labellings = 200;

/** @param shifts of the observed labelling, by block */
function courseOf(shifts: readonly number[], seed: number): TestCourse {
  const random = new SeededRandom(seed);
  const sums = shifts.flatMap((shift) =>
    Array.from({ length: labellings }, (_, labelling) => (labelling === 0 ? shift : random.normal())),
  );
  const blocks = shifts.map((_, block) => ({ first: block, last: block, steps: 1 }));
  return { labellings, blocks, sums: Float64Array.from(sums), sides: 'two' };
}

function testOf(course: TestCourse, layer: string): { question: TestQuestion; course: TestCourse } {
  return { question: { stored: 0, layer, quantity: 'gradient', statistic: 'energy', groups: [0, 1] }, course };
}

const planted = testOf(courseOf([0, 5, 5, 0, 2.4, 0], 1), 'planted');
const silent = [2, 3, 4].map((seed) => testOf(courseOf([0, 0, 0, 0, 0, 0], seed), `silent ${seed}`));
const constant = testOf({ ...courseOf([0], 5), sums: new Float64Array(labellings).fill(1) }, 'constant');

describe('clusters', () => {
  it('are corrected for the tests that have none too, but not for what cannot be tested', () => {
    const [heaviest, other] = permutationRows([planted, ...silent, constant], ['cluster-mass'], ['a', 'b']);
    expect(heaviest?.window).toEqual({ first: 1, last: 2 });
    expect(heaviest?.p).toBe(1 / labellings);
    expect(heaviest?.pCorrected).toBeCloseTo(4 / labellings, 12);
    expect(other?.window).toEqual({ first: 4, last: 4 });
    expect(other?.pCorrected).toBeCloseTo(Math.min(1, (other?.p ?? 1) * 4), 12);
  });

  it('of a test among tests that are all found keep the p that they have within it', () => {
    const [, other] = permutationRows([planted], ['cluster-mass'], ['a', 'b']);
    expect(other?.pCorrected).toBe(other?.p);
  });
});
