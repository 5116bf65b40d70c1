/** A table to be exported: made as it is asked for, whatever the format. */
import type { SessionStore } from '../../session/store.ts';

export type ExportCell = string | number | null;

/** `real32` was stored as float32; `flag` is 0 or 1. NaN and null are none. */
export type ColumnType = 'integer' | 'real32' | 'real64' | 'flag' | 'text';

export interface ExportColumn {
  name: string;
  type: ColumnType;
}

export interface ExportTable {
  columns: readonly ExportColumn[];
  /** Made as they are asked for: a table can be larger than memory. */
  rows: Iterable<readonly ExportCell[]>;
  /** How many stored records the rows come from, for progress; `rows` calls `done` after each. */
  records: number;
}

export type TableOf = (store: SessionStore, done: () => void) => ExportTable;

export function columns(type: ColumnType, ...names: readonly string[]): ExportColumn[] {
  return names.map((name) => ({ name, type }));
}

const placeNames = ['run', 'fold', 'step', 'epoch'];
/** Where a row is from. */
export const place = columns('integer', ...placeNames);

export function placeOf(record: Record<string, unknown>): number[] {
  return placeNames.map((name) => Number(record[name]));
}

/** Where a row is from, of which layer, quantity and group, and the samples of the group in that batch. */
export const placeOfSet = [
  ...place,
  ...columns('text', 'layer', 'quantity', 'group'),
  ...columns('integer', 'samples'),
] as const;

/** Samples of a set of a batch; the set after the groups is all of them. */
export function samplesOf(groupSizes: Int32Array, set: number): number {
  return groupSizes[set] ?? groupSizes.reduce((sum, size) => sum + size, 0);
}

export function count(store: SessionStore, sql: string): number {
  return Number(store.statement(`SELECT count(*) AS records FROM ${sql}`).get()?.['records']);
}
