import { describe, expect, it } from 'vitest';
import { alignmentOffset, pairIndex, rowLength, spectrumOffset } from '#app/spectra/layout.ts';
import type { LayerLayout } from '#app/spectra/layout.ts';

const layout: LayerLayout = {
  groups: 3,
  quantities: [
    { quantity: 'activations', values: 5 },
    { quantity: 'gradient', values: 2 },
  ],
};

describe('the layout of a row', () => {
  it('fills the row without gaps or overlaps', () => {
    const used: number[] = [];
    for (const { quantity, values } of layout.quantities) {
      for (let set = 0; set <= layout.groups; set++) {
        const offset = spectrumOffset(layout, quantity, set);
        for (let i = 0; i < values; i++) used.push(offset + i);
      }
    }
    for (let g = 0; g < 3; g++) {
      for (let h = g; h < 3; h++) used.push(alignmentOffset(layout) + pairIndex(3, g, h));
    }
    expect(used).toEqual(Array.from({ length: rowLength(layout) }, (_, i) => i));
  });

  it('has no place for a quantity that was not captured', () => {
    expect(() => spectrumOffset(layout, 'adjoints', 0)).toThrow('The layout has no adjoints.');
  });

  it('finds a pair of groups in either order', () => {
    expect(pairIndex(4, 3, 1)).toBe(pairIndex(4, 1, 3));
  });
});
