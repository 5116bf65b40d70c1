/** Training is the same for the same seed, watched or not, and leaves nothing behind. */
import { describe, expect, it } from 'vitest';
import { mlp } from '#app/model/mlp.ts';
import { SeededRandom } from '#app/run/random.ts';
import { planCapture } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { type Batch, Trainer } from '../../../main/engine/train/trainer.ts';

const model = mlp.describe([10], 2, { hidden: [16, 8] });
const samples = 12;
const random = new SeededRandom(1);
const batch: Batch = {
  values: Float32Array.from({ length: samples * 10 }, (_, i) => random.normal() + (i < samples * 5 ? 1 : 0)),
  targets: Array.from({ length: samples }, (_, i) => (i < samples / 2 ? 0 : 1)),
  groupSizes: [6, 6],
};

function trained(seed: number, steps: number, watched: boolean, values = batch) {
  const quantities = ['activations', 'adjoints', 'gradient'] as const;
  const plan = planCapture(model, samples, 2, { layers: null, quantities: [...quantities], every: 1 });
  const capture = watched ? createCapture(plan) : null;
  const trainer = new Trainer({
    model,
    kernels: nativeKernels,
    optimizer: { kind: 'adam', learningRate: 0.01, weightDecay: 0.01 },
    classWeights: [1, 1],
    seed,
    capture,
  });
  try {
    const losses = Array.from({ length: steps }, (_, step) => {
      const said = trainer.step(values, watched ? step : null);
      return said.losses.reduce((sum, each) => sum + each / samples, 0);
    });
    const captured = capture?.drain().length ?? 0;
    return { losses, weights: trainer.network.weights(), captured };
  } finally {
    trainer.dispose();
    capture?.dispose();
  }
}

describe('a training', () => {
  it('learns', () => {
    const { losses } = trained(1, 80, false);
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
  });

  it('gives the same weights, bit for bit, for the same seed, and others for another', () => {
    expect(trained(1, 20, false).weights).toEqual(trained(1, 20, false).weights);
    expect(trained(2, 20, false).weights).not.toEqual(trained(1, 20, false).weights);
  });

  it('is not changed by being watched: dense layers, bit for bit', () => {
    const watched = trained(1, 20, true);
    expect(watched.captured).toBe(20);
    expect(watched.weights).toEqual(trained(1, 20, false).weights);
  });

  it('leaves no tensor behind, also when a step fails', () => {
    trained(1, 2, true);
    const before = tf.memory().numTensors;
    trained(1, 5, true);
    expect(() => trained(1, 1, false, { ...batch, values: batch.values.slice(0, 7) })).toThrow();
    expect(tf.memory().numTensors).toBe(before);
  });
});
