/** The order in which a run sees its subjects. */
import type { SeededRandom } from '#app/run/random.ts';
import type { PreparedData } from './types.ts';

export interface Batch {
  /** Rows of the prepared data, sorted by group, so that a group is a slice. */
  rows: Int32Array;
  /** Samples of each group, in group order. */
  groupSizes: Int32Array;
}

/**
 * Batches of one epoch: shuffled within each stratum (class and group), strata spread evenly over the epoch, so that
 * every batch holds each of them in its proportion.
 *
 * @param rows training rows of the data
 * @param batchSize at most so many samples, in batches that differ by at most one (`batchCount`)
 */
export function epochBatches(
  data: Pick<PreparedData, 'subjects' | 'groups'>,
  rows: readonly number[],
  batchSize: number,
  random: SeededRandom,
): Batch[] {
  const groupOf = (row: number): number => data.subjects[row]?.group ?? 0;
  const strata = new Map<string, number[]>();
  for (const row of rows) {
    const key = `${data.subjects[row]?.target} ${groupOf(row)}`;
    const stratum = strata.get(key);
    if (stratum === undefined) strata.set(key, [row]);
    else stratum.push(row);
  }
  const placed = [...strata.values()].flatMap((stratum) => {
    const offset = random.next();
    return random.shuffle(stratum).map((row, i) => ({ row, place: (i + offset) / stratum.length }));
  });
  const order = placed.sort((a, b) => a.place - b.place).map(({ row }) => row);
  const count = batchCount(order.length, batchSize);
  return Array.from({ length: count }, (_, i) => {
    const batch = order.slice(Math.floor((i * order.length) / count), Math.floor(((i + 1) * order.length) / count));
    batch.sort((a, b) => groupOf(a) - groupOf(b));
    const groupSizes = new Int32Array(data.groups.length);
    for (const row of batch) groupSizes[groupOf(row)] = (groupSizes[groupOf(row)] ?? 0) + 1;
    return { rows: Int32Array.from(batch), groupSizes };
  });
}

/** Batches of an epoch. Where one would have a single sample, there is one batch fewer, with one sample more. */
export function batchCount(rows: number, batchSize: number): number {
  const count = Math.ceil(rows / batchSize);
  return batchSize > 1 && count > 1 && rows < 2 * count ? count - 1 : count;
}

/** Samples of the largest batch of an epoch: at most one more than `batchSize`. */
export function largestBatch(rows: number, batchSize: number): number {
  return Math.ceil(rows / batchCount(rows, batchSize));
}
