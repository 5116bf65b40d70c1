/** Gradients of whole networks against finite differences, one network for each kind of layer; and what a step leaves. */
import { describe, expect, it } from 'vitest';
import type { ModelDescription } from '#app/model/description.ts';
import { SeededRandom } from '#app/run/random.ts';
import { alignmentOffset, spectrumOffset } from '#app/spectra/layout.ts';
import { planCapture, type LayerPlan } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';
import { Network } from '../../../main/engine/model/network.ts';
import { expectNumericGradient, model, pass, samples } from './numeric-gradient.ts';

const capturing = { layers: null, quantities: ['activations', 'adjoints', 'gradient'] as const, every: 1 };

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

describe.each([nativeKernels, portableKernels])('with $name kernels', (kernels) => {
  it.each(Object.entries(models))('the gradient of %s equals a finite difference', (_name, of) => {
    expectNumericGradient(of, kernels);
  });
});

const captured: Record<string, ModelDescription> = {
  'a strided convolution': models['a strided convolution, flattened'] as ModelDescription,
  'a convolution of series': model([9, 2], (stack) => stack.conv(3, { kernel: [3], strides: [2] }).flatten()),
  'a convolution of the planes of a volume': model([3, 5, 4, 2], (stack) =>
    stack
      .conv(3, { kernel: [3, 3] })
      .conv(2, { kernel: [3, 2], strides: [2, 1] })
      .flatten(),
  ),
  'a convolution in groups, dilated': model([5, 4, 4], (stack) =>
    stack
      .conv(4, { kernel: [3, 3], groups: 2, dilations: [2, 1] })
      .conv(2, { kernel: [2, 2] })
      .flatten(),
  ),
  'a transposed convolution': model([3, 4, 2], (stack) =>
    stack
      .dense(3)
      .convTranspose(2, { kernel: [3, 2], strides: [2, 1] })
      .globalPool(),
  ),
};

describe.each(Object.entries(captured))('a captured step of %s', (_name, of) => {
  const plan = planCapture(of, samples, 3, { ...capturing, quantities: [...capturing.quantities] });

  function gradients(captured: boolean): Float32Array[] {
    const capture = captured ? createCapture(plan) : null;
    const network = new Network(of, nativeKernels, captured ? plan : [], new SeededRandom(2));
    const groupSizes = [2, 0, 4];
    let result: Float32Array[] = [];
    tf.tidy(() => {
      const { adjoints } = pass(network, nativeKernels, of);
      capture?.begin(0, groupSizes);
      const tensors = network.backward(adjoints, { capture, groupSizes, spentMs: 0 });
      capture?.end();
      result = tensors.map((each) => each.dataSync<'float32'>().slice());
    });
    if (capture !== null) {
      const [step] = capture.drain();
      expect(step?.rows.length).toBe(plan.length);
      // Each of these layers has a weight and a bias. The squares of all singular values are those of all numbers.
      step?.rows.forEach((row, layer) => {
        const { layout } = plan[layer] as LayerPlan;
        const first = spectrumOffset(layout, 'gradient', layout.groups);
        const values = row.subarray(first, alignmentOffset(layout)).filter((each) => !Number.isNaN(each));
        expect(norm(values) / norm(result[2 * layer] as Float32Array)).toBeCloseTo(1, 5);
      });
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

function norm(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, each) => sum + each * each, 0));
}
