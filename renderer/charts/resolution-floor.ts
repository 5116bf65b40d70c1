/** The floor below which a singular value is rounding: taken out of what is drawn, and hatched, the same in every chart. */
import { t } from '#app/text/text.ts';
import type { ChartColours } from './colours.ts';
import type { PlotHatch, PlotLegend } from './plot.ts';

/** A series with everything at or below the floor taken out: what is not resolved is not drawn as if it were. */
export function resolved(values: Float32Array, floor: Float32Array): Float32Array {
  return values.map((value, at) => (value > (floor[at] ?? 0) && value > 0 ? value : NaN));
}

/** Nothing of both where the floor lies below what is in sight. */
export interface FloorLooks {
  marks: readonly PlotHatch[];
  legend: readonly PlotLegend[];
}

/**
 * @param floor of each stretch of the horizontal axis; 0 or NaN: it has none
 * @param ends where the stretch at a place begins and ends, in data units
 * @param lowest exponent of ten that the axis begins at
 */
export function floorLooks(
  floor: ArrayLike<number>,
  ends: (at: number) => readonly [number, number],
  lowest: number,
  colours: ChartColours,
): FloorLooks {
  const boxes: number[] = [];
  let inSight = false;
  for (let at = 0; at < floor.length; at++) {
    const height = floor[at] as number;
    if (!(height > 0)) continue;
    inSight ||= height > 10 ** lowest;
    // 0 stands for the axis.
    boxes.push(...ends(at), 0, height);
  }
  if (!inSight) return { marks: [], legend: [] };
  return {
    marks: [{ kind: 'hatch', boxes, colour: colours.hatch, slant: 'floor' }],
    legend: [{ label: t('below the resolution floor'), colour: colours.hatch, look: 'floor' }],
  };
}

/** Path of a legend's sample of the hatch, in pixels from its upper left corner. */
export function hatchSwatch(width: number, height: number): string {
  const every = 5;
  const lines = Array.from({ length: Math.floor((width - height) / every) + 1 }, (_, i) => i * every);
  return lines.map((x) => `M${x} ${height}L${x + height} 0`).join('');
}
