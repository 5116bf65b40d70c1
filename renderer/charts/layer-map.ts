/** Layer by step: one row of cells for each layer, coloured by value; hatched where there is none. */
import { mix, type ChartColours } from './colours.ts';
import type { PlotAxis, PlotMark } from './plot.ts';

/** Steps of a layer that a test found something in, first and last included. */
export interface TestedRegion {
  layer: string;
  first: number;
  last: number;
}

export interface LayerMap {
  first: Int32Array;
  last: Int32Array;
  layers: readonly string[];
  /** [columns x layers]; NaN is hatched. */
  values: Float32Array;
  /** How many colours there are, and which one a value has. */
  bin(value: number): number;
  colour(bin: number): string;
  /** null: not tested. Otherwise what lies outside of them is faded. */
  regions: readonly TestedRegion[] | null;
}

/** How far a cell that is not significant is on its way to the ground. */
const fade = 0.72;
const gap = 0.04;

/** @returns marks and whether any cell is missing, or any has a value */
export function layerMapMarks(
  map: LayerMap,
  colours: ChartColours,
): { marks: PlotMark[]; missing: boolean; any: boolean } {
  const { layers, values, first, last, regions } = map;
  const binned = new Map<string, { colour: string; boxes: number[] }>();
  const missing: number[] = [];
  // Layer by layer, so that neighbours in a row of one colour can become one box.
  layers.forEach((name, layer) => {
    const bottom = layers.length - 1 - layer;
    const tested = regions?.filter((region) => region.layer === name) ?? [];
    for (let column = 0; column < first.length; column++) {
      const value = values[column * layers.length + layer] as number;
      const [start, stop] = [first[column] as number, last[column] as number];
      const box = [start, first[column + 1] ?? stop + 1, bottom + gap, bottom + 1 - gap];
      if (Number.isNaN(value)) {
        missing.push(...box);
        continue;
      }
      const faded = regions !== null && !tested.some((region) => region.first <= stop && region.last >= start);
      const bin = map.bin(value);
      const key = `${bin} ${faded}`;
      const cells = binned.get(key);
      if (cells !== undefined) cells.boxes.push(...box);
      else {
        const colour = map.colour(bin);
        binned.set(key, { colour: faded ? mix(colour, colours.background, fade) : colour, boxes: box });
      }
    }
  });
  const marks: PlotMark[] = [...binned.values()].map(({ colour, boxes }) => ({ kind: 'cells', boxes, colour }));
  if (missing.length > 0) marks.push({ kind: 'hatch', boxes: missing, colour: colours.hatch, slant: 'missing' });
  const outlines = (regions ?? []).flatMap((region) => {
    const bottom = layers.length - 1 - layers.indexOf(region.layer);
    return bottom < layers.length ? [region.first, region.last + 1, bottom + gap, bottom + 1 - gap] : [];
  });
  if (outlines.length > 0) marks.push({ kind: 'outline', boxes: outlines, colour: colours.text, width: 1.5 });
  return { marks, missing: missing.length > 0, any: binned.size > 0 };
}

/** The first layer on top. */
export function layerAxis(layers: readonly string[]): PlotAxis & { logarithmic: false; grid: false } {
  return {
    logarithmic: false,
    grid: false,
    minimum: 0,
    maximum: Math.max(1, layers.length),
    ticks: layers.map((_, index) => layers.length - 1 - index + 0.5),
    labels: [...layers],
    name: '',
  };
}
