/** Rows that are in memory, as they are fed. */
import { augment, showingRandom } from '#app/preparation/augment.ts';
import type { RowSource, Showing } from './row-reader.ts';

export class MemoryRows implements RowSource {
  private readonly values: Float32Array;
  private readonly shape: readonly number[];
  private readonly width: number;

  /** @param values [rows x product(shape)] */
  constructor(values: Float32Array, shape: readonly number[]) {
    this.values = values;
    this.shape = shape;
    this.width = shape.reduce((size, edge) => size * edge, 1);
  }

  rows(rows: readonly number[], showing: Showing | null): Float32Array {
    const { width } = this;
    const values = new Float32Array(rows.length * width);
    rows.forEach((row, i) => {
      values.set(this.values.subarray(row * width, (row + 1) * width), i * width);
      if (showing === null) return;
      const sample = values.subarray(i * width, (i + 1) * width);
      augment(sample, this.shape, showing.settings, showing.fill, showingRandom(showing.seed, showing.epoch, row));
    });
    return values;
  }

  expect(): void {
    // They are there already.
  }

  close(): void {
    // Nothing is open.
  }
}
