/** The row of a captured layer under another labelling of the batch's samples, from the sample Grams that were kept. */
import type { Quantity } from '#app/run/configuration.ts';
import { triangleOf } from '#app/spectra/kept-grams.ts';
import { alignmentOffset, rowLength, type LayerLayout } from '#app/spectra/layout.ts';
import {
  gradientProducts,
  groupProducts,
  membersOf,
  regroupableQuantities,
  unpacked,
  type RegroupableLayer,
} from '#app/spectra/regroup.ts';
import { regroupShape } from './layer-shape.ts';
import { spectraOfSampleGrams } from './native.ts';

export interface RegroupedRow {
  /** As a fresh capture with these groups would have stored it (app/spectra/layout.ts), with `layout`. */
  row: Float32Array;
  layout: LayerLayout;
  /** Quantities whose spectra are in the row; those of the others are NaN and come from replay. */
  regrouped: readonly Quantity[];
}

/**
 * @param layer as the session stores it
 * @param kept of this layer at this step (`CapturedStep.grams`)
 * @param labels group of each sample of the batch, in the order in which the step had them, from 0; -1: left out of all sets,
 *   also of 'all'
 * @param groups how many there are; a group without a sample has NaN, as an absent one has
 * @throws RangeError when `kept` is not of so many samples, or a label is not a group
 */
export function regroupRow(
  layer: RegroupableLayer,
  kept: Float64Array,
  labels: readonly number[],
  groups: number,
): RegroupedRow {
  const samples = labels.length;
  const [a, d] = [triangleOf(kept, samples, 'activations'), triangleOf(kept, samples, 'adjoints')];
  const triangles = a === null ? 0 : kept.length / a.length;
  if (a === null || d === null || (triangles !== 2 && triangles !== 3)) {
    throw new RangeError(`The Grams are not those of ${samples} samples.`);
  }
  const bad = labels.find((label) => !Number.isInteger(label) || label < -1 || label >= groups);
  if (bad !== undefined) throw new RangeError(`There is no group ${bad} among ${groups}.`);

  const layout: LayerLayout = {
    groups,
    quantities: layer.quantities.map(({ quantity, values }) => ({ quantity, values })),
  };
  const regrouped = regroupableQuantities(layer, kept, samples);
  const members = membersOf(labels, groups);
  const order = members.flat();
  const row =
    order.length === 0
      ? new Float32Array(rowLength(layout)).fill(Number.NaN)
      : spectraOfSampleGrams(
          Int32Array.from(regroupShape(layer, regrouped)),
          Int32Array.from(members, (each) => each.length),
          unpacked(a, samples, order),
          unpacked(d, samples, order),
        );
  if (layer.quantities.some(({ quantity }) => quantity === 'gradient')) {
    row.set(groupProducts(gradientProducts(kept, samples), labels, groups), alignmentOffset(layout));
  }
  return { row, layout, regrouped };
}
