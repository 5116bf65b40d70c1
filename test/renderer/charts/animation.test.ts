import { describe, expect, it } from 'vitest';
import type { StepDetail } from '#app/contract/session.ts';
import { animatedSteps, animationPlots } from '../../../renderer/charts/animation.ts';
import { chartColours } from '../../../renderer/charts/colours.ts';
import type { SampleSet } from '../../../renderer/charts/sets.ts';

const set: SampleSet = { index: 0, name: 'control', n: 8, of: 8, colour: '#0072b2', dash: [], isAll: false };

function detail(step: number, values: readonly number[]): StepDetail {
  const spectra = [{ quantity: 'gradient' as const, values: [Float32Array.from(values)], floor: [0], summaries: [{}] }];
  return { step, epoch: 2, sets: ['control'], samples: [8], scalars: {}, spectra, alignment: new Float32Array(1) };
}

describe('the frames of an animation', () => {
  it('are spread from the first step to the last, and are all steps where there are few', () => {
    expect(animatedSteps(0, 99, 4)).toEqual([0, 33, 66, 99]);
    expect(animatedSteps(5, 7, 60)).toEqual([5, 6, 7]);
    expect(animatedSteps(5, 5, 60)).toEqual([5]);
    expect(animatedSteps(0, 99_999, 60).length).toBe(60);
  });

  it('stand on axes that do not move, each with its step, a step that came twice once', () => {
    const details = [detail(0, [100, 1]), detail(0, [100, 1]), detail(10, [0.1, 0.01, 0.002])];
    const of = { layer: 'dense_1', quantity: 'gradient', scale: 'raw' } as const;
    const plots = animationPlots(details, of, [set], chartColours(false));
    expect(plots.map(({ subtitle }) => subtitle)).toEqual(['step 0, epoch 3', 'step 10, epoch 3']);
    expect(new Set(plots.map(({ x, y }) => JSON.stringify([x, y]))).size).toBe(1);
    expect(plots[0]!.y.minimum).toBeLessThanOrEqual(Math.log10(0.002));
    expect(plots[0]!.y.maximum).toBeGreaterThanOrEqual(2);
    expect(plots[0]!.x.maximum).toBeGreaterThanOrEqual(3);
    expect(plots[0]!.legend[0]).toMatchObject({ label: 'control', colour: '#0072b2' });
  });
});
