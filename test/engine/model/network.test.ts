/** Gradients of whole networks against finite differences, one network for each kind of layer; and what a step leaves. */
import { describe, expect, it } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { LayerStack } from '#app/model/layers.ts';
import type { ModelDescription } from '#app/model/description.ts';
import { SeededRandom } from '#app/run/random.ts';
import { planCapture } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import type { Kernels } from '../../../main/engine/model/kernels/kernels.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';
import { Network } from '../../../main/engine/model/network.ts';

const samples = 6;
const capturing = { layers: null, quantities: ['activations', 'adjoints', 'gradient'] as const, every: 1 };

function model(inputShape: number[], build: (stack: LayerStack) => LayerStack): ModelDescription {
  const stack = build(new LayerStack(inputShape)).dense(3);
  return { name: 'test', inputShape, task: { kind: 'classification', classes: 3 }, layers: stack.layers };
}

const models: Record<string, ModelDescription> = {
  'dense layers with a rectifier': model([5], (stack) => stack.dense(4).relu()),
  dropout: model([5], (stack) => stack.dense(6).dropout(0.4)),
  'a strided convolution, flattened': model([5, 4, 6, 2], (stack) =>
    // No rectifier: among so many positions some lie at its kink, where a finite difference means nothing.
    stack
      .conv(3, { kernel: [3, 3, 3], strides: [2, 2, 2] })
      .conv(2, { kernel: [3, 3, 3], strides: [2, 2, 2] })
      .flatten(),
  ),
  'a pooling': model([4, 4, 6, 1], (stack) =>
    stack
      .conv(2, { kernel: [3, 3, 3] })
      .pool('max-pool', [2, 2, 2])
      .flatten(),
  ),
  'branches that are added, and a branch beside': model([4, 6], (stack) => {
    const start = stack.dense(3).place;
    const added = stack.dense(3).relu().join('add', [start]).place;
    return stack.from(start).dense(2).join('concatenate', [added]).globalPool();
  }),
  'an average over the volume': model([4, 4, 4, 1], (stack) =>
    stack.conv(3, { kernel: [3, 3, 3], padding: 'valid' }).globalPool(),
  ),
};

function input(of: ModelDescription): Float32Array {
  const random = new SeededRandom(3);
  const size = of.inputShape.reduce((product, each) => product * each, samples);
  return Float32Array.from({ length: size }, () => random.normal());
}

/** Mean loss; the same masks of dropout each time. */
function pass(network: Network, kernels: Kernels, of: ModelDescription): { loss: number; adjoints: Tensor } {
  const x = tf.tensor(input(of), [samples, ...of.inputShape]);
  const logits = network.forward(x, { training: true, random: new SeededRandom(7) });
  const { losses, gradients } = kernels.softmaxCrossEntropy(logits, tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'));
  const loss = losses.dataSync<'float32'>().reduce((sum, each) => sum + each / samples, 0);
  return { loss, adjoints: tf.div(gradients, samples) };
}

describe.each([nativeKernels, portableKernels])('with $name kernels', (kernels) => {
  it.each(Object.entries(models))('the gradient of %s equals a finite difference', (_name, of) => {
    const network = new Network(of, kernels, [], new SeededRandom(2));
    const gradients = tf.tidy(() =>
      network.backward(pass(network, kernels, of).adjoints, null).map((each) => each.dataSync<'float32'>().slice()),
    ) as unknown as Float32Array[];
    const random = new SeededRandom(11);
    network.parameters.forEach((parameter, p) => {
      const values = parameter.value.dataSync<'float32'>().slice();
      // Along a random direction: every entry counts, and rounding is small beside the change.
      const direction = values.map(() => random.normal());
      const lossAt = (step: number): number => {
        parameter.assign(values.map((value, i) => value + step * (direction[i] as number)));
        let loss = 0;
        tf.tidy(() => void (loss = pass(network, kernels, of).loss));
        return loss;
      };
      const step = 2e-3;
      const numeric = (lossAt(step) - lossAt(-step)) / (2 * step);
      const analytic = direction.reduce((sum, each, i) => sum + each * (gradients[p]?.[i] as number), 0);
      parameter.assign(values);
      expect(Math.abs(analytic - numeric), parameter.name).toBeLessThan(2e-3 + 0.02 * Math.abs(numeric));
    });
    network.dispose();
  });
});

describe('a captured step', () => {
  const of = models['a strided convolution, flattened'] as ModelDescription;

  function gradients(captured: boolean): Float32Array[] {
    const plan = captured ? planCapture(of, samples, 3, { ...capturing, quantities: [...capturing.quantities] }) : [];
    const capture = captured ? createCapture(plan) : null;
    const network = new Network(of, nativeKernels, plan, new SeededRandom(2));
    const groupSizes = [2, 0, 4];
    let result: Float32Array[] = [];
    tf.tidy(() => {
      const { adjoints } = pass(network, nativeKernels, of);
      capture?.begin(0, groupSizes);
      const tensors = network.backward(adjoints, capture === null ? null : { capture, groupSizes, spentMs: 0 });
      capture?.end();
      result = tensors.map((each) => each.dataSync<'float32'>().slice());
    });
    if (capture !== null) {
      const [step] = capture.drain();
      expect(step?.rows.length).toBe(plan.length);
      capture.dispose();
    }
    network.dispose();
    return result;
  }

  it('gives the gradients of a plain one: dense ones bit for bit, sums of group parts to 1e-6', () => {
    const plain = gradients(false);
    const watched = gradients(true);
    watched.forEach((gradient, p) => {
      const expected = plain[p] as Float32Array;
      const largest = Math.max(...expected.map(Math.abs));
      const difference = Math.max(...gradient.map((each, i) => Math.abs(each - (expected[i] as number))));
      expect(difference / largest).toBeLessThanOrEqual(1e-6);
    });
    // The dense head: weight and bias.
    expect(watched.slice(-2)).toEqual(plain.slice(-2));
  });

  it('leaves no tensor behind', () => {
    gradients(true);
    const before = tf.memory().numTensors;
    for (let i = 0; i < 3; i++) gradients(true);
    expect(tf.memory().numTensors).toBe(before);
  });
});
