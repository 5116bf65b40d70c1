/** Training is the same for the same seed, watched or not, and leaves nothing behind. */
import { describe, expect, it } from 'vitest';
import type { ModelDescription } from '#app/model/description.ts';
import { LayerStack } from '#app/model/layers.ts';
import { mlp } from '#app/model/mlp.ts';
import { SeededRandom } from '#app/run/random.ts';
import { planCapture } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { type Batch, Trainer } from '../../../main/engine/train/trainer.ts';

const tables = mlp.describe([10], { kind: 'classification', classes: 2 }, { hidden: [16, 8] });
const samples = 12;
const random = new SeededRandom(1);
const batch: Batch = {
  values: Float32Array.from({ length: samples * 10 }, (_, i) => random.normal() + (i < samples * 5 ? 1 : 0)),
  targets: Array.from({ length: samples }, (_, i) => (i < samples / 2 ? 0 : 1)),
  groupSizes: [6, 6],
};

const scans: ModelDescription = {
  name: 'a small convolutional network',
  inputShape: [9, 8, 7, 1],
  task: { kind: 'classification', classes: 2 },
  layers: new LayerStack([9, 8, 7, 1])
    .conv(8, { kernel: [3, 3, 3], strides: [2, 2, 2] })
    .relu()
    .conv(16, { kernel: [3, 3, 3], strides: [2, 2, 2] })
    .relu()
    .flatten()
    .dense(2).layers,
};
const scanBatch: Batch = {
  ...batch,
  values: Float32Array.from({ length: samples * 9 * 8 * 7 }, (_, i) => random.normal() + (i < samples * 252 ? 0.2 : 0)),
};

const series: ModelDescription = {
  name: 'a small network over times and tokens',
  inputShape: [30, 6],
  task: { kind: 'classification', classes: 2 },
  layers: new LayerStack([30, 6])
    .recurrent('lstm', 12, { sequences: true })
    .layerNorm()
    .attention(2)
    .dense(40)
    .globalPool()
    .dense(2).layers,
};
const seriesBatch: Batch = {
  ...batch,
  values: Float32Array.from({ length: samples * 180 }, (_, i) => random.normal() + (i < samples * 90 ? 0.2 : 0)),
};

/** @param groupGradients whether filters' gradients come from the backward pass group by group; undefined: as planned */
async function trained(
  seed: number,
  steps: number,
  watched: boolean,
  values = batch,
  model: ModelDescription = tables,
  groupGradients?: boolean,
) {
  const quantities = ['activations', 'adjoints', 'gradient'] as const;
  const planned = planCapture(model, samples, 2, { layers: null, quantities: [...quantities], every: 1 });
  const plan = planned.map((each) =>
    each.weight.layer.kind === 'conv3d' && groupGradients !== undefined ? { ...each, groupGradients } : each,
  );
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
    const losses: number[] = [];
    for (let step = 0; step < steps; step++) {
      const said = await trainer.step(values, watched ? step : null);
      losses.push(said.losses.reduce((sum, each) => sum + each / samples, 0));
    }
    const captured = capture?.drain().length ?? 0;
    return { losses, weights: await trainer.network.weights(), captured };
  } finally {
    trainer.dispose();
    capture?.dispose();
  }
}

describe('a training', () => {
  it('learns', async () => {
    const { losses } = await trained(1, 80, false);
    expect(losses.at(-1)).toBeLessThan(0.5 * (losses[0] as number));
  });

  it('gives the same weights, bit for bit, for the same seed, and others for another', async () => {
    expect((await trained(1, 20, false)).weights).toEqual((await trained(1, 20, false)).weights);
    expect((await trained(2, 20, false)).weights).not.toEqual((await trained(1, 20, false)).weights);
  });

  it('is not changed by being watched: dense layers, bit for bit', async () => {
    const watched = await trained(1, 100, true);
    expect(watched.captured).toBe(100);
    expect(watched.weights).toEqual((await trained(1, 100, false)).weights);
  });

  it('gives the same weights of a convolutional network, bit for bit, for the same seed', async () => {
    expect((await trained(1, 30, false, scanBatch, scans)).weights).toEqual(
      (await trained(1, 30, false, scanBatch, scans)).weights,
    );
    expect((await trained(1, 30, true, scanBatch, scans, true)).weights).toEqual(
      (await trained(1, 30, true, scanBatch, scans, true)).weights,
    );
  });

  it('is not changed by being watched: convolutions whose groups the capture forms, bit for bit', async () => {
    expect((await trained(1, 100, true, scanBatch, scans, false)).weights).toEqual(
      (await trained(1, 100, false, scanBatch, scans)).weights,
    );
  });

  it('is not changed by being watched: convolutions whose groups come from the backward pass, bit for bit', async () => {
    expect((await trained(1, 100, true, scanBatch, scans, true)).weights).toEqual(
      (await trained(1, 100, false, scanBatch, scans)).weights,
    );
  });

  it('is not changed by being watched: tokens and times, bit for bit', async () => {
    expect((await trained(1, 40, true, seriesBatch, series)).weights).toEqual(
      (await trained(1, 40, false, seriesBatch, series)).weights,
    );
  });

  it('leaves no tensor behind, also when a step fails', async () => {
    await trained(1, 2, true);
    const before = tf.memory().numTensors;
    await trained(1, 5, true);
    await expect(trained(1, 1, false, { ...batch, values: batch.values.slice(0, 7) })).rejects.toThrow();
    expect(tf.memory().numTensors).toBe(before);
  });
});
