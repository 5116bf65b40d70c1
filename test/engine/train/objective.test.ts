/** Losses and adjoints of each task: against numeric gradients, and by what a network learns with them. */
import { describe, expect, it } from 'vitest';
import type { ModelDescription, Task } from '#app/model/description.ts';
import { LayerStack } from '#app/model/layers.ts';
import { mlp } from '#app/model/mlp.ts';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { clippedByNorm } from '../../../main/engine/model/kernels/clip.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';
import { objectiveOf, type ValueLoss } from '../../../main/engine/train/objective.ts';
import { Trainer } from '../../../main/engine/train/trainer.ts';

interface Case {
  task: Task;
  loss: ValueLoss;
  targets: number[];
  width: number;
  classWeights: number[];
}

const cases: Case[] = [
  {
    task: { kind: 'classification', classes: 3 },
    loss: 'mse',
    targets: [0, 2, 1, 2],
    width: 3,
    classWeights: [1, 2, 0.5],
  },
  { task: { kind: 'regression' }, loss: 'mse', targets: [0.3, -1.2, 2, 0], width: 1, classWeights: [] },
  { task: { kind: 'regression' }, loss: 'huber', targets: [0.3, -3.2, 4, 0], width: 1, classWeights: [] },
  { task: { kind: 'reconstruction' }, loss: 'mse', targets: [0, 0, 0, 0], width: 5, classWeights: [] },
  { task: { kind: 'reconstruction' }, loss: 'huber', targets: [0, 0, 0, 0], width: 5, classWeights: [] },
];

describe.each([nativeKernels, portableKernels])('an objective on $name kernels', (kernels) => {
  it.each(cases)('gives the gradient of its mean weighted loss: $task.kind, $loss', async (each) => {
    const { task, loss, targets, width, classWeights } = each;
    const objective = objectiveOf({ task, inputShape: [width] }, kernels, { classWeights, loss });
    const random = new SeededRandom(4);
    const outputs = Float32Array.from({ length: 4 * width }, () => 2 * random.normal());
    const inputs = tf.tensor2d(
      Float32Array.from({ length: 4 * width }, () => random.normal()),
      [4, width],
    );
    const meanLoss = (values: Float32Array): number => {
      const found = objective.losses(tf.tensor2d(values.slice(), [4, width]), inputs, targets).dataSync();
      return targets.reduce((sum, target, i) => sum + ((found[i] as number) * (classWeights[target] ?? 1)) / 4, 0);
    };
    const { adjoints, losses } = objective.evaluate(tf.tensor2d(outputs.slice(), [4, width]), inputs, targets);
    expect([...losses.dataSync()]).toEqual([
      ...objective.losses(tf.tensor2d(outputs.slice(), [4, width]), inputs, targets).dataSync(),
    ]);
    const found = await kernels.read(adjoints);
    const step = 1e-2;
    outputs.forEach((value, i) => {
      const [more, less] = [value + step, value - step].map((moved) => meanLoss(outputs.with(i, moved)));
      expect(found[i]).toBeCloseTo(((more as number) - (less as number)) / (2 * step), 3);
    });
  });
});

describe('losses', () => {
  it('of Huber are half the square up to one deviation and linear beyond', () => {
    const objective = objectiveOf({ task: { kind: 'regression' }, inputShape: [3] }, nativeKernels, {
      classWeights: [],
      loss: 'huber',
    });
    const losses = objective.losses(tf.tensor2d([0.5, 3, -2], [3, 1]), tf.zeros([3, 3]), [0, 0, 0]);
    expect([...losses.dataSync()]).toEqual([0.125, 2.5, 1.5]);
  });
});

async function learn(
  model: ModelDescription,
  targets: number[],
  values: Float32Array,
  gradientClipping: number | null,
) {
  const trainer = new Trainer({
    model,
    kernels: nativeKernels,
    optimizer: { kind: 'adamw', learningRate: 0.02, weightDecay: 0 },
    classWeights: [],
    loss: 'mse',
    gradientClipping,
    seed: 2,
    capture: null,
  });
  const losses: number[] = [];
  for (let step = 0; step < 150; step++) {
    const said = await trainer.step({ values, targets, groupSizes: [targets.length] }, null);
    losses.push(said.losses.reduce((sum, each) => sum + each / targets.length, 0));
  }
  const said = await trainer.predict(() => values, [...targets.keys()], targets);
  const metrics = trainer.objective.metrics(said);
  trainer.dispose();
  return { losses, said, metrics };
}

describe('a network', () => {
  const random = new SeededRandom(9);
  const values = Float32Array.from({ length: 24 * 4 }, () => random.normal());

  it('learns to predict a number', async () => {
    const targets = Array.from(
      { length: 24 },
      (_, i) => (values[i * 4] as number) - 0.5 * (values[i * 4 + 2] as number),
    );
    const model = mlp.describe([4], { kind: 'regression' }, { hidden: [12], dropout: 0 });
    const { metrics, said } = await learn(model, targets, values, null);
    expect(said.outputs).toHaveLength(24);
    expect(metrics.r).toBeGreaterThan(0.97);
    expect(metrics.r2).toBeGreaterThan(0.94);
    expect(metrics.accuracy).toBeNull();
  });

  it('learns to give its input back', async () => {
    const model: ModelDescription = {
      name: 'a small autoencoder',
      inputShape: [4],
      task: { kind: 'reconstruction' },
      layers: new LayerStack([4]).dense(16).relu().dense(4).layers,
    };
    const { losses, metrics, said } = await learn(model, new Array<number>(24).fill(0), values, 1);
    expect(losses.at(-1)).toBeLessThan(0.1 * (losses[0] as number));
    expect(said.outputs).toHaveLength(0);
    expect(metrics.loss).toBeLessThan(0.2);
  });
});

describe('a gradient that is limited in norm', () => {
  it('keeps its direction and has the norm of the limit', () => {
    const [a, b] = clippedByNorm([tf.tensor1d([3, 0]), tf.tensor2d([[4]])], 2);
    expect([...(a?.dataSync() ?? [])][0]).toBeCloseTo(1.2, 6);
    expect([...(b?.dataSync() ?? [])][0]).toBeCloseTo(1.6, 6);
  });

  it('is left as it is, bit for bit, within the limit', () => {
    const values = Float32Array.of(0.1, -0.2, 0.3);
    const [same] = clippedByNorm([tf.tensor1d(values)], 0.5);
    expect([...(same?.dataSync() ?? [])]).toEqual([...values]);
  });
});
