/** Padded series in one batch give what each series gives by itself at its own length. */
import { describe, expect, it } from 'vitest';
import { modelNamed } from '#app/model/catalogue.ts';
import type { ModelDescription } from '#app/model/description.ts';
import { LayerStack } from '#app/model/layers.ts';
import { SeededRandom } from '#app/run/random.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { nativeKernels } from '../../../main/engine/model/kernels/native.ts';
import { portableKernels } from '../../../main/engine/model/kernels/portable.ts';
import { maskedInput } from '../../../main/engine/model/mask.ts';
import { Network } from '../../../main/engine/model/network.ts';

const [times, channels] = [7, 3];
const lengths = [7, 3, 1, 5];

const models: [string, string, Record<string, string | number | number[]>][] = [
  ['lstm, the last state', 'lstm', { units: [5], pool: 'last' }],
  ['lstm, the average of two layers', 'lstm', { units: [5, 4], pool: 'average' }],
  ['gru, the last state', 'gru', { units: [5], pool: 'last' }],
  ['gru that resets before, the last state', 'reset-before', {}],
  ['gru, the average', 'gru', { units: [4, 5], pool: 'average' }],
  ['lstm in both directions, the last states', 'bilstm', { units: [4, 3], pool: 'last' }],
  ['lstm in both directions, the average', 'bilstm', { units: [4], pool: 'average' }],
  ['transformer', 'transformer', { width: 8, blocks: 2, heads: 2, hidden: 6 }],
];

function described(
  name: string,
  settings: Record<string, string | number | number[]>,
  length: number,
): ModelDescription {
  const task = { kind: 'classification', classes: 2 } as const;
  if (name === 'reset-before') {
    const { layers } = new LayerStack([length, channels]).recurrent('gru', 5, { resetBefore: true }).dense(2);
    return { name, inputShape: [length, channels], task, layers };
  }
  return modelNamed(name).describe([length, channels], task, { ...settings, dropout: 0 });
}

/** [samples x times x channels], NaN after the end of each. */
function paddedValues(): Float32Array {
  const random = new SeededRandom(4);
  const values = Float32Array.from({ length: lengths.length * times * channels }, () => random.normal());
  lengths.forEach((length, sample) =>
    values.fill(NaN, (sample * times + length) * channels, (sample + 1) * times * channels),
  );
  return values;
}

interface Pass {
  outputs: Float32Array;
  gradients: Float32Array[];
}

function passOf(network: Network, model: ModelDescription, values: Float32Array, dy: Float32Array): Pass {
  const samples = dy.length / 2;
  return tf.tidy(() => {
    const { x, mask } = maskedInput(values, samples, model.inputShape);
    const y = network.forward(x, { training: true, random: new SeededRandom(1), mask });
    const outputs = y.dataSync<'float32'>().slice();
    const gradients = network
      .backward(tf.tensor2d(dy, [samples, 2]), null)
      .map((each) => each.dataSync<'float32'>().slice());
    return { outputs, gradients } as unknown as never;
  });
}

describe.each([nativeKernels, portableKernels])('with $name kernels', (kernels) => {
  it.each(models)('%s', (_words, name, settings) => {
    const model = described(name, settings, times);
    const network = new Network(model, kernels, [], new SeededRandom(2));
    const values = paddedValues();
    const dy = Float32Array.from({ length: lengths.length * 2 }, (_, i) => Math.sin(i + 1));
    const together = passOf(network, model, values, dy);
    const sums = together.gradients.map((each) => new Float64Array(each.length));
    lengths.forEach((length, sample) => {
      const short = described(name, settings, length);
      const alone = new Network(short, kernels, [], new SeededRandom(2));
      alone.parameters.forEach((parameter, p) => {
        const own = network.parameters[p]!.value.dataSync<'float32'>();
        // Of the places of tokens, as many as the series has times.
        parameter.assign(own.slice(0, parameter.value.size));
      });
      const first = sample * times * channels;
      const pass = passOf(
        alone,
        short,
        values.slice(first, first + length * channels),
        dy.slice(sample * 2, sample * 2 + 2),
      );
      pass.outputs.forEach((value, i) => expect(together.outputs[sample * 2 + i]).toBeCloseTo(value, 5));
      pass.gradients.forEach((gradient, p) => gradient.forEach((value, i) => (sums[p]![i]! += value)));
      alone.dispose();
    });
    together.gradients.forEach((gradient, p) => {
      gradient.forEach((value, i) => {
        expect(Math.abs(value - sums[p]![i]!), network.parameters[p]!.name).toBeLessThan(2e-5);
      });
    });
    network.dispose();
  });
});

it('what stands after the end of a series does not matter, and without padding there is no mask', () => {
  const { mask } = maskedInput(paddedValues(), lengths.length, [times, channels]);
  expect([...mask!.rows.dataSync()].reduce((sum, each) => sum + each)).toBe(16);
  expect([...mask!.stretch.dataSync()]).toEqual([1, 7 / 3, 7, 7 / 5].map(Math.fround));
  expect(maskedInput(new Float32Array(6), 1, [2, 3]).mask).toBeNull();
  expect(maskedInput(Float32Array.of(NaN, 1), 2, [1]).mask).toBeNull();
});
