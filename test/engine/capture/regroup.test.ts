/** Sample Grams that were kept of a step, looked at under other labellings, against fresh captures with those groups. */
import { describe, expect, it } from 'vitest';
import type { DenseDescription, WeightLayerDescription } from '#app/model/description.ts';
import { quantities } from '#app/run/configuration.ts';
import { SeededRandom } from '#app/run/random.ts';
import { gramKinds, triangleLength } from '#app/spectra/kept-grams.ts';
import { alignmentOffset, pairIndex, spectrumOffset } from '#app/spectra/layout.ts';
import type { ActivationView } from '#app/spectra/matrices.ts';
import { planCapture, sessionLayer, type LayerPlan } from '#app/spectra/plan.ts';
import { gradientNorms, gradientProducts } from '#app/spectra/regroup.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { regroupRow } from '../../../main/engine/capture/regroup.ts';
import type { CapturedStep } from '../../../main/engine/capture/types.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { weightGradients } from './weight-gradients.ts';

const samples = 12;
const common = { name: 'layer', inputs: ['input'], parameters: 0, multiplyAccumulates: 0 };

function dense(inputShape: readonly number[], units: number): DenseDescription {
  return { ...common, kind: 'dense', units, inputShape, outputShape: [...inputShape.slice(0, -1), units] };
}

/** Activations and adjoints of one batch, each sample's numbers on their own. */
class Batch {
  readonly activations: Float32Array[];
  readonly adjoints: Float32Array[];

  constructor({ weight }: LayerPlan) {
    const random = new SeededRandom(7);
    const numbers = (shape: readonly number[]): Float32Array[] =>
      Array.from({ length: samples }, () =>
        Float32Array.from({ length: shape.reduce((size, each) => size * each, 1) }, () => random.normal()),
      );
    this.activations = numbers(weight.inputShape);
    this.adjoints = numbers(weight.outputShape);
  }
}

function planOf(layer: WeightLayerDescription, groups: number, activationView: ActivationView = 'channel'): LayerPlan {
  const model = {
    name: 'test',
    inputShape: layer.inputShape,
    task: { kind: 'regression' } as const,
    layers: [layer],
  };
  const [plan] = planCapture(model, samples, groups, {
    layers: null,
    quantities: [...quantities],
    every: 1,
    activationView,
    grams: { every: 1, layers: null, megabytes: 1 },
  });
  if (plan === undefined) throw new Error('not planned');
  return plan;
}

/** A captured step of the batch's samples, in the order of `order`. */
function captured(
  plan: LayerPlan,
  batch: Batch,
  order: readonly number[],
  groupSizes: readonly number[],
  step = 0,
  gramsEvery = 1,
): CapturedStep {
  const capture = createCapture([plan], { gramsEvery });
  const flat = (rows: readonly Float32Array[]): Float32Array =>
    Float32Array.from(order.flatMap((sample) => Array.from(rows[sample] ?? [])));
  try {
    tf.tidy(() => {
      const [a, d] = [flat(batch.activations), flat(batch.adjoints)];
      capture.begin(step, groupSizes);
      capture.layer(
        0,
        tf.tensor(a, [order.length, ...plan.weight.inputShape]),
        tf.tensor(d, [order.length, ...plan.weight.outputShape]),
        plan.groupGradients ? weightGradients(plan.weight, a, d, groupSizes) : null,
        null,
      );
      capture.end();
    });
    return capture.drain()[0] as CapturedStep;
  } finally {
    capture.dispose();
  }
}

const everyone = Array.from({ length: samples }, (_, i) => i);

/** The labelling as a fresh capture has it: samples sorted by group, sizes. */
function sorted(labels: readonly number[], groups: number): { order: number[]; sizes: number[] } {
  const members = Array.from({ length: groups }, (_, group) => everyone.filter((sample) => labels[sample] === group));
  return { order: members.flat(), sizes: members.map((each) => each.length) };
}

const labellings: readonly { name: string; labels: number[]; groups: number }[] = [
  { name: 'two groups that lie among one another', labels: [0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 1], groups: 2 },
  { name: 'four groups, one of one sample, one empty', labels: [3, 0, 0, 3, 1, 3, 0, 0, 3, 0, 3, 3], groups: 4 },
  { name: 'groups that leave samples out', labels: [-1, 1, 0, -1, 1, 1, 0, 0, -1, 0, 1, 1], groups: 2 },
  { name: 'everybody in one group', labels: new Array<number>(samples).fill(0), groups: 1 },
];

const conv: WeightLayerDescription = {
  ...common,
  kind: 'conv2d',
  inputShape: [5, 4, 2],
  outputShape: [3, 2, 3],
  filters: 3,
  kernel: [3, 3],
  strides: [2, 2],
  dilations: [1, 1],
  groups: 1,
  padding: 'same',
};
const layers: readonly { name: string; layer: WeightLayerDescription; view?: ActivationView; spectra: string[] }[] = [
  { name: 'wide dense', layer: dense([30], 20), spectra: [...quantities] },
  { name: 'narrow dense', layer: dense([5], 3), spectra: [...quantities] },
  { name: 'dense on few rows', layer: dense([2, 40], 50), spectra: [] },
  { name: 'dense on many rows', layer: dense([30, 4], 3), spectra: [] },
  { name: 'convolution', layer: conv, spectra: [] },
  { name: 'convolution in the sample view', layer: conv, view: 'sample', spectra: ['activations'] },
  { name: 'convolution in the patch view', layer: conv, view: 'patch', spectra: [] },
  {
    name: 'grouped convolution',
    layer: { ...conv, inputShape: [5, 4, 4], outputShape: [3, 2, 6], filters: 6, groups: 2 },
    spectra: [],
  },
  {
    name: 'transposed convolution',
    layer: {
      ...common,
      kind: 'conv2d-transpose',
      inputShape: [3, 2, 4],
      outputShape: [6, 4, 2],
      filters: 2,
      kernel: [3, 3],
      strides: [2, 2],
      padding: 'same',
    },
    spectra: [],
  },
];

describe.each(layers)('kept Grams of a layer: $name,', ({ layer, view, spectra }) => {
  const first = planOf(layer, 3, view);
  const batch = new Batch(first);
  const kept = captured(first, batch, everyone, [5, 3, 4]).grams?.[0];
  if (kept === null || kept === undefined) throw new Error('No Grams were kept.');

  it('are as many numbers as foreseen', () => {
    expect(kept).toHaveLength(gramKinds(first.weight).length * triangleLength(samples));
  });

  it('hold the inner products of the gradients of single samples', () => {
    const plan = planOf(layer, samples, view);
    const fresh = captured(plan, batch, everyone, new Array<number>(samples).fill(1)).rows[0] as Float32Array;
    const products = gradientProducts(kept, samples);
    const norms = gradientNorms(products, samples);
    const largest = Math.max(...norms) ** 2;
    fresh.subarray(alignmentOffset(plan.layout)).forEach((product, i) => {
      expect(Math.abs((products[i] ?? Number.NaN) - product)).toBeLessThanOrEqual(1e-6 * largest);
    });
  });

  it.each(labellings)('give what a fresh capture gives of $name', ({ labels, groups }) => {
    const plan = planOf(layer, groups, view);
    const { order, sizes } = sorted(labels, groups);
    const fresh = captured(plan, batch, order, sizes).rows[0] as Float32Array;
    const { row, layout, regrouped } = regroupRow(sessionLayer(first, 0), kept, labels, groups);
    expect(layout).toEqual(plan.layout);
    expect(row).toHaveLength(fresh.length);
    expect(regrouped).toEqual(spectra);
    for (const { quantity, values } of layout.quantities) {
      for (let set = 0; set <= groups; set++) {
        const start = spectrumOffset(layout, quantity, set);
        const found = row.subarray(start, start + values);
        const expected = fresh.subarray(start, start + values);
        if (!regrouped.includes(quantity)) expect(found.every(Number.isNaN)).toBe(true);
        else expectClose(found, expected, expected[0] ?? Number.NaN);
      }
    }
    const products = (each: Float32Array): Float32Array => each.subarray(alignmentOffset(layout));
    const diagonal = Array.from({ length: groups }, (_, g) => products(fresh)[pairIndex(groups, g, g)] ?? 0);
    expectClose(products(row), products(fresh), Math.max(...diagonal.filter((each) => !Number.isNaN(each))));
  });
});

function expectClose(found: Float32Array, expected: Float32Array, largest: number): void {
  expected.forEach((value, i) => {
    if (Number.isNaN(value)) expect(found[i]).toBeNaN();
    else expect(Math.abs((found[i] ?? Number.NaN) - value)).toBeLessThanOrEqual(1e-6 * largest);
  });
}

describe('a capture that keeps Grams', () => {
  const plan = planOf(dense([30], 20), 2);
  const batch = new Batch(plan);

  it('keeps them at the steps of their cadence, of the layers whose plan says so', () => {
    const keptAt = (step: number, gramsEvery: number, keepsGrams = true): boolean =>
      captured({ ...plan, keepsGrams }, batch, everyone, [6, 6], step, gramsEvery).grams?.[0] !== null;
    expect([0, 1, 2, 3, 4].map((step) => keptAt(step, 2))).toEqual([true, false, true, false, true]);
    expect(keptAt(0, 0)).toBe(false);
    expect(keptAt(0, 1, false)).toBe(false);
  });

  it('gives the norm of each sample’s gradient at every step, where a sample has one row', () => {
    const step = captured(plan, batch, everyone, [6, 6], 1, 2);
    const norms = step.sampleNorms?.[0];
    expect(norms).toHaveLength(samples);
    norms?.forEach((norm, i) => {
      expect(
        norm / (Math.hypot(...(batch.activations[i] ?? [])) * Math.hypot(...(batch.adjoints[i] ?? []))),
      ).toBeCloseTo(1, 5);
    });
    const sequences = planOf(dense([3, 5], 4), 2);
    expect(captured(sequences, new Batch(sequences), everyone, [6, 6]).sampleNorms?.[0]).toBeNull();
  });

  it('refuses labels that do not fit the Grams', () => {
    const kept = captured(plan, batch, everyone, [6, 6]).grams?.[0] ?? new Float64Array();
    const stored = sessionLayer(plan, 0);
    expect(() => regroupRow(stored, kept, [0, 1, 0], 2)).toThrow('not those of 3 samples');
    expect(() => regroupRow(stored, kept, new Array<number>(samples).fill(2), 2)).toThrow('no group 2 among 2');
  });

  it('gives nothing when everybody is left out', () => {
    const kept = captured(plan, batch, everyone, [6, 6]).grams?.[0] ?? new Float64Array();
    const { row } = regroupRow(sessionLayer(plan, 0), kept, new Array<number>(samples).fill(-1), 2);
    expect(row.every(Number.isNaN)).toBe(true);
  });
});
