/** Curves of the members out of a comparison's flat array of values. */
import type { CompareAnswer } from '#app/contract/compare.ts';
import { turned } from '#app/compare/course.ts';

/** Over the runs of a member, at each position; NaN where no run has a value. */
export interface MemberCurve {
  mean: Float32Array;
  low: Float32Array;
  high: Float32Array;
}

export function coordinatesOf({ positions, alignment }: CompareAnswer): Float64Array {
  return positions.map((position) => turned(alignment.kind, position));
}

/** Place of the first run of each member among all runs. */
export function firstRuns({ members }: CompareAnswer): number[] {
  let place = 0;
  return members.map(({ runs }) => {
    const first = place;
    place += runs.length;
    return first;
  });
}

export function memberCurve(answer: CompareAnswer, member: number, layer: number, set: number): MemberCurve {
  const { positions, layers, groups, values, members } = answer;
  const sets = groups.length + 1;
  const first = firstRuns(answer)[member] ?? 0;
  const runs = members[member]?.runs.length ?? 0;
  const none = (): Float32Array => new Float32Array(positions.length).fill(Number.NaN);
  const curve: MemberCurve = { mean: none(), low: none(), high: none() };
  for (let position = 0; position < positions.length; position++) {
    let [sum, count, low, high] = [0, 0, Infinity, -Infinity];
    for (let run = first; run < first + runs; run++) {
      const value = values[((run * positions.length + position) * layers.length + layer) * sets + set] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sum += value;
      count += 1;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    if (count === 0) continue;
    curve.mean[position] = sum / count;
    curve.low[position] = low;
    curve.high[position] = high;
  }
  return curve;
}

/** Position nearest to a coordinate; -1 without any. */
export function nearestPosition(coordinates: Float64Array, at: number): number {
  let best = -1;
  coordinates.forEach((coordinate, i) => {
    if (best === -1 || Math.abs(coordinate - at) < Math.abs((coordinates[best] as number) - at)) best = i;
  });
  return best;
}
