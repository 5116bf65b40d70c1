import { describe, expect, it } from 'vitest';
import type { DenseDescription } from '#app/model/description.ts';
import { gramBytes, gramCadence, requireGramBudget, triangleOf } from '#app/spectra/kept-grams.ts';
import { planCapture } from '#app/spectra/plan.ts';

const none = { inputs: ['input'], parameters: 0, multiplyAccumulates: 0 };
const table: DenseDescription = { name: 'table', kind: 'dense', units: 4, inputShape: [9], outputShape: [4], ...none };
const tokens: DenseDescription = { ...table, name: 'tokens', inputShape: [7, 9], outputShape: [7, 4] };
const capture = {
  layers: null,
  quantities: ['activations' as const],
  every: 3,
  grams: { every: 2, layers: null as string[] | null, megabytes: 1 },
};

function planOf(choice: typeof capture) {
  const task = { kind: 'regression' } as const;
  return planCapture({ name: 'test', inputShape: [9], task, layers: [table, tokens] }, 5, 2, choice);
}

describe('the bytes of kept Grams', () => {
  it('are those of two triangles of a table’s layer and three of one with more rows, in float64, every sixth step', () => {
    expect(gramCadence(capture)).toBe(6);
    expect(gramBytes(planOf(capture), 5, capture, [6])).toBe(5 * 15 * 8);
    expect(gramBytes(planOf(capture), 5, capture, [7])).toBe(2 * 5 * 15 * 8);
  });

  it('count the layers that were chosen', () => {
    const chosen = { ...capture, grams: { ...capture.grams, layers: ['table'] } };
    expect(gramBytes(planOf(chosen), 5, chosen, [1])).toBe(2 * 15 * 8);
  });

  it('are none when none are kept', () => {
    const without = { ...capture, grams: null };
    expect(gramBytes(planOf(capture), 5, without, [100])).toBe(0);
    expect(gramBytes(planOf(capture), 5, { ...capture, every: 0 }, [100])).toBe(0);
  });
});

describe('a budget of Grams', () => {
  const capture = {
    layers: null,
    quantities: ['activations' as const],
    every: 1,
    grams: { every: 1, layers: null, megabytes: 1 },
  };
  const plan = planOf(capture);
  const oneStep = gramBytes(plan, 5, capture, [1]);
  const allowing = (steps: number) => ({ ...capture, grams: { ...capture.grams, megabytes: (steps * oneStep) / 1e6 } });

  it('that is exceeded is told with a cadence that keeps within it', () => {
    requireGramBudget(plan, 5, allowing(10), [10]);
    // A third of the steps would be 4 of 10.
    expect(() => requireGramBudget(plan, 5, allowing(3.5), [10])).toThrow('one in 4 captured steps');
    requireGramBudget(plan, 5, { ...allowing(3.5), grams: { ...allowing(3.5).grams, every: 4 } }, [10]);
  });

  it('that one step exceeds is told with other ways', () => {
    expect(() => requireGramBudget(plan, 5, allowing(0.5), [10, 10])).toThrow(
      'one step of each run are too many already',
    );
  });
});

describe('a triangle', () => {
  it('is found by its kind', () => {
    const kept = Float64Array.from({ length: 9 }, (_, i) => i);
    expect(Array.from(triangleOf(kept, 2, 'activations') ?? [])).toEqual([0, 1, 2]);
    expect(Array.from(triangleOf(kept, 2, 'gradients') ?? [])).toEqual([6, 7, 8]);
    expect(triangleOf(kept.subarray(0, 6), 2, 'gradients')).toBeNull();
  });
});
