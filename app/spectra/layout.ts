/**
 * How the spectra of one layer at one step lie in one float32 row. The session file stores these rows as blobs;
 * docs/session-format.md documents the same for readers without us.
 *
 * A row is, for each captured quantity in the order activations, adjoints, gradient, and for each set (the groups in
 * order, then all samples): `values` singular values, descending, raw; NaN where the set has fewer. Then the inner
 * products of group gradients <G_g, G_h>_F, upper triangle with diagonal by rows: groups (groups + 1) / 2 numbers.
 */
import type { Quantity } from '#app/run/configuration.ts';

export interface QuantityLayout {
  quantity: Quantity;
  /** Singular values kept per set. */
  values: number;
}

export interface LayerLayout {
  /** Groups; the sets are these and 'all'. */
  groups: number;
  quantities: readonly QuantityLayout[];
}

export function setCount(layout: LayerLayout): number {
  return layout.groups + 1;
}

/** Offset of the first singular value of a set (groups..all = 0..groups), in floats. */
export function spectrumOffset(layout: LayerLayout, quantity: Quantity, set: number): number {
  let offset = 0;
  for (const each of layout.quantities) {
    if (each.quantity === quantity) return offset + set * each.values;
    offset += each.values * setCount(layout);
  }
  throw new RangeError(`The layout has no ${quantity}.`);
}

/** Offset of the inner products of group gradients, in floats. */
export function alignmentOffset(layout: LayerLayout): number {
  return layout.quantities.reduce((sum, each) => sum + each.values * setCount(layout), 0);
}

/** Length of a row in floats. */
export function rowLength(layout: LayerLayout): number {
  return alignmentOffset(layout) + (layout.groups * (layout.groups + 1)) / 2;
}

/** Position of the pair (g, h), g <= h, in the packed upper triangle. */
export function pairIndex(groups: number, g: number, h: number): number {
  const [low, high] = g <= h ? [g, h] : [h, g];
  return low * groups - (low * (low - 1)) / 2 + (high - low);
}
