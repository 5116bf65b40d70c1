/** The order in which a run sees its subjects. */
import { SeededRandom } from '#app/run/random.ts';

/** A row of the prepared data, with what batches are balanced and sorted by. */
export interface BatchRow {
  row: number;
  group: number;
  target: number;
}

/**
 * Batches of one epoch: shuffled within each stratum (class and group), strata spread evenly over the epoch, so that
 * every batch holds each of them in its proportion; within a batch sorted by group, so that a group is a slice.
 *
 * @param batchSize samples of a batch, at most
 */
export function epochBatches(rows: readonly BatchRow[], batchSize: number, random: SeededRandom): BatchRow[][] {
  const strata = new Map<string, BatchRow[]>();
  for (const row of rows) {
    const key = `${row.target} ${row.group}`;
    const stratum = strata.get(key);
    if (stratum === undefined) strata.set(key, [row]);
    else stratum.push(row);
  }
  const placed = [...strata.values()].flatMap((stratum) => {
    const offset = random.next();
    return random.shuffle(stratum).map((row, i) => ({ row, place: (i + offset) / stratum.length }));
  });
  const order = placed.sort((a, b) => a.place - b.place).map(({ row }) => row);
  const batches: BatchRow[][] = [];
  let first = 0;
  for (const size of batchSizes(order.length, batchSize)) {
    batches.push(order.slice(first, first + size).sort((a, b) => a.group - b.group));
    first += size;
  }
  return batches;
}

/** The first batch of the next epoch, before that begins: the generator stays as it is. */
export function nextFirstBatch(rows: readonly BatchRow[], batchSize: number, random: SeededRandom): BatchRow[] {
  const alike = new SeededRandom(0);
  alike.restore(random.state());
  return epochBatches(rows, batchSize, alike)[0] ?? [];
}

/**
 * Sizes of the batches of an epoch: as few as can be, differing by one at most. A short last batch would show in every
 * spectrum as a dip of its rank once an epoch.
 */
export function batchSizes(rows: number, batchSize: number): number[] {
  const count = Math.ceil(rows / batchSize);
  return Array.from({ length: count }, (_, i) => Math.floor(((i + 1) * rows) / count) - Math.floor((i * rows) / count));
}

/** Samples of each group in a batch. */
export function groupSizesOf(batch: readonly BatchRow[], groups: number): number[] {
  const sizes = new Array<number>(groups).fill(0);
  for (const { group } of batch) sizes[group] = (sizes[group] ?? 0) + 1;
  return sizes;
}
