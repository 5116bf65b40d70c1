import { describe, expect, it } from 'vitest';
import type { SessionView } from '#app/contract/session.ts';
import type { DetailFrame } from '../../../renderer/charts/cursor-plot.ts';
import { runRemarks } from '../../../renderer/charts/remarks.ts';

const view = {
  layers: [
    { index: 0, name: 'dense_1', kind: 'dense', quantities: [{ quantity: 'activations', values: 32 }] },
    { index: 1, name: 'dense_2', kind: 'dense', quantities: [{ quantity: 'activations', values: 2 }] },
  ],
} as unknown as SessionView;

function frame(values: number, rank: number, layer = 'dense_1', samples = 32): DetailFrame {
  const spectrum = Float32Array.from({ length: values }, (_, index) => values - index);
  return {
    layer,
    asked: 812,
    quantity: 'activations',
    scale: 'raw',
    detail: {
      step: 812,
      epoch: 0,
      sets: ['control', 'patient', 'all'],
      samples: [samples / 2, samples / 2, samples],
      scalars: {},
      spectra: [
        {
          quantity: 'activations',
          values: [spectrum, spectrum, spectrum],
          floor: [0, 0, 0],
          summaries: [{}, {}, { 'effective-rank': rank }],
        },
      ],
      alignment: new Float32Array(4),
    },
  };
}
const nothing = { view, frames: new Map<number, DetailFrame>(), captureCost: null };

describe('the line on a run that trains', () => {
  it('is empty when nothing stands out', () => {
    expect(runRemarks({ ...nothing, frames: new Map([[0, frame(30, 9)]]), captureCost: 0.8 })).toEqual([]);
  });

  it('tells of a layer whose spectrum is one direction, unless no more is possible', () => {
    const [remark] = runRemarks({ ...nothing, frames: new Map([[0, frame(30, 1.02)]]) });
    expect(remark).toEqual({
      text: 'Activations of dense_1 at step 812: nearly one direction, effective rank 1.02.',
      show: { layer: 0 },
    });
    expect(runRemarks({ ...nothing, frames: new Map([[1, frame(2, 1.02, 'dense_2')]]) })).toEqual([]);
    expect(runRemarks({ ...nothing, frames: new Map([[0, frame(2, 1.02, 'dense_1', 2)]]) })).toEqual([]);
  });

  it('tells of values at the floor when they are the greater part', () => {
    const [remark] = runRemarks({ ...nothing, frames: new Map([[0, frame(10, 5)]]) });
    expect(remark?.text).toBe('Activations of dense_1 at step 812: 22 of 32 values are below what can be resolved.');
    expect(runRemarks({ ...nothing, frames: new Map([[0, frame(16, 5)]]) })).toEqual([]);
  });

  it('tells when recording takes longer than training', () => {
    const [remark] = runRemarks({ ...nothing, captureCost: 1.44 });
    expect(remark?.text).toMatch(/^Recording takes 1.4 times as long as training/);
    expect(remark?.show).toBe('recording');
  });
});
