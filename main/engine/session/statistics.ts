/** Minimum, mean and maximum of a vector over steps, entry by entry. NaN is 'none' and takes no part. */

/** The stored form: minimum, mean, maximum and count, [4 x length] float32. */
const planes = 4;

export class Statistics {
  readonly length: number;
  readonly minimum: Float32Array;
  readonly maximum: Float32Array;
  readonly count: Float32Array;
  private readonly sum: Float64Array;

  constructor(length: number) {
    this.length = length;
    this.minimum = new Float32Array(length);
    this.maximum = new Float32Array(length);
    this.count = new Float32Array(length);
    this.sum = new Float64Array(length);
    this.clear();
  }

  clear(): void {
    this.minimum.fill(Number.POSITIVE_INFINITY);
    this.maximum.fill(Number.NEGATIVE_INFINITY);
    this.count.fill(0);
    this.sum.fill(0);
  }

  /** @param values one step's vector [length] */
  add(values: Float32Array): void {
    const { minimum, maximum, count, sum, length } = this;
    for (let i = 0; i < length; i++) {
      const value = values[i] as number;
      if (value !== value) continue;
      if (value < (minimum[i] as number)) minimum[i] = value;
      if (value > (maximum[i] as number)) maximum[i] = value;
      sum[i] = (sum[i] as number) + value;
      count[i] = (count[i] as number) + 1;
    }
  }

  merge(other: Statistics): void {
    const { minimum, maximum, count, sum, length } = this;
    for (let i = 0; i < length; i++) {
      if ((other.minimum[i] as number) < (minimum[i] as number)) minimum[i] = other.minimum[i] as number;
      if ((other.maximum[i] as number) > (maximum[i] as number)) maximum[i] = other.maximum[i] as number;
      sum[i] = (sum[i] as number) + (other.sum[i] as number);
      count[i] = (count[i] as number) + (other.count[i] as number);
    }
  }

  /** Joins what `stored` wrote. */
  mergeStored(stored: Float32Array): void {
    const { minimum, maximum, count, sum, length } = this;
    if (stored.length !== planes * length) throw wrongLength();
    for (let i = 0; i < length; i++) {
      const added = stored[3 * length + i] as number;
      if (added === 0) continue;
      minimum[i] = Math.min(minimum[i] as number, stored[i] as number);
      maximum[i] = Math.max(maximum[i] as number, stored[2 * length + i] as number);
      sum[i] = (sum[i] as number) + (stored[length + i] as number) * added;
      count[i] = (count[i] as number) + added;
    }
  }

  /**
   * Joins some entries of what statistics of another length stored.
   *
   * @param length of those
   * @param entries of theirs that are taken; the first goes to `at` of these, the others after it
   */
  mergeSome(stored: Float32Array, length: number, entries: readonly number[], at: number): void {
    const { minimum, maximum, count, sum } = this;
    if (stored.length !== planes * length) throw wrongLength();
    for (let place = 0; place < entries.length; place++) {
      const entry = entries[place] as number;
      const added = stored[3 * length + entry] as number;
      if (added === 0) continue;
      const i = at + place;
      minimum[i] = Math.min(minimum[i] as number, stored[entry] as number);
      maximum[i] = Math.max(maximum[i] as number, stored[2 * length + entry] as number);
      sum[i] = (sum[i] as number) + (stored[length + entry] as number) * added;
      count[i] = (count[i] as number) + added;
    }
  }

  stored(): Float32Array {
    const { length } = this;
    const stored = new Float32Array(planes * length);
    for (let i = 0; i < length; i++) {
      const none = this.count[i] === 0;
      stored[i] = none ? Number.NaN : (this.minimum[i] as number);
      stored[length + i] = this.mean(i);
      stored[2 * length + i] = none ? Number.NaN : (this.maximum[i] as number);
    }
    stored.set(this.count, 3 * length);
    return stored;
  }

  /** NaN where no step had a value. */
  mean(i: number): number {
    return (this.sum[i] as number) / (this.count[i] as number);
  }
}

function wrongLength(): RangeError {
  return new RangeError('An overview blob has another length than its layer.');
}
