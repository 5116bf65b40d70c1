import { describe, expect, test } from 'vitest';
import { learningRateAt } from '#app/run/schedule.ts';

const length = { epochs: 10, stepsPerEpoch: 4 };

describe('the learning rate', () => {
  test('stays where it is', () => {
    expect(learningRateAt({ kind: 'constant' }, 0.1, 33, length)).toBe(0.1);
  });

  test('falls by a factor after every few epochs', () => {
    const at = (step: number) => learningRateAt({ kind: 'step', epochs: 3, factor: 0.5 }, 1, step, length);
    expect([0, 11, 12, 23, 24].map(at)).toEqual([1, 1, 0.5, 0.5, 0.25]);
  });

  test('falls by a factor after each epoch', () => {
    const at = (step: number) => learningRateAt({ kind: 'exponential', factor: 0.5 }, 1, step, length);
    expect([0, 3, 4, 8].map(at)).toEqual([1, 1, 0.5, 0.25]);
  });

  test('rises linearly, then follows half a cosine to its final part at the last step', () => {
    const at = (step: number) => learningRateAt({ kind: 'cosine', final: 0.1, warmupEpochs: 1 }, 1, step, length);
    expect([0, 1, 2, 3].map(at)).toEqual([0.25, 0.5, 0.75, 1]);
    expect(at(4)).toBe(1);
    expect(at(4 + 35 / 2)).toBeCloseTo(0.55, 10);
    expect(at(39)).toBeCloseTo(0.1, 10);
  });
});
