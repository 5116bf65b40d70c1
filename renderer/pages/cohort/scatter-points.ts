/** Subjects as points over two columns: numbers where they are, values of a category side by side. */
import { isMeasured } from '#app/study/cross-table.ts';
import type { Column, Study } from '#app/study/study.ts';
import { cellText } from '../../charts/format.ts';

export interface ScatterAxis {
  name: string;
  /** Of a category, in the order of their places 0, 1, …; null for numbers. */
  levels: string[] | null;
}

export interface ScatterPoint {
  /** Row of the study. */
  row: number;
  x: number;
  y: number;
}

export interface Scatter {
  x: ScatterAxis;
  y: ScatterAxis;
  points: ScatterPoint[];
  /** Subjects without a value of one of the columns. */
  missing: number;
}

/** A category with more values is no axis. */
export const mostLevels = 40;
/** Width of the band in which the subjects of one value stand, of the distance to the next. */
const band = 0.6;

/** Columns that a scatter can have as an axis. */
export function scatterColumns(study: Study): Column[] {
  return study.columns.filter(
    (column) =>
      column.role !== 'id' &&
      column.role !== 'file' &&
      (isMeasured(column) || (column.type !== 'text' && levelsOf(study, column.name).length <= mostLevels)),
  );
}

/** @returns the points of subjects that are not excluded */
export function scatterOf(study: Study, x: Column, y: Column): Scatter {
  const [across, up] = [placesOf(study, x, 0), placesOf(study, y, 1)];
  const points: ScatterPoint[] = [];
  let missing = 0;
  study.subjects.forEach(({ excluded }, row) => {
    if (excluded !== null) return;
    const [left, height] = [across.of(row), up.of(row)];
    if (left === null || height === null) missing++;
    else points.push({ row, x: left, y: height });
  });
  return { x: { name: x.name, levels: across.levels }, y: { name: y.name, levels: up.levels }, points, missing };
}

function placesOf(
  study: Study,
  column: Column,
  axis: 0 | 1,
): { levels: string[] | null; of: (row: number) => number | null } {
  const cellOf = (row: number) => study.subjects[row]?.values[column.name] ?? null;
  if (isMeasured(column)) {
    return {
      levels: null,
      of: (row) => {
        const cell = cellOf(row);
        return typeof cell === 'number' ? cell : null;
      },
    };
  }
  const levels = levelsOf(study, column.name);
  const places = new Map(levels.map((level, at) => [level, at]));
  return {
    levels,
    of: (row) => {
      const cell = cellOf(row);
      const place = cell === null ? undefined : places.get(cellText(cell));
      return place === undefined ? null : place + spread(row, axis);
    },
  };
}

function levelsOf(study: Study, name: string): string[] {
  const found = new Set<string>();
  for (const { values } of study.subjects) {
    const cell = values[name] ?? null;
    if (cell !== null) found.add(cellText(cell));
    if (found.size > mostLevels) break;
  }
  return [...found].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
}

/** Multiples of two irrational numbers, so that neighbouring rows do not fall on one point; the same in every drawing. */
function spread(row: number, axis: 0 | 1): number {
  const step = axis === 0 ? 0.618_033_988_75 : 0.754_877_666_25;
  return (((row + 1) * step) % 1) * band - band / 2;
}

/** A corner of a lasso, in values of the axes. */
export type Corner = readonly [x: number, y: number];

/** Rows of the points inside a closed outline, ascending: those from which a ray crosses it an odd number of times. */
export function rowsWithin(points: readonly ScatterPoint[], outline: readonly Corner[]): number[] {
  return points.filter((point) => isWithin(point, outline)).map(({ row }) => row);
}

function isWithin({ x, y }: ScatterPoint, outline: readonly Corner[]): boolean {
  let inside = false;
  let before = outline.at(-1);
  for (const corner of outline) {
    const [x1, y1] = before ?? corner;
    const [x2, y2] = corner;
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
    before = corner;
  }
  return inside;
}
