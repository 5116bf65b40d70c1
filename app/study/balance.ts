/** Group by covariate: how each is spread over the groups, tested, with the standardised difference. */
import { testCounts } from '#app/statistics/contingency.ts';
import { testNumbers, type TestResult } from '#app/statistics/group-tests.ts';
import { categoryDifference, numberDifference } from '#app/statistics/standardised-difference.ts';
import { columnsOfRule } from './check-rule.ts';
import { crossTable, type CrossTable } from './cross-table.ts';
import { membersOf } from './membership.ts';
import type { Column, Labelling, Study } from './study.ts';

export interface BalanceRow {
  table: CrossTable;
  /** null where there is nothing to test. */
  test: TestResult | null;
  /** Of the two groups that are furthest apart, in standard deviations; Infinity without any spread; null: not known. */
  difference: number | null;
  /** The two groups of the difference. */
  between: readonly [string, string] | null;
  imbalance: Imbalance;
}

export type Imbalance = 'none' | 'some' | 'strong';

export interface BalanceSettings {
  /** Compare ranks of numbers in place of their means. */
  byRank: boolean;
  /** Of the random tables behind Fisher's test of large sparse tables. */
  seed: number;
}

/** Differences beyond these are imbalance (Austin 2009), and one that a comparison has to take into account. */
const limits = { some: 0.1, strong: 0.25 };
/** A category with more values tells subjects apart rather than groups. */
const mostLevels = 40;

/** Covariates worth comparing: age, sex and site first; not those that the groups are made of. */
export function balanceColumns(study: Study, labelling: Labelling): string[] {
  const own = new Set([labelling.column, ...labelling.groups.flatMap(({ rule }) => columnsOfRule(rule))]);
  const order = ['age', 'sex', 'site'];
  const place = ({ meaning }: Column) => {
    const at = order.indexOf(meaning ?? '');
    return at < 0 ? order.length : at;
  };
  return study.columns
    .filter(({ name, role, meaning }) => !own.has(name) && (role === 'covariate' || order.includes(meaning ?? '')))
    .filter((column) => column.type === 'number' || hasFewLevels(study, column.name))
    .sort((a, b) => place(a) - place(b))
    .map(({ name }) => name);
}

function hasFewLevels(study: Study, name: string): boolean {
  const levels = new Set<unknown>();
  for (const { values } of study.subjects) {
    levels.add(values[name] ?? null);
    if (levels.size > mostLevels) return false;
  }
  return true;
}

/**
 * Over subjects that are in a group and not excluded.
 * @throws SpectroscopeError (kind 'setting') for an unknown column
 */
export function balanceTable(
  study: Study,
  labelling: Labelling,
  columns: readonly string[],
  settings: BalanceSettings,
): BalanceRow[] {
  return columns.map((column) => {
    const table = crossTable(study, labelling, column);
    return table.kind === 'number'
      ? numberRow(table, numbersOf(study, labelling, column), settings)
      : categoryRow(table, settings);
  });
}

function numbersOf(study: Study, labelling: Labelling, column: string): number[][] {
  const groupOf = membersOf(study, labelling);
  const found = new Map(labelling.groups.map(({ name }) => [name, [] as number[]]));
  study.subjects.forEach(({ excluded, values }, row) => {
    const cell = values[column] ?? null;
    if (excluded === null && typeof cell === 'number') found.get(groupOf[row] ?? '')?.push(cell);
  });
  return [...found.values()];
}

function numberRow(table: CrossTable, numbers: readonly number[][], { byRank }: BalanceSettings): BalanceRow {
  const test = testNumbers(numbers, byRank);
  return {
    table,
    test,
    ...furthestApart(table.groups, (a, b) => numberDifference(numbers[a] ?? [], numbers[b] ?? [])),
  };
}

function categoryRow(table: Extract<CrossTable, { kind: 'category' }>, { seed }: BalanceSettings): BalanceRow {
  const counts = table.levels.map((level) => level.counts);
  const of = (group: number) => counts.map((level) => level[group] ?? 0);
  return {
    table,
    test: testCounts(counts, seed),
    ...furthestApart(table.groups, (a, b) => categoryDifference(of(a), of(b))),
  };
}

function furthestApart(
  groups: readonly string[],
  differenceOf: (a: number, b: number) => number | null,
): Pick<BalanceRow, 'difference' | 'between' | 'imbalance'> {
  const pairs = groups.flatMap((first, a) =>
    groups.slice(a + 1).flatMap((second, after) => {
      const difference = differenceOf(a, a + 1 + after);
      return difference === null ? [] : [{ difference, between: [first, second] as const }];
    }),
  );
  const [first, ...others] = pairs;
  if (first === undefined) return { difference: null, between: null, imbalance: 'none' };
  const size = ({ difference }: { difference: number }) => Math.abs(difference);
  const furthest = others.reduce((most, pair) => (size(pair) > size(most) ? pair : most), first);
  return { ...furthest, imbalance: imbalanceOf(furthest.difference) };
}

function imbalanceOf(difference: number): Imbalance {
  const size = Math.abs(difference);
  return size > limits.strong ? 'strong' : size > limits.some ? 'some' : 'none';
}
