import { describe, expect, it } from 'vitest';
import type { EpochRow } from '#app/contract/session.ts';
import type { RunCourse, SetCourse } from '#app/findings/course.ts';
import { findingsOf } from '#app/findings/findings.ts';

const columns = Array.from({ length: 40 }, (_, i) => ({ first: i * 5, last: i * 5 + 4 }));
const steady = columns.map(() => 5);
/** `early` until the column, then `late`. */
const turning = (at: number, early: number, late: number): number[] => columns.map((_, i) => (i < at ? early : late));

function set(of: Partial<SetCourse>): SetCourse {
  return {
    layer: 'dense_1',
    quantity: 'gradient',
    group: null,
    possible: 16,
    effectiveRank: steady,
    energy: steady,
    ...of,
  };
}

function run(sets: readonly SetCourse[], epochs: readonly EpochRow[] = []): RunCourse {
  return { run: 1, columns, sets, epochs };
}

function epochs(losses: readonly number[]): EpochRow[] {
  return losses.map((loss, epoch) => ({
    run: 1,
    epoch,
    step: epoch * 10 + 9,
    training: { loss: 1 / (epoch + 1), accuracy: null, auc: null },
    validation: { loss, accuracy: null, auc: null },
  }));
}

it('a run in which nothing stands out has none', () => {
  const sets = [set({}), set({ group: 'patient' }), set({ group: 'control' })];
  expect(findingsOf(run(sets, epochs([1, 0.9, 0.8, 0.8, 0.79, 0.78, 0.8])))).toEqual([]);
});

describe('collapse', () => {
  it('is an effective rank that fell to 1 and stays there, with its steps and its chart', () => {
    const [found, ...others] = findingsOf(run([set({ effectiveRank: turning(20, 7.5, 1.02) })]));
    expect(found).toMatchObject({
      kind: 'collapse',
      run: 1,
      steps: { first: 100, last: 199 },
      layer: 'dense_1',
      quantity: 'gradient',
      group: null,
      chart: 'Effective rank, gradient, dense_1',
    });
    expect(found?.text).toContain('fell from 7.5 to 1 (of 16 possible)');
    expect(others).toEqual([]);
  });

  it('is none where one direction is all there can be, where it always was so, and where it goes away again', () => {
    expect(findingsOf(run([set({ possible: 2, effectiveRank: turning(20, 2, 1) })]))).toEqual([]);
    expect(findingsOf(run([set({ effectiveRank: turning(0, 1, 1) })]))).toEqual([]);
    expect(findingsOf(run([set({ effectiveRank: turning(38, 7, 1) })]))).toEqual([]);
    const back = turning(20, 7, 1);
    back[39] = 6;
    expect(findingsOf(run([set({ effectiveRank: back })]))).toEqual([]);
  });

  it('of one group alone names the group; of all samples it is not said again for each group', () => {
    const fell = turning(20, 7, 1);
    const ofGroup = findingsOf(run([set({}), set({ group: 'patient', effectiveRank: fell })]));
    expect(ofGroup).toMatchObject([{ kind: 'collapse', group: 'patient' }]);
    expect(ofGroup[0]?.text).toContain('gradient of patient');
    const ofAll = findingsOf(run([set({ effectiveRank: fell }), set({ group: 'patient', effectiveRank: fell })]));
    expect(ofAll).toMatchObject([{ kind: 'collapse', group: null }]);
  });
});

describe('a layer', () => {
  it('is dead when nothing comes through at all, and is not called saturated or collapsed too', () => {
    const found = findingsOf(run([set({ energy: turning(10, 3, 0), effectiveRank: turning(10, 8, 0) })]));
    expect(found).toMatchObject([{ kind: 'dead', steps: { first: 50 }, chart: 'Energy, gradient, dense_1' }]);
  });

  it('is saturated when its gradient has fallen to a thousandth, in size, and not before', () => {
    expect(findingsOf(run([set({ energy: turning(10, 3, 2e-6) })]))).toMatchObject([{ kind: 'saturation' }]);
    expect(findingsOf(run([set({ energy: turning(10, 3, 4e-6) })]))).toEqual([]);
    expect(findingsOf(run([set({ quantity: 'activations', energy: turning(10, 3, 2e-6) })]))).toEqual([]);
  });

  it('is not saturated when its gradient grew until it is no number of float32 any more', () => {
    expect(findingsOf(run([set({ energy: turning(37, 3, Infinity) })]))).toEqual([]);
    const fell = turning(20, 3, 1e-9);
    fell[1] = Infinity;
    expect(findingsOf(run([set({ energy: fell })]))).toMatchObject([{ kind: 'saturation', steps: { first: 100 } }]);
  });
});

describe('over-fitting', () => {
  const rising = epochs([1, 0.8, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]);

  it('is a validation loss that went up for five epochs by a tenth, with the group that drives the training since', () => {
    const sets = [
      set({ group: 'patient', energy: turning(6, 1, 9) }),
      set({ group: 'control', energy: turning(6, 9, 1) }),
    ];
    const [found] = findingsOf(run(sets, rising));
    expect(found).toMatchObject({
      kind: 'over-fitting',
      group: 'patient',
      steps: { first: 29, last: 79 },
      chart: 'Loss',
    });
    expect(found?.text).toContain('lowest in epoch 3 (0.7)');
    expect(found?.text).toContain('90 % of the energy');
  });

  it('is none where the training loss rises too: a network that unlearns does not over-fit', () => {
    const unlearned = rising.map((row, i) => ({ ...row, training: { ...row.training, loss: 0.5 + i / 10 } }));
    expect(findingsOf(run([set({})], unlearned))).toEqual([]);
  });

  it('names no group where none dominates, and is none where the loss has not risen for long', () => {
    const sets = [set({ group: 'patient' }), set({ group: 'control' })];
    expect(findingsOf(run(sets, rising))).toMatchObject([{ kind: 'over-fitting', group: null }]);
    expect(findingsOf(run(sets, rising.slice(0, 6)))).toEqual([]);
  });
});
