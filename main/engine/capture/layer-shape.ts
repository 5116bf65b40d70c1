/** A planned layer as native code takes it: the numbers of `LayerShape` (main/engine/native/layer_spectra.h). */
import { isConvolution, isTransposedConvolution, product } from '#app/model/description.ts';
import type { ConvDescription, ConvTransposeDescription } from '#app/model/description.ts';
import { paddingBefore } from '#app/model/window.ts';
import type { Quantity } from '#app/run/configuration.ts';
import { hasRows } from '#app/spectra/matrices.ts';
import type { LayerPlan } from '#app/spectra/plan.ts';
import type { RegroupableLayer } from '#app/spectra/regroup.ts';

/** How native code reaches the singular values of a quantity: `Side`. */
export const sides = { absent: 0, sample: 1, feature: 2, parts: 3, patches: 4 } as const;
/** Of which array the gradient takes patches: `PatchesOf`. */
const patchesOf = { nothing: 0, activations: 1, adjoints: 2 } as const;
const notShared = -1;
const windowNumbers = 19;

/** In the order of the members of `LayerShape`. */
export function layerShape(plan: LayerPlan): number[] {
  const { layer, gradient } = plan.weight;
  const { side, values } = planned(plan, 'gradient');
  return [
    ...rowQuantity(plan, 'activations'),
    ...rowQuantity(plan, 'adjoints'),
    side === 'absent' ? sides.absent : gradientSide(plan, side),
    gradient.rowsPerSample / convolutionGroups(plan),
    gradient.rows,
    gradient.columns,
    values,
    product(plan.weight.inputShape),
    plan.weight.activationView === 'patch' ? 1 : 0,
    isConvolution(layer)
      ? patchesOf.activations
      : isTransposedConvolution(layer)
        ? patchesOf.adjoints
        : patchesOf.nothing,
    convolutionGroups(plan),
    plan.sharedActivations ?? notShared,
    plan.sharedAdjoints ?? notShared,
    plan.keepsGrams ? 1 : 0,
    ...filterWindow(plan),
  ];
}

/**
 * A stored layer whose Grams over samples are at hand: the quantities to regroup are on the sample side, one row per sample;
 * the others are absent, with room in the row.
 */
export function regroupShape(layer: RegroupableLayer, regrouped: readonly Quantity[]): number[] {
  const side = (quantity: Quantity): number => (regrouped.includes(quantity) ? sides.sample : sides.absent);
  const values = (quantity: Quantity): number =>
    layer.quantities.find((each) => each.quantity === quantity)?.values ?? 0;
  const row = (quantity: 'activations' | 'adjoints', shape: readonly number[]): number[] => [
    side(quantity),
    1,
    product(shape),
    values(quantity),
  ];
  return [
    ...row('activations', layer.inputShape),
    ...row('adjoints', layer.outputShape),
    side('gradient'),
    1,
    product(layer.inputShape),
    product(layer.outputShape),
    values('gradient'),
    product(layer.inputShape),
    0,
    patchesOf.nothing,
    1,
    notShared,
    notShared,
    0,
    ...new Array<number>(windowNumbers).fill(0),
  ];
}

function planned(plan: LayerPlan, quantity: Quantity): { side: 'absent' | 'sample' | 'feature'; values: number } {
  return plan.quantities.find((each) => each.quantity === quantity) ?? { side: 'absent', values: 0 };
}

/** The numbers of `RowQuantity`. */
function rowQuantity(plan: LayerPlan, quantity: 'activations' | 'adjoints'): number[] {
  const { rowsPerSample, columns } = plan.weight[quantity];
  const { side, values } = planned(plan, quantity);
  return [sides[side], rowsPerSample, columns, values];
}

function gradientSide(plan: LayerPlan, side: 'sample' | 'feature'): number {
  if (plan.groupGradients) return sides.parts;
  return hasRows(plan.weight) ? sides[side] : sides.patches;
}

function convolutionGroups({ weight: { layer } }: LayerPlan): number {
  return isConvolution(layer) ? layer.groups : 1;
}

/**
 * The numbers of `Window`: three axes, those that a convolution lacks of one position. The filter of a transposed
 * convolution is laid over its output, at as many places as its input has positions.
 */
function filterWindow({ weight: { layer } }: LayerPlan): number[] {
  if (isConvolution(layer)) return windowOver(layer, layer.inputShape, layer.outputShape, layer.dilations);
  if (!isTransposedConvolution(layer)) return new Array<number>(windowNumbers).fill(0);
  return windowOver(
    layer,
    layer.outputShape,
    layer.inputShape,
    layer.kernel.map(() => 1),
  );
}

function windowOver(
  layer: ConvDescription | ConvTransposeDescription,
  under: readonly number[],
  places: readonly number[],
  dilations: readonly number[],
): number[] {
  const { kernel, strides, padding } = layer;
  const three = (numbers: readonly number[], absent = 1): number[] => [
    ...Array<number>(3 - numbers.length).fill(absent),
    ...numbers,
  ];
  const positions = (shape: readonly number[]): number[] => shape.slice(shape.length - 1 - kernel.length, -1);
  const [inputs, outputs] = [positions(under), positions(places)];
  const before = kernel.map((size, axis) =>
    paddingBefore(inputs[axis] ?? 1, outputs[axis] ?? 1, size, strides[axis] ?? 1, dilations[axis] ?? 1, padding),
  );
  return [
    under.at(-1) ?? 0,
    ...three(inputs),
    ...three(outputs),
    ...three(kernel),
    ...three(strides),
    ...three(dilations),
    ...three(before, 0),
  ];
}
