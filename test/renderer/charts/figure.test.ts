import { describe, expect, it } from 'vitest';
import type { SpectrumColumns } from '#app/contract/session.ts';
import { chartColours } from '../../../renderer/charts/colours.ts';
import { drawnSize, figurePage, figureSvg, withResolution } from '../../../renderer/charts/figure.ts';
import { onPaper } from '../../../renderer/charts/paper-colours.ts';
import { plotFigure } from '../../../renderer/charts/plot-figure.ts';
import { reliabilityPlot } from '../../../renderer/charts/reliability-plot.ts';
import type { SampleSet } from '../../../renderer/charts/sets.ts';
import { spectraPlot } from '../../../renderer/charts/spectra-plot.ts';
import { groupColour } from '../../../renderer/theme/groups.ts';

const values = 12;
const columns: SpectrumColumns = {
  first: Int32Array.of(0, 2),
  last: Int32Array.of(1, 3),
  sets: ['control', 'all'],
  indices: Array.from({ length: values }, (_, i) => i),
  minimum: new Float32Array(4 * values),
  mean: Float32Array.from({ length: 4 * values }, (_, i) => 10 / (1 + (i % values))),
  maximum: new Float32Array(4 * values),
  floor: new Float32Array(4).fill(1),
};

function spectra(dark: boolean, group: number) {
  const set: SampleSet = {
    index: 0,
    name: 'control',
    n: 8,
    of: 8,
    colour: groupColour(group, dark),
    dash: [],
    isAll: false,
  };
  const frame = { columns, layer: 'dense_1', quantity: 'gradient', scale: 'raw', bound: '' } as const;
  const axis = { minimum: -2, maximum: 1, interval: 1 };
  return spectraPlot({ frame, set, range: { from: 0, to: 3 }, axis, colours: chartColours(dark), empty: '' });
}

describe('a figure on paper', () => {
  it('has the same colours whether it was drawn for light or dark ground', () => {
    for (const group of [0, 1, 2, 5]) {
      const [light, dark] = [false, true].map((ground) => onPaper(spectra(ground, group), ground));
      const colour = ({ marks }: typeof light & object): string[] => marks.map((mark) => mark.colour);
      const apart = colour(light!).map((of, i) => distance(of, colour(dark!)[i]!));
      // The fade of a hue is found among 128 steps.
      expect(Math.max(...apart)).toBeLessThan(6);
      expect(new Set(colour(light!)).size).toBeGreaterThan(values / 2);
      expect(light!.marks.some((mark) => mark.colour === groupColour(group, false))).toBe(true);
    }
  });

  it('keeps marks, numbers and words', () => {
    const plot = reliabilityPlot({ reliability: [] }, 'fold 1', chartColours(true));
    const printed = onPaper(plot, true);
    expect({ ...printed, marks: 0, legend: 0 }).toEqual({ ...plot, marks: 0, legend: 0 });
    expect(printed.legend.map(({ label }) => label)).toEqual(plot.legend.map(({ label }) => label));
  });
});

function distance(a: string, b: string): number {
  const [from, to] = [a, b].map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  return Math.max(...from!.map((channel, i) => Math.abs(channel - to![i]!)));
}

describe('the size of a figure', () => {
  const settings = { format: 'svg', widthMm: 90, heightMm: 60, fontPt: 8, dpi: 300 } as const;

  it('is in millimetres, and text of the axes has its size in points', () => {
    const svg = figureSvg(plotFigure(spectra(false, 0), { isDark: false, aspect: 1.5 }), 'paper', settings);
    const [, width, height, box = ''] = /^<svg width="([^"]*)" height="([^"]*)" viewBox="([^"]*)"/.exec(svg) ?? [];
    expect([width, height]).toEqual(['90mm', '60mm']);
    const [, , boxWidth = 0] = box.split(' ').map(Number);
    const pointsPerUnit = ((90 / 25.4) * 72) / boxWidth;
    const [, size = ''] = /font-size:(\d+)px/.exec(svg) ?? [];
    expect(Number(size)).toBe(11);
    expect(Number(size) * pointsPerUnit).toBeCloseTo(8, 1);
    expect(drawnSize({ ...settings, fontPt: 16 }).width / boxWidth).toBeCloseTo(0.5, 2);
    expect(svg).not.toContain('#1d2733');
    expect(figurePage(svg, settings)).toContain('@page { size: 90mm 60mm; margin: 0 }');
  });

  it('is told in a PNG as dots per metre, after its header, with a checksum', () => {
    // A PNG of one black pixel, made by another program, and its chunk pHYs of 300 dpi with the checksum of zlib.
    const png = bytesOf(`89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de 72657374`);
    const resolved = [...withResolution(png, 300)];
    expect(resolved.slice(0, 33)).toEqual([...png.slice(0, 33)]);
    expect(resolved.slice(33, 54)).toEqual([...bytesOf('00000009 70485973 00002e23 00002e23 01 78a53f76')]);
    expect(resolved.slice(54)).toEqual([...png.slice(33)]);
  });
});

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.replaceAll(' ', '').match(/../g) ?? [], (byte) => parseInt(byte, 16));
}
