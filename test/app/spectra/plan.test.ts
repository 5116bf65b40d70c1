import { describe, expect, it } from 'vitest';
import { SpectroscopeError } from '#app/contract/errors.ts';
import type {
  ConvDescription,
  DenseDescription,
  ModelDescription,
  WeightLayerDescription,
} from '#app/model/description.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { rowLength } from '#app/spectra/layout.ts';
import { planCapture, sessionLayer } from '#app/spectra/plan.ts';
import type { CaptureChoice, LayerPlan, QuantityPlan } from '#app/spectra/plan.ts';
import { float32ProductFloor, float64GramFloor } from '#app/spectra/precision.ts';
import { inWriting } from '#app/text/sentence.ts';

const everything: CaptureChoice = {
  layers: null,
  quantities: ['activations', 'adjoints', 'gradient'],
  every: 1,
};
const none = { inputs: ['input'], parameters: 0, multiplyAccumulates: 0 };

function dense(name: string, inputs: number, units: number): DenseDescription {
  return { name, kind: 'dense', units, inputShape: [inputs], outputShape: [units], ...none };
}

const convolution: ConvDescription = {
  name: 'conv3d_1',
  kind: 'conv3d',
  inputShape: [32, 32, 32, 1],
  outputShape: [16, 16, 16, 8],
  filters: 8,
  kernel: [3, 3, 3],
  strides: [2, 2, 2],
  dilations: [1, 1, 1],
  groups: 1,
  padding: 'same',
  ...none,
};

const model: ModelDescription = {
  name: 'test',
  inputShape: [32, 32, 32, 1],
  task: { kind: 'classification', classes: 2 },
  layers: [
    convolution,
    {
      name: 'relu_1',
      kind: 'activation',
      function: 'relu',
      alpha: 0,
      inputShape: [16, 16, 16, 8],
      outputShape: [16, 16, 16, 8],
      ...none,
    },
    dense('dense_1', 410, 512),
    dense('dense_2', 512, 2),
  ],
};

function quantity(plan: LayerPlan | undefined, name: Quantity): QuantityPlan {
  const found = plan?.quantities.find((each) => each.quantity === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

describe('the capture plan', () => {
  const [first, second, third] = planCapture(model, 32, 2, everything);

  it('covers the weight layers, in order', () => {
    expect(planCapture(model, 32, 2, everything).map((plan) => plan.weight.name)).toEqual([
      'conv3d_1',
      'dense_1',
      'dense_2',
    ]);
  });

  it('takes the samples of a wide dense layer, the features of a narrow one', () => {
    expect(second?.quantities.map((each) => each.side)).toEqual(['sample', 'sample', 'sample']);
    expect(third?.quantities.map((each) => each.side)).toEqual(['sample', 'feature', 'feature']);
    expect(planCapture({ ...model, layers: [dense('dense', 410, 512)] }, 2000, 2, everything)[0]?.quantities).toEqual([
      expect.objectContaining({ quantity: 'activations', side: 'feature' }),
      expect.objectContaining({ quantity: 'adjoints', side: 'feature' }),
      expect.objectContaining({ quantity: 'gradient', side: 'feature' }),
    ]);
  });

  it('takes the channels of a convolution, and the gradient of each group from its backward pass', () => {
    expect(first?.quantities.map((each) => each.side)).toEqual(['feature', 'feature', 'feature']);
    expect(first?.groupGradients).toBe(true);
    expect(second?.groupGradients).toBe(false);
    const withoutGradient = planCapture(model, 32, 2, { ...everything, quantities: ['activations'] });
    expect(withoutGradient[0]?.groupGradients).toBe(false);
  });

  it('takes the gradient of each group of a small convolution from its backward pass too', () => {
    const small: ConvDescription = {
      ...convolution,
      inputShape: [8, 8, 8, 16],
      outputShape: [4, 4, 4, 32],
      filters: 32,
    };
    const [planned] = planCapture({ ...model, layers: [small] }, 16, 2, everything);
    expect(planned?.groupGradients).toBe(true);
    expect(quantity(planned, 'gradient').relativeFloor).toBe(float32ProductFloor);
  });

  describe('of layers that meet a row for each time or token', () => {
    const tokens: DenseDescription = { ...dense('dense', 64, 256), inputShape: [100, 64], outputShape: [100, 256] };
    const lstm: WeightLayerDescription = {
      name: 'lstm_1',
      kind: 'lstm',
      units: 64,
      direction: 'forward',
      sequences: false,
      resetBefore: false,
      inputShape: [120, 50],
      outputShape: [64],
      ...none,
    };
    const attention: WeightLayerDescription = {
      name: 'attention_1',
      kind: 'attention',
      heads: 4,
      keySize: 16,
      inputShape: [100, 64],
      outputShape: [100, 64],
      ...none,
    };
    const planOf = (layer: WeightLayerDescription, choice: CaptureChoice = everything, batchSize = 32): LayerPlan[] =>
      planCapture({ ...model, layers: [layer] }, batchSize, 2, choice);

    it('takes the features, and the gradient of each group from the backward pass', () => {
      for (const plan of [...planOf(tokens), ...planOf(lstm), ...planOf(attention)]) {
        expect(plan.quantities.map((each) => each.side)).toEqual(['feature', 'feature', 'feature']);
        expect(plan.groupGradients).toBe(true);
        expect(quantity(plan, 'gradient').relativeFloor).toBe(float32ProductFloor);
      }
      expect(inWriting(quantity(planOf(lstm)[1], 'gradient').bound)).toBe('rank ≤ min(rows of the set, 64, 256)');
    });

    it('leaves products to the thread that are too small to be worth a call', () => {
      const small = { ...tokens, inputShape: [10, 8], outputShape: [10, 6] };
      expect(planOf(small)[0]?.groupGradients).toBe(false);
      // Few rows of a wide layer: the samples' side.
      const wide = { ...tokens, inputShape: [4, 1000], outputShape: [4, 1000] };
      expect(planOf(wide, everything, 8)[0]?.quantities.map((each) => each.side)).toEqual([
        'sample',
        'sample',
        'sample',
      ]);
    });

    it('computes what weights of a layer share once, and counts it once', () => {
      const projections = planOf(attention);
      expect(projections.map((plan) => plan.sharedActivations)).toEqual([null, 0, 0, null]);
      expect(projections.map((plan) => plan.sharedAdjoints)).toEqual([null, null, null, null]);
      expect(projections[1]?.operations).toBeLessThan(projections[0]?.operations ?? 0);
      expect(planOf(lstm).map((plan) => plan.sharedAdjoints)).toEqual([null, 0]);
      expect(planOf(lstm).map((plan) => plan.sharedActivations)).toEqual([null, null]);
      // A GRU resets its state before the candidate: D of its two kernels differs.
      const gru = planOf({ ...lstm, kind: 'gru' });
      expect(gru.map((plan) => plan.sharedAdjoints)).toEqual([null, null]);
      const before = planOf({ ...lstm, kind: 'gru', resetBefore: true });
      expect(
        before.map(({ weight, sharedActivations }) => [weight.name, weight.gradient.columns, sharedActivations]),
      ).toEqual([
        ['lstm_1/input', 192, null],
        ['lstm_1/recurrent', 128, null],
        ['lstm_1/candidate', 64, null],
      ]);
    });

    it('counts sharing within what was chosen', () => {
      const chosen = planOf(attention, { ...everything, layers: ['attention_1/value', 'attention_1/key'] });
      expect(chosen.map((plan) => plan.sharedActivations)).toEqual([null, 0]);
      const gradients = planOf(attention, { ...everything, quantities: ['gradient'] });
      expect(gradients.map((plan) => plan.sharedActivations)).toEqual([null, null, null, null]);
    });
  });

  it('sees the activations of a convolution as it is asked to', () => {
    const seen = (activationView: 'patch' | 'sample'): QuantityPlan =>
      quantity(planCapture(model, 32, 2, { ...everything, activationView })[0], 'activations');
    expect(seen('patch')).toMatchObject({
      view: 'rows sample x output position, columns kernel position x input channel',
      side: 'feature',
      rowsPerSample: 4096,
      values: 27,
    });
    expect(seen('sample')).toMatchObject({
      view: 'rows sample, columns input position x input channel',
      side: 'sample',
      rowsPerSample: 1,
      values: 32,
    });
  });

  it('keeps the sample Grams of the layers that were chosen', () => {
    const grams = { every: 10, layers: ['dense_1'], megabytes: 100 };
    expect(planCapture(model, 32, 2, { ...everything, grams }).map((plan) => plan.keepsGrams)).toEqual([
      false,
      true,
      false,
    ]);
    expect(planCapture(model, 32, 2, everything).some((plan) => plan.keepsGrams)).toBe(false);
    const unknown = { ...grams, layers: ['dense_9'] };
    expect(() => planCapture(model, 32, 2, { ...everything, grams: unknown })).toThrow('dense_9');
  });

  it('stores as many values as the whole batch can have', () => {
    expect(first?.quantities.map((each) => each.values)).toEqual([1, 8, 8]);
    expect(second?.quantities.map((each) => each.values)).toEqual([32, 32, 32]);
    expect(third?.quantities.map((each) => each.values)).toEqual([32, 2, 2]);
    const small = planCapture(model, 3, 2, everything);
    expect(small[1]?.quantities.map((each) => each.values)).toEqual([3, 3, 3]);
  });

  it('says in words what is looked at, how far it is resolved and what bounds it', () => {
    expect(quantity(first, 'activations').view).toBe('rows sample x input position, columns input channel');
    expect(quantity(second, 'adjoints').view).toBe('rows sample, columns unit');
    expect(inWriting(quantity(second, 'gradient').bound)).toBe('rank ≤ min(samples of the set, 410, 512)');
    expect(inWriting(quantity(first, 'gradient').bound)).toBe('');
    expect(quantity(second, 'gradient').relativeFloor).toBe(float64GramFloor);
    // TensorFlow sums the filters' gradient in float32.
    expect(quantity(first, 'gradient').relativeFloor).toBe(float32ProductFloor);
  });

  it('keeps the stored order of quantities whatever the order they are asked in', () => {
    const [plan] = planCapture(model, 32, 2, { ...everything, quantities: ['gradient', 'activations'] });
    expect(plan?.layout.quantities.map((each) => each.quantity)).toEqual(['activations', 'gradient']);
  });

  it('counts bytes, and more operations for a larger batch', () => {
    expect(second?.bytes).toBe(4 * rowLength(second?.layout ?? { groups: 0, quantities: [] }));
    expect(second?.bytes).toBe(4 * (3 * 3 * 32 + 3));
    const larger = planCapture(model, 64, 2, everything);
    larger.forEach((plan, i) => {
      expect(plan.operations).toBeGreaterThan([first, second, third][i]?.operations ?? Number.POSITIVE_INFINITY);
    });
  });

  it('plans the layers that were chosen', () => {
    const plans = planCapture(model, 32, 2, { ...everything, layers: ['dense_2', 'conv3d_1'] });
    expect(plans.map((plan) => plan.weight.name)).toEqual(['conv3d_1', 'dense_2']);
  });

  it('refuses a layer that the model does not have, naming those it has', () => {
    const attempt = (): unknown => planCapture(model, 32, 2, { ...everything, layers: ['relu_1'] });
    expect(attempt).toThrow(SpectroscopeError);
    expect(attempt).toThrow(
      'The model test has no weight layer called relu_1; choose among conv3d_1, dense_1, dense_2.',
    );
  });

  it('is empty when nothing is to be captured', () => {
    expect(planCapture(model, 32, 2, { ...everything, every: 0 })).toEqual([]);
    expect(planCapture(model, 32, 2, { ...everything, quantities: [] })).toEqual([]);
  });

  it('describes a layer as a session stores it', () => {
    if (second === undefined) throw new Error('not planned');
    expect(sessionLayer(second, 1)).toEqual({
      index: 1,
      name: 'dense_1',
      kind: 'dense',
      inputShape: [410],
      outputShape: [512],
      parameters: 0,
      quantities: second.quantities.map(({ bound, ...each }) => ({
        ...each,
        bound: inWriting(bound),
        ...(bound === '' ? {} : { boundSaid: bound }),
      })),
    });
  });

  it('can be printed', () => {
    const plan = planCapture(model, 32, 2, everything);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  });
});
