/** Whether the levels of a category are spread alike over groups: chi-squared, or Fisher's exact test of sparse tables. */
import { SeededRandom } from '#app/run/random.ts';
import { chiSquaredUpper, logGamma } from './distributions.ts';
import type { TestResult } from './group-tests.ts';

/** Expected counts below this make the chi-squared distribution a poor approximation (Cochran 1954). */
const sparse = 5;
const mostSparse = 0.2;
/** Tables that are as likely as the observed one to this part count as likely, as in R and SciPy. */
const slack = 1 + 1e-7;
/** Random tables, fewer of many subjects: a fifth of a second at most. */
const draws = { most: 10_000, fewest: 2_000, subjects: 5_000_000 };

/**
 * @param counts [levels x groups]; empty rows and columns are left out
 * @param seed of the random tables, where a sparse table is larger than 2 x 2
 * @returns null where fewer than two levels or groups have subjects
 */
export function testCounts(counts: readonly (readonly number[])[], seed: number): TestResult | null {
  const table = withoutEmpty(counts);
  const [rows, columns] = [table.map(total), (table[0] ?? []).map((_, j) => total(table.map((row) => row[j] ?? 0)))];
  if (rows.length < 2 || columns.length < 2) return null;
  const all = total(rows);
  const expected = rows.map((row) => columns.map((column) => (row * column) / all));
  if (!isSparse(expected.flat())) return chiSquared(table, expected);
  if (rows.length === 2 && columns.length === 2) return fisherExact(table, rows, columns);
  return fisherSampled(table, rows, columns, new SeededRandom(seed));
}

function isSparse(expected: readonly number[]): boolean {
  const few = expected.filter((count) => count < sparse).length;
  return few > expected.length * mostSparse || expected.some((count) => count < 1);
}

/** Pearson (1900), without a correction for continuity. */
function chiSquared(table: readonly (readonly number[])[], expected: readonly (readonly number[])[]): TestResult {
  const statistic = total(
    table.flatMap((row, i) =>
      row.map((count, j) => {
        const wanted = expected[i]?.[j] ?? 0;
        return (count - wanted) ** 2 / wanted;
      }),
    ),
  );
  const freedom = (table.length - 1) * ((table[0]?.length ?? 0) - 1);
  return { test: 'chi-squared', statistic, degreesOfFreedom: [freedom], p: chiSquaredUpper(statistic, freedom) };
}

/** Fisher (1935), 2 x 2: all tables with these margins that are no more likely than the observed one. */
function fisherExact(
  table: readonly (readonly number[])[],
  rows: readonly number[],
  columns: readonly number[],
): TestResult {
  const [row = 0, other = 0] = rows;
  const [column = 0] = columns;
  const logLikelihood = (first: number) => -logFactorials([first, row - first, column - first, other - column + first]);
  const observed = logLikelihood(table[0]?.[0] ?? 0);
  const [from, to] = [Math.max(0, column - other), Math.min(row, column)];
  const likelihoods = Array.from({ length: to - from + 1 }, (_, i) => Math.exp(logLikelihood(from + i) - observed));
  const p = total(likelihoods.filter((likelihood) => likelihood <= slack)) / total(likelihoods);
  return { test: 'fisher', statistic: null, degreesOfFreedom: [], p: Math.min(1, p) };
}

/** Freeman and Halton's (1951) extension, from random tables with the same margins: the observed one counts as a draw. */
function fisherSampled(
  table: readonly (readonly number[])[],
  rows: readonly number[],
  columns: readonly number[],
  random: SeededRandom,
): TestResult {
  const levelOf = rows.flatMap((count, level) => new Array<number>(count).fill(level));
  const groupOf = columns.flatMap((count, group) => new Array<number>(count).fill(group));
  const observed = logFactorials(table.flat());
  const factorials = Float64Array.from(levelOf.concat(0), (_, n) => logGamma(n + 1));
  const times = Math.round(Math.min(draws.most, Math.max(draws.fewest, draws.subjects / levelOf.length)));
  let asExtreme = 0;
  const cells = new Uint32Array(rows.length * columns.length);
  for (let draw = 0; draw < times; draw++) {
    random.shuffle(levelOf);
    cells.fill(0);
    levelOf.forEach((level, subject) => {
      const cell = level * columns.length + (groupOf[subject] as number);
      cells[cell] = (cells[cell] as number) + 1;
    });
    const drawn = cells.reduce((sum, count) => sum + (factorials[count] as number), 0);
    // The less likely a table, the larger the product of the factorials.
    if (drawn >= observed - Math.log(slack)) asExtreme++;
  }
  return { test: 'fisher-sampled', statistic: null, degreesOfFreedom: [], p: (1 + asExtreme) / (1 + times) };
}

function logFactorials(counts: readonly number[]): number {
  return total(counts.map((count) => logGamma(count + 1)));
}

function withoutEmpty(counts: readonly (readonly number[])[]): number[][] {
  const rows = counts.filter((row) => total(row) > 0);
  const used = (rows[0] ?? []).map((_, j) => rows.some((row) => (row[j] ?? 0) > 0));
  return rows.map((row) => row.filter((_, j) => used[j]));
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
