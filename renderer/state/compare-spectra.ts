/** Singular values of compared sessions, at the positions that all curves share. */
import { turned, type Course } from '#app/compare/course.ts';
import { columnCoordinates, meanOver, onGrid } from '#app/compare/grid.ts';
import type { CompareAnswer } from '#app/contract/compare.ts';
import type { SpectrumColumns } from '#app/contract/session.ts';
import { resolved } from '../charts/resolution-floor.ts';

type Grid = Pick<CompareAnswer, 'positions' | 'alignment'>;

/** What was read of one run. */
export interface RunSpectra {
  columns: SpectrumColumns;
  course: Course;
  name: string;
}

/** Singular values of a member at one matched layer, at the positions of the curves. */
export interface MemberSpectra {
  /** Groups of the session, then 'all'. */
  sets: readonly string[];
  /** Which singular values: 0-based, ascending. */
  indices: readonly number[];
  /** [positions], the mean over the runs where there are several; NaN where no run has it resolved. */
  series(set: string, value: number): Float32Array;
  /** [positions], at or below which a value of the set is rounding, the mean over the runs; NaN where no run has a value. */
  floor(set: string): Float32Array;
  /** Of which runs. */
  runs: readonly string[];
}

/** @returns null of no run */
export function spectraOn(answer: Grid, runs: readonly RunSpectra[]): MemberSpectra | null {
  const [first] = runs;
  if (first === undefined) return null;
  const each = runs.map((run) => seriesOn(answer, run));
  return {
    sets: first.columns.sets,
    indices: first.columns.indices,
    runs: runs.map(({ name }) => name),
    series: (set, value) => meanOver(each.map((one) => one.series(set, value))),
    floor: (set) => meanOver(each.map((one) => one.floor(set))),
  };
}

/** What is resolved of each set and value of one run, and its floor, at the positions of the answer. */
function seriesOn(answer: Grid, { course, columns }: RunSpectra): Pick<MemberSpectra, 'series' | 'floor'> {
  const { first, last, mean, floor, sets, indices } = columns;
  const grid = answer.positions.map((position) => turned(answer.alignment.kind, position));
  const coordinates = columnCoordinates(course, columns);
  const on = (values: Float32Array, set: string, width: number, value: number): Float32Array => {
    const at = sets.indexOf(set);
    if (at === -1) return new Float32Array(grid.length).fill(Number.NaN);
    const part = { first, last, mean: values, offset: at * width + value, stride: sets.length * width };
    return Float32Array.from(onGrid(coordinates, part, grid));
  };
  const floorOf = (set: string): Float32Array => on(floor, set, 1, 0);
  return {
    series: (set, value) => resolved(on(mean, set, indices.length, value), floorOf(set)),
    floor: floorOf,
  };
}
