/** How a covariate is spread over the groups. */
import { levelName, requireColumn } from './labelling.ts';
import { membersOf } from './membership.ts';
import type { Cell, Column, Labelling, Study } from './study.ts';

export interface NumberSummary {
  count: number;
  missing: number;
  /** null where there is no value. */
  mean: number | null;
  /** Of the sample (n - 1); null below two values. */
  standardDeviation: number | null;
  minimum: number | null;
  maximum: number | null;
}

export type CrossTable =
  | { kind: 'number'; column: string; groups: string[]; summaries: NumberSummary[] }
  | {
      kind: 'category';
      column: string;
      groups: string[];
      /** [levels] with counts [groups] */
      levels: { level: string; counts: number[] }[];
      /** [groups] */
      missing: number[];
    };

/**
 * Counts of each level (categories) or mean, SD and range (numbers) in each group, over subjects that are not excluded.
 * @throws SpectroscopeError (kind 'setting') for an unknown column
 */
export function crossTable(study: Study, labelling: Labelling, name: string): CrossTable {
  const column = requireColumn(study, name);
  const groupOf = membersOf(study, labelling);
  const groups = labelling.groups.map((group) => group.name);
  const cellsOf = groups.map((group) =>
    study.subjects
      .filter(({ excluded }, row) => excluded === null && groupOf[row] === group)
      .map(({ values }) => values[name] ?? null),
  );
  if (isMeasured(column)) {
    return { kind: 'number', column: name, groups, summaries: cellsOf.map(summarise) };
  }
  return { kind: 'category', column: name, groups, ...countLevels(study, name, cellsOf) };
}

/** Whether the numbers of a column are measurements: codes of categories are numbers, too. */
export function isMeasured(column: Column): boolean {
  const isCoded = Object.keys(column.levels).length > 0 || column.meaning === 'sex' || column.meaning === 'site';
  return column.type === 'number' && !isCoded;
}

function summarise(cells: readonly Cell[]): NumberSummary {
  const numbers = cells.filter((cell) => typeof cell === 'number');
  const count = numbers.length;
  const missing = cells.length - count;
  if (count === 0) return { count, missing, mean: null, standardDeviation: null, minimum: null, maximum: null };
  const mean = numbers.reduce((sum, value) => sum + value, 0) / count;
  const squares = numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {
    count,
    missing,
    mean,
    standardDeviation: count < 2 ? null : Math.sqrt(squares / (count - 1)),
    minimum: numbers.reduce((low, value) => Math.min(low, value)),
    maximum: numbers.reduce((high, value) => Math.max(high, value)),
  };
}

function countLevels(study: Study, name: string, cellsOf: readonly Cell[][]) {
  const present = [...new Set(cellsOf.flat().filter((cell) => cell !== null))];
  if (present.every((cell) => typeof cell === 'number')) present.sort((a, b) => a - b);
  const column = requireColumn(study, name);
  const levels = present.map((level) => ({
    level: levelName(column, String(level)),
    counts: cellsOf.map((cells) => cells.filter((cell) => cell === level).length),
  }));
  return { levels, missing: cellsOf.map((cells) => cells.filter((cell) => cell === null).length) };
}
