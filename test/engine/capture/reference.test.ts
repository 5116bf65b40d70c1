/** Spectra by the native thread against NumPy's float64 SVD of the same matrices (test/fixtures/spectra). */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { isConvolution, isTransposedConvolution } from '#app/model/description.ts';
import type { ModelDescription, WeightLayerDescription } from '#app/model/description.ts';
import { quantities } from '#app/run/configuration.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { alignmentOffset, pairIndex, rowLength, setCount, spectrumOffset } from '#app/spectra/layout.ts';
import { activationViews, type ActivationView, type WeightPart } from '#app/spectra/matrices.ts';
import { planCapture } from '#app/spectra/plan.ts';
import type { LayerPlan, QuantityPlan } from '#app/spectra/plan.ts';
import { createCapture } from '../../../main/engine/capture/capture.ts';
import { tf } from '../../../main/engine/device/tensorflow.ts';
import { groupGradients } from './group-gradients.ts';
import { weightGradients } from './weight-gradients.ts';

interface ReferenceCase {
  name: string;
  groups: number[];
  layer: Pick<WeightLayerDescription, 'kind' | 'inputShape' | 'outputShape'>;
  part: WeightPart;
  activations: string;
  adjoints: string;
  /** [sets][values]; null for a set without samples. */
  spectra: Record<Quantity, (number[] | null)[]>;
  /** Of a convolution's activations; `spectra` has the channel view. */
  views?: Partial<Record<ActivationView, (number[] | null)[]>>;
  products: (number | null)[];
}

const cases = JSON.parse(
  readFileSync(new URL('../../fixtures/spectra/reference.json', import.meta.url), 'utf8'),
) as ReferenceCase[];

const everything = { layers: null, quantities: [...quantities], every: 1 };
const sides = ['sample', 'feature'] as const;
/** The largest error seen, relative to the largest value of its set. */
let worst = 0;

function floats(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Float32Array(bytes.buffer);
}

function planOf(reference: ReferenceCase, batchSize: number, activationView: ActivationView = 'channel'): LayerPlan {
  const layer = {
    name: 'layer',
    inputs: ['input'],
    parameters: 0,
    multiplyAccumulates: 0,
    ...reference.layer,
  } as unknown as WeightLayerDescription;
  const model: ModelDescription = {
    name: 'one layer',
    inputShape: layer.inputShape,
    task: { kind: 'classification', classes: 2 },
    layers: [layer],
  };
  const plans = planCapture(model, batchSize, reference.groups.length, { ...everything, activationView });
  const plan = plans.find(({ weight }) => weight.part === reference.part);
  if (plan === undefined) throw new Error('The weight was not planned.');
  // Alone: there is no other weight to have the values from.
  return { ...plan, sharedActivations: null, sharedAdjoints: null };
}

function isFilter(plan: LayerPlan): boolean {
  return isConvolution(plan.weight.layer) || isTransposedConvolution(plan.weight.layer);
}

/** The plan with every quantity that can be reached on both sides on the side asked for. */
function forced(plan: LayerPlan, side: QuantityPlan['side']): LayerPlan {
  const keeps = (each: QuantityPlan): boolean => isFilter(plan) && each.quantity === 'gradient';
  return {
    ...plan,
    groupGradients: isFilter(plan) && plan.groupGradients,
    quantities: plan.quantities.map((each) => (keeps(each) ? each : { ...each, side })),
  };
}

function captureRow(reference: ReferenceCase, plan: LayerPlan, withTotal: boolean): Float32Array {
  const batchSize = reference.groups.reduce((sum, size) => sum + size, 0);
  const { layer, inputShape, outputShape, gradient } = plan.weight;
  const capture = createCapture([plan]);
  try {
    return tf.tidy(() => {
      const [a, d] = [floats(reference.activations), floats(reference.adjoints)];
      const activations = tf.tensor(a, [batchSize, ...inputShape]);
      const adjoints = tf.tensor(d, [batchSize, ...outputShape]);
      capture.begin(0, reference.groups);
      if (!plan.groupGradients) {
        capture.layer(0, activations, adjoints, null, null);
      } else if (layer.kind === 'conv3d' && layer.dilations.every((each) => each === 1)) {
        // By TensorFlow's own differentiation.
        const { parts, total } = groupGradients(layer, activations, adjoints, reference.groups);
        capture.layer(0, activations, adjoints, parts, withTotal ? total : null);
      } else {
        const parts = weightGradients(plan.weight, a, d, reference.groups);
        const total = tf.addN(parts.filter((part) => part !== null));
        expect(total.size).toBe(gradient.rows * gradient.columns);
        capture.layer(0, activations, adjoints, parts, withTotal ? total : null);
      }
      capture.end();
      const row = capture.drain()[0]?.rows[0];
      if (row === undefined) throw new Error('No row was captured.');
      return row;
    });
  } finally {
    capture.dispose();
  }
}

function expectedOf(reference: ReferenceCase, plan: LayerPlan, quantity: Quantity): (number[] | null)[] {
  const view = plan.weight.activationView ?? 'channel';
  if (quantity !== 'activations' || view === 'channel') return reference.spectra[quantity];
  return reference.views?.[view] ?? [];
}

function expectSpectra(reference: ReferenceCase, plan: LayerPlan, row: Float32Array): void {
  const { layout } = plan;
  expect(row).toHaveLength(rowLength(layout));
  for (const { quantity, values } of layout.quantities) {
    for (let set = 0; set < setCount(layout); set++) {
      const offset = spectrumOffset(layout, quantity, set);
      const found = Array.from(row.subarray(offset, offset + values));
      const expected = expectedOf(reference, plan, quantity)[set] ?? [];
      expect(
        found.filter((value) => !Number.isNaN(value)),
        `${quantity}, set ${set}`,
      ).toHaveLength(expected.length);
      const largest = expected[0] ?? 0;
      expected.forEach((value, i) => {
        const error = Math.abs((found[i] ?? Number.NaN) - value);
        if (largest > 0) worst = Math.max(worst, error / largest);
        expect(error, `${quantity}, set ${set}, value ${i}: ${found[i]} for ${value}`).toBeLessThanOrEqual(
          1e-5 * largest,
        );
      });
    }
  }
}

function expectProducts(reference: ReferenceCase, plan: LayerPlan, row: Float32Array): void {
  const norms = reference.spectra.gradient.map((values) => Math.hypot(...(values ?? [])));
  const largest = Math.max(...norms);
  const found = row.subarray(alignmentOffset(plan.layout));
  expect(found).toHaveLength(reference.products.length);
  reference.products.forEach((product, i) => {
    if (product === null) expect(found[i]).toBeNaN();
    else expect(Math.abs((found[i] ?? Number.NaN) - product)).toBeLessThanOrEqual(1e-5 * largest * largest);
  });
  // The groups' gradients sum to the whole batch's: |sum G_g|^2 is the sum over all pairs, and the energy of 'all'.
  const groups = reference.groups.length;
  const present = reference.groups.flatMap((size, group) => (size > 0 ? [group] : []));
  const squaredSum = present
    .flatMap((g) => present.map((h) => found[pairIndex(groups, g, h)] ?? Number.NaN))
    .reduce((sum, product) => sum + product, 0);
  const { values = 0 } = plan.layout.quantities.find(({ quantity }) => quantity === 'gradient') ?? {};
  const all = spectrumOffset(plan.layout, 'gradient', groups);
  const energy = row.subarray(all, all + values).reduce((sum, s) => sum + (Number.isNaN(s) ? 0 : s * s), 0);
  expect(Math.abs(squaredSum - energy)).toBeLessThanOrEqual(1e-5 * largest * largest);
}

describe('a captured row holds the singular values of', () => {
  for (const reference of cases) {
    const batchSize = reference.groups.reduce((sum, size) => sum + size, 0);
    const described = `${reference.layer.kind} ${reference.part}: ${reference.name}`;

    it(`${described}, as planned`, () => {
      const plan = planOf(reference, batchSize);
      const row = captureRow(reference, plan, true);
      expectSpectra(reference, plan, row);
      expectProducts(reference, plan, row);
    });

    for (const side of sides) {
      it(`${described}, on the ${side} side`, () => {
        const plan = forced(planOf(reference, batchSize), side);
        const row = captureRow(reference, plan, false);
        expectSpectra(reference, plan, row);
        expectProducts(reference, plan, row);
      });
    }

    for (const view of activationViews) {
      if (reference.views?.[view] === undefined) continue;
      for (const side of ['as planned', ...sides] as const) {
        // A Gram of whole volumes takes seconds, and is never planned.
        if (side === 'feature' && planOf(reference, batchSize, view).weight.activations.columns > 500) continue;
        it(`${described}, activations by ${view}, ${side}`, () => {
          const plan = planOf(reference, batchSize, view);
          expect(plan.weight.activationView).toBe(view);
          const row = captureRow(reference, side === 'as planned' ? plan : forced(plan, side), true);
          expectSpectra(reference, plan, row);
          expectProducts(reference, plan, row);
        });
      }
    }

    for (const groupGradients of [true, false]) {
      const { weight } = planOf(reference, batchSize);
      // The thread has no patches of grouped and of transposed convolutions' gradients to form.
      if (!groupGradients && (!isConvolution(weight.layer) || weight.layer.groups > 1)) continue;
      it(`${described}, gradients ${groupGradients ? 'from the backward pass' : 'formed from patches'}`, () => {
        const plan = { ...planOf(reference, batchSize), groupGradients };
        const row = captureRow(reference, plan, false);
        expectSpectra(reference, plan, row);
        expectProducts(reference, plan, row);
      });
    }

    it(`${described}, in a smaller batch than planned`, () => {
      const plan = planOf(reference, batchSize + 5);
      const row = captureRow(reference, plan, true);
      expectSpectra(reference, plan, row);
    });
  }

  it('and nothing where only rounding is left: a gradient of repeated samples has the rank of the single ones', () => {
    const reference = cases.find(({ name }) => name === 'samples that come twice');
    if (reference === undefined) throw new Error('The case is missing.');
    const plan = forced(planOf(reference, 12), 'sample');
    const row = captureRow(reference, plan, false);
    const offset = spectrumOffset(plan.layout, 'gradient', 2);
    const values = Array.from(row.subarray(offset, offset + 12));
    expect(values.slice(0, 6).every((value) => value > 0)).toBe(true);
    expect(values.slice(6)).toEqual(new Array<number>(6).fill(0));
  });

  afterAll(() => {
    console.info(`largest error of a singular value: ${worst.toExponential(1)} of the largest of its set`);
  });
});
