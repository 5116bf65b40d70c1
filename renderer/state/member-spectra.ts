/** Singular values of a member of a comparison, on the positions that all members share. */
import type { Course } from '#app/compare/course.ts';
import { turned } from '#app/compare/course.ts';
import { columnCoordinates, meanOver, onGrid } from '#app/compare/grid.ts';
import type { CompareAnswer } from '#app/contract/compare.ts';
import type { SpectrumColumns } from '#app/contract/session.ts';
import { resolved } from '../charts/spectra-plot.ts';

/** Singular values of a member at one matched layer, at the positions of the curves. */
export interface MemberSpectra {
  /** Which singular values: 0-based, ascending. */
  indices: readonly number[];
  /** [positions], the mean over the runs where there are several; NaN where no run has it resolved. */
  series(set: string, value: number): Float32Array;
  /** [positions], below which nothing is resolved: of several runs the highest; NaN where there is none. */
  floor(set: string): Float32Array;
  /** Of which runs. */
  runs: readonly string[];
}

/** The columns of one run, and how its steps become positions. */
export interface RunSpectra {
  columns: SpectrumColumns;
  course: Course;
  name: string;
}

/** @param runs of one member, at least one */
export function memberSpectraOn(
  { positions, alignment }: Pick<CompareAnswer, 'positions' | 'alignment'>,
  runs: readonly [RunSpectra, ...RunSpectra[]],
): MemberSpectra {
  const grid = positions.map((position) => turned(alignment.kind, position));
  const each = runs.map((run) => onPositions(grid, run));
  return {
    indices: runs[0].columns.indices,
    series: (set, value) => meanOver(each.map((run) => resolved(run.values(set, value), run.floor(set)))),
    floor: (set) => highest(each.map((run) => run.floor(set))),
    runs: runs.map(({ name }) => name),
  };
}

function onPositions(
  grid: Float64Array,
  { columns, course }: RunSpectra,
): { values(set: string, value: number): Float32Array; floor(set: string): Float32Array } {
  const { first, last, mean, floor, sets, indices } = columns;
  const coordinates = columnCoordinates(course, columns);
  /** Numbers of `all` that lie `width` to a set. */
  const of = (all: Float32Array, set: string, place: number, width: number): Float32Array => {
    const at = sets.indexOf(set);
    if (at === -1) return new Float32Array(grid.length).fill(Number.NaN);
    const series = { first, last, mean: all, offset: at * width + place, stride: sets.length * width };
    return Float32Array.from(onGrid(coordinates, series, grid));
  };
  return {
    values: (set, value) => of(mean, set, value, indices.length),
    floor: (set) => of(floor, set, 0, 1),
  };
}

function highest(floors: readonly Float32Array[]): Float32Array {
  return Float32Array.from(floors[0] ?? [], (_, at) => {
    const there = floors.flatMap((floor) => (Number.isNaN(floor[at]) ? [] : (floor[at] ?? [])));
    return there.length === 0 ? Number.NaN : Math.max(...there);
  });
}
