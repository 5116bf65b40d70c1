/**
 * 'Steps from..to in at most so many columns'. Columns are blocks of 2^level steps aligned to step 0, so that a value
 * stays in its column while a session grows or a window moves; a query reads about as many rows as it gives columns.
 */
import type { Range } from '#app/contract/session.ts';
import { float32Of } from './blob.ts';
import type { Part } from './measures.ts';
import { Statistics } from './statistics.ts';
import type { SessionStore } from './store.ts';

/** What a query reads: a vector per step, as rows of steps and as blocks of the overview. */
export interface Source {
  /** Length of the vector. */
  length: number;
  /** Finest stored level. */
  finest: number;
  /** Visits each stored step of first..last in order with the part's vector, which may be used again for the next. */
  rows(first: number, last: number, visit: (step: number, vector: Float32Array) => void): void;
  /** Takes each stored block first..last of a level into the statistics that it belongs to. */
  blocks(level: number, first: number, last: number, of: (block: number) => Statistics): void;
}

export interface Column {
  first: number;
  last: number;
  statistics: Statistics;
}

/** Smallest level at which the blocks that touch from..to are at most `columns`. */
function levelFor(from: number, to: number, columns: number): number {
  let level = 0;
  while (Math.floor(to / 2 ** level) - Math.floor(from / 2 ** level) + 1 > columns) level += 1;
  return level;
}

/** Columns without any step that was stored (captured, for spectra) are left out. */
export function readColumns(store: SessionStore, range: Omit<Range, 'session'>, source: Source): Column[] {
  const stored = store.steps(range.run);
  const from = Math.max(0, Math.floor(range.from));
  const to = Math.min(Math.floor(range.to), stored - 1);
  if (to < from) return [];
  // Of the range as asked for, not as stored: columns keep their width while a session grows into the range.
  const level = levelFor(from, Math.max(from, Math.floor(range.to)), range.columns);
  const size = 2 ** level;
  const first = Math.floor(from / size);
  const last = Math.floor(to / size);
  const columns = new Map<number, Column>();
  const columnOf = (block: number): Column => {
    let column = columns.get(block);
    if (column === undefined) {
      const statistics = new Statistics(source.length);
      column = { first: block * size, last: Math.min((block + 1) * size, stored) - 1, statistics };
      columns.set(block, column);
    }
    return column;
  };
  const addRows = (start: number, end: number): void => {
    source.rows(start, end, (step, vector) => columnOf(Math.floor(step / size)).statistics.add(vector));
  };
  const addBlocks = (at: number, start: number, end: number): void => {
    source.blocks(at, start, end, (block) => columnOf(Math.floor((block * 2 ** at) / size)).statistics);
  };

  if (level < source.finest) {
    addRows(first * size, Math.min((last + 1) * size, stored) - 1);
  } else {
    const complete = Math.floor(stored / size);
    if (complete > first) addBlocks(level, first, Math.min(last, complete - 1));
    if (last >= complete) {
      // The newest block is not whole yet: its finer blocks, then the steps after them.
      let next = complete * size;
      for (let finer = level - 1; finer >= source.finest; finer--) {
        if (next + 2 ** finer > stored) continue;
        addBlocks(finer, next / 2 ** finer, next / 2 ** finer);
        next += 2 ** finer;
      }
      addRows(next, stored - 1);
    }
  }
  return [...columns.keys()].sort((a, b) => a - b).map((block) => columns.get(block) as Column);
}

interface Blocks {
  level: number;
  first: number;
  last: number;
}

/** Stored statistics of a part of a layer, in order of the blocks. */
export function* blockRows(
  store: SessionStore,
  run: number,
  part: Part,
  layer: number,
  { level, first, last }: Blocks,
): Generator<{ block: number; stored: Float32Array }> {
  const statement = store.statement(
    `SELECT block, statistics FROM overview
     WHERE run = ? AND part = ? AND layer = ? AND level = ? AND block BETWEEN ? AND ? ORDER BY block`,
  );
  for (const row of statement.iterate(run, part, layer, level, first, last)) {
    yield { block: Number(row['block']), stored: float32Of(row['statistics']) };
  }
}

/** The blocks of a source whose vector is a part as it is stored. */
export function wholeBlocks(store: SessionStore, run: number, part: Part, layer: number): Source['blocks'] {
  return (level, first, last, of) => {
    for (const { block, stored } of blockRows(store, run, part, layer, { level, first, last })) {
      of(block).mergeStored(stored);
    }
  };
}

/** Bounds of the columns, as the contract answers them [columns]. */
export function boundsOf(columns: readonly Column[]): {
  first: Int32Array<ArrayBuffer>;
  last: Int32Array<ArrayBuffer>;
} {
  return {
    first: Int32Array.from(columns, ({ first }) => first),
    last: Int32Array.from(columns, ({ last }) => last),
  };
}

/**
 * @param width numbers of each column in the answer
 * @param fill copies `width` entries of one column: calls `put(to, from)` for each
 */
export function fillPlanes(
  columns: readonly Column[],
  width: number,
  from: (entry: number) => number,
): Record<'minimum' | 'mean' | 'maximum', Float32Array<ArrayBuffer>> {
  const planes = {
    minimum: new Float32Array(columns.length * width),
    mean: new Float32Array(columns.length * width),
    maximum: new Float32Array(columns.length * width),
  };
  columns.forEach(({ statistics }, column) => {
    for (let entry = 0; entry < width; entry++) {
      const source = from(entry);
      const target = column * width + entry;
      const none = statistics.count[source] === 0;
      planes.minimum[target] = none ? Number.NaN : (statistics.minimum[source] as number);
      planes.mean[target] = statistics.mean(source);
      planes.maximum[target] = none ? Number.NaN : (statistics.maximum[source] as number);
    }
  });
  return planes;
}
