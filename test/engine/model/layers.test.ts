/** Gradients of every kind of layer against finite differences, a small network each. */
import { describe, expect, it } from 'vitest';
import { activationFunctions, type ModelDescription } from '#app/model/description.ts';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';
import { Network } from '../../../main/engine/model/network.ts';
import { expectNumericGradient, model, pass } from './numeric-gradient.ts';

const activations = Object.fromEntries(
  activationFunctions.map((name) => [name, model([5], (stack) => stack.dense(4).activation(name))]),
);

const models: Record<string, ModelDescription> = {
  ...activations,
  'elu of another scale': model([5], (stack) => stack.dense(4).activation('elu', 0.5)),
};

describe.each([nativeKernels, portableKernels])('with $name kernels', (kernels) => {
  it.each(Object.entries(models))('the gradient of %s equals a finite difference', (_name, of) => {
    expectNumericGradient(of, kernels);
  });

  it('no step leaves a tensor behind', () => {
    const networks = Object.values(models).map((of) => ({
      of,
      network: new Network(of, kernels, [], new SeededRandom(2)),
    }));
    const step = (): void => {
      for (const { of, network } of networks) {
        tf.tidy(() => void network.backward(pass(network, kernels, of).adjoints, null));
      }
    };
    step();
    const before = tf.memory().numTensors;
    step();
    expect(tf.memory().numTensors).toBe(before);
    for (const { network } of networks) network.dispose();
  });
});
