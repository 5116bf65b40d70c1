/** Small networks, and their gradients by finite differences. */
import { expect } from 'vitest';
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { LayerStack } from '#app/model/layers.ts';
import type { ModelDescription } from '#app/model/description.ts';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import type { Kernels } from '../../../main/engine/model/kernels/kernels.ts';
import { Network } from '../../../main/engine/model/network.ts';

export const samples = 6;

/** @param build layers before the three logits */
export function model(inputShape: number[], build: (stack: LayerStack) => LayerStack): ModelDescription {
  const stack = build(new LayerStack(inputShape)).dense(3);
  return { name: 'test', inputShape, task: { kind: 'classification', classes: 3 }, layers: stack.layers };
}

function input(of: ModelDescription): Float32Array {
  const random = new SeededRandom(3);
  const size = of.inputShape.reduce((product, each) => product * each, samples);
  return Float32Array.from({ length: size }, () => random.normal());
}

/** Mean loss; the same masks of dropout each time. */
export function pass(network: Network, kernels: Kernels, of: ModelDescription): { loss: number; adjoints: Tensor } {
  const x = tf.tensor(input(of), [samples, ...of.inputShape]);
  const logits = network.forward(x, { training: true, random: new SeededRandom(7) });
  const { losses, gradients } = kernels.softmaxCrossEntropy(logits, tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'));
  const loss = losses.dataSync<'float32'>().reduce((sum, each) => sum + each / samples, 0);
  return { loss, adjoints: tf.div(gradients, samples) };
}

/** Along a random direction of each parameter: every entry counts, and rounding is small beside the change. */
export function expectNumericGradient(of: ModelDescription, kernels: Kernels): void {
  const network = new Network(of, kernels, [], new SeededRandom(2));
  const gradients: Float32Array[] = [];
  tf.tidy(() => {
    const tensors = network.backward(pass(network, kernels, of).adjoints, null);
    gradients.push(...tensors.map((each) => each.dataSync<'float32'>().slice()));
  });
  const random = new SeededRandom(11);
  network.parameters.forEach((parameter, p) => {
    const values = parameter.value.dataSync<'float32'>().slice();
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
}
