/** Weights of a layer that meet the very same rows: their values are computed once and stood in each row. */
import type { Tensor } from '@tensorflow/tfjs-node-gpu';
import { describe, expect, it } from 'vitest';
import type { WeightLayerDescription } from '#app/model/description.ts';
import { quantities } from '#app/run/configuration.ts';
import { planCapture, type LayerPlan } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';

const common = { inputs: ['input'], parameters: 0, multiplyAccumulates: 0 };
const attention: WeightLayerDescription = {
  ...common,
  name: 'attention',
  kind: 'attention',
  heads: 2,
  keySize: 3,
  inputShape: [9, 5],
  outputShape: [9, 5],
};
const lstm: WeightLayerDescription = {
  ...common,
  name: 'lstm',
  kind: 'lstm',
  units: 4,
  direction: 'forward',
  sequences: false,
  resetBefore: false,
  inputShape: [7, 5],
  outputShape: [4],
};
const groupSizes = [3, 0, 5];
const samples = 8;

function planOf(layer: WeightLayerDescription): LayerPlan[] {
  const model = {
    name: 'test',
    inputShape: layer.inputShape,
    task: { kind: 'regression' } as const,
    layers: [layer],
  };
  return planCapture(model, samples, groupSizes.length, { layers: null, quantities: [...quantities], every: 1 });
}

interface Handed {
  activations: Tensor;
  adjoints: Tensor;
}

/** Rows of `steps`, whose layers are handed over in the order of `order`. */
function rowsOf(
  plan: readonly LayerPlan[],
  steps: readonly (readonly Handed[])[],
  order: readonly number[],
): readonly (readonly Float32Array[])[] {
  const capture = createCapture(plan.map((each) => ({ ...each, groupGradients: false })));
  steps.forEach((handed, step) => {
    capture.begin(step, groupSizes);
    for (const layer of order) {
      const { activations, adjoints } = handed[layer] as Handed;
      capture.layer(layer, activations, adjoints, null, null);
    }
    capture.end();
  });
  const rows = capture.drain().map((step) => step.rows);
  capture.dispose();
  return rows;
}

function random(shape: readonly number[], columns: number, seed: number): Tensor {
  return tf.randomNormal([samples, ...shape.slice(0, -1), columns], 0, 1, 'float32', seed);
}

describe('rows that weights share', () => {
  it.each([
    ['in the order of the plan', [0, 1, 2, 3]],
    ['in reverse', [3, 2, 1, 0]],
    ['with the first in the middle', [2, 0, 3, 1]],
  ])('give each projection of attention what it has alone, handed over %s', (_, order) => {
    const plan = planOf(attention);
    expect(plan.some((each) => each.sharedActivations !== null)).toBe(true);
    const steps = [1, 2, 3].map((step) => {
      const x = random([9, 5], 5, step);
      return plan.map(({ weight }, i): Handed => {
        const activations = weight.part === 'output' ? random([9, 6], 6, 10 * step) : x;
        return { activations, adjoints: random([9, 1], weight.adjoints.columns, 100 * step + i) };
      });
    });
    const alone = plan.map((each) => ({ ...each, sharedActivations: null, sharedAdjoints: null }));
    expect(rowsOf(plan, steps, order)).toEqual(rowsOf(alone, steps, order));
    tf.dispose(steps.flatMap((step) => step.flatMap(({ activations, adjoints }) => [activations, adjoints])));
  });

  it.each([[[0, 1]], [[1, 0]]])('give both kernels of an LSTM what they have alone, in the order %s', (order) => {
    const plan = planOf(lstm);
    expect(plan[1]?.sharedAdjoints).toBe(0);
    const adjoints = random([7, 16], 16, 5);
    const handed = [
      { activations: random([7, 5], 5, 6), adjoints },
      { activations: random([7, 4], 4, 7), adjoints },
    ];
    const alone = plan.map((each) => ({ ...each, sharedActivations: null, sharedAdjoints: null }));
    expect(rowsOf(plan, [handed], order)).toEqual(rowsOf(alone, [handed], order));
    tf.dispose(handed.map((each) => [each.activations, each.adjoints]).flat());
  });

  it('are taken from the weight that took part when the first of them did not', () => {
    const plan = planOf(attention);
    const x = random([9, 5], 5, 1);
    const handed = plan.map(({ weight }, i): Handed => ({
      activations: x,
      adjoints: random([9, 1], weight.adjoints.columns, i),
    }));
    const [rows] = rowsOf(plan, [handed], [2, 1]);
    expect(rows?.[0]?.every(Number.isNaN)).toBe(true);
    expect(rows?.[1]?.[0]).toBeGreaterThan(0);
    expect(rows?.[1]?.[0]).toBe(rows?.[2]?.[0]);
    tf.dispose([x, ...handed.map(({ adjoints }) => adjoints)]);
  });
});
