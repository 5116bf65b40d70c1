/** Covariates as columns of numbers, centred on the training rows. */
import * as v from 'valibot';
import type { Cell } from '#app/study/study.ts';
import { covariateNamed, type Covariate } from './rows.ts';

/** `level` null: the number itself; otherwise 1 in that level and 0 elsewhere. `mean` is of the training rows. */
export const termSchema = v.object({ column: v.string(), level: v.nullable(v.string()), mean: v.number() });
export type Term = v.InferOutput<typeof termSchema>;

/** Every level of a category but the first; a covariate that does not vary over the training rows has no term. */
export function designTerms(
  covariates: readonly Covariate[],
  names: readonly string[],
  training: readonly number[],
): Term[] {
  return names.flatMap((column) => {
    const covariate = covariateNamed(covariates, column);
    const levels = covariate.kind === 'number' ? [null] : levelsOf(covariate, training).slice(1);
    return levels.flatMap((level) => {
      const known = training.flatMap((row) => {
        const value = valueOf(covariate.values[row] ?? null, level);
        return value === null ? [] : [value];
      });
      const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
      return known.some((value) => value !== known[0]) ? [{ column, level, mean }] : [];
    });
  });
}

/** Of the training rows, in an order that does not depend on theirs. */
function levelsOf({ values }: Covariate, training: readonly number[]): string[] {
  const known = training.flatMap((row) => ((values[row] ?? null) === null ? [] : [String(values[row])]));
  return [...new Set(known)].sort();
}

function valueOf(cell: Cell, level: string | null): number | null {
  if (cell === null) return null;
  if (level !== null) return Number(String(cell) === level);
  return typeof cell === 'number' && Number.isFinite(cell) ? cell : null;
}

/** Reads the terms of rows; a covariate that a row lacks counts as its training mean, 0. */
export class Design {
  private readonly columns: { values: readonly Cell[]; term: Term }[];
  private readonly seen: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(terms: readonly Term[], covariates: readonly Covariate[], levels: Readonly<Record<string, string[]>>) {
    this.columns = terms.map((term) => ({ values: covariateNamed(covariates, term.column).values, term }));
    this.seen = new Map(Object.entries(levels).map(([column, known]) => [column, new Set(known)]));
  }

  /** A level that no training row has counts as the training mean too: nothing is known of it. */
  of(row: number): number[] {
    return this.columns.map(({ values, term: { column, level, mean } }) => {
      const cell = values[row] ?? null;
      if (level !== null && cell !== null && this.seen.get(column)?.has(String(cell)) === false) return 0;
      const value = valueOf(cell, level);
      return value === null ? 0 : value - mean;
    });
  }
}

/** Levels of the categories among the terms that training rows have. */
export function seenLevels(
  terms: readonly Term[],
  covariates: readonly Covariate[],
  training: readonly number[],
): Record<string, string[]> {
  const columns = [...new Set(terms.filter(({ level }) => level !== null).map(({ column }) => column))];
  return Object.fromEntries(columns.map((column) => [column, levelsOf(covariateNamed(covariates, column), training)]));
}
