/** Columns of a table that hold a series: told by names of a region and a time, such as 'roi1_t01' or 'x.3'. */

export interface FeatureGrid {
  times: number;
  /** Names, in the order in which they first appear. */
  regions: readonly string[];
  /** [times x regions]: the column that holds each number. */
  columns: Int32Array;
}

const timeLast = /^(.*[^_.\-\s])[_.\-\s]+(?:time|scan|tr|t)?[_.\-\s]?(\d+)$/i;
const timeFirst = /^(?:time|scan|tr|t)[_.\-\s]?(\d+)[_.\-\s]+(.+)$/i;

/**
 * @returns null unless every name has a region and a time, and every region has each time once; times may start
 *   anywhere and are put in order
 */
export function featureGrid(names: readonly string[]): FeatureGrid | null {
  const byRegion = new Map<string, Map<number, number>>();
  for (const [column, name] of names.entries()) {
    const placed = placeOf(name);
    if (placed === null) return null;
    const times = byRegion.get(placed.region) ?? new Map<number, number>();
    if (times.has(placed.time)) return null;
    byRegion.set(placed.region, times.set(placed.time, column));
  }
  const regions = [...byRegion.keys()];
  const times = [...(byRegion.values().next().value?.keys() ?? [])].sort((a, b) => a - b);
  const isComplete = names.length === regions.length * times.length;
  const columns = times.flatMap((time) => regions.map((region) => byRegion.get(region)?.get(time) ?? -1));
  if (!isComplete || times.length < 2 || columns.includes(-1)) return null;
  return { times: times.length, regions, columns: Int32Array.from(columns) };
}

function placeOf(name: string): { region: string; time: number } | null {
  const last = timeLast.exec(name);
  if (last !== null) return { region: last[1] ?? '', time: Number(last[2]) };
  const first = timeFirst.exec(name);
  return first === null ? null : { region: first[2] ?? '', time: Number(first[1]) };
}
