import { describe, expect, it } from 'vitest';
import { lookEffort, Looks, marksOf, signPermutations, spreadOut, type LookedAt } from '#app/inference/looks.ts';
import { SeededRandom } from '#app/run/random.ts';

const labellings = signPermutations + 1;

/** A test whose true labelling is `score` standard deviations out. */
function testOf(layer: string, score: number, random: SeededRandom): LookedAt {
  const sums = Float64Array.from({ length: labellings }, () => random.normal());
  sums[0] = score;
  return {
    sign: { layer, quantity: 'gradient', summary: 'effective-rank', groups: ['a', 'b'] },
    course: { labellings, blocks: [{ first: 0, last: 9, steps: 1 }], sums, sides: 'two' },
  };
}

describe('looks at a training', () => {
  it('mark a layer that is far out once something may be spent, and no other', () => {
    const random = new SeededRandom(3);
    const looks = new Looks();
    const found = [0.2, 0.5, 1].map((fraction, i) =>
      looks.look({ look: i + 1, steps: fraction * 100, fraction, batches: 1 }, [
        testOf('dense_1', 0.3, random),
        testOf('dense_2', 9, random),
      ]),
    );
    expect(found.map(({ out }) => out.map(({ layer }) => layer))).toEqual([[], ['dense_2'], ['dense_2']]);
    expect(found[0]).toMatchObject({ band: null });
    expect(found[1]?.strongest.map(({ layer }) => layer)).toEqual(['dense_1', 'dense_2']);
    const marks = marksOf(found);
    expect(marks).toMatchObject([{ layer: 'dense_2', look: 2, steps: 50, summary: 'effective-rank' }]);
    expect(marks[0]?.score).toBeGreaterThan(found[1]?.band ?? Infinity);
  });

  it('take fewer steps of large batches, and no eigenvalues of those that are larger still', () => {
    expect(lookEffort(32, 2, 3)).toMatchObject({ steps: 20 });
    expect(lookEffort(32, 2, 3).statistics).toContain('effective-rank');
    const large = lookEffort(96, 2, 3);
    expect(large.steps).toBeLessThan(20);
    expect(large.statistics).toContain('effective-rank');
    expect(lookEffort(512, 2, 3).statistics).toEqual(['energy', 'alignment']);
  });

  it('spread the steps that they take, the last among them', () => {
    expect(spreadOut([1, 2, 3], 5)).toEqual([1, 2, 3]);
    expect(spreadOut([1, 2, 3, 4, 5, 6, 7, 8], 4)).toEqual([2, 4, 6, 8]);
    expect(spreadOut([1, 2, 3, 4, 5, 6, 7], 3)).toEqual([2, 4, 7]);
  });
});
