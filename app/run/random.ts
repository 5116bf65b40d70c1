import * as v from 'valibot';

/** Four 32-bit integers. */
export const randomStateSchema = v.tuple([v.number(), v.number(), v.number(), v.number()]);
export type RandomState = Readonly<v.InferOutput<typeof randomStateSchema>>;

/**
 * The one source of randomness of the core: xoshiro128** 1.1 (Blackman and Vigna, 'Scrambled linear pseudorandom number
 * generators', 2021), its state filled from the seed by a 32-bit SplitMix with the finaliser of MurmurHash3.
 * The same seed gives the same numbers on every computer.
 */
export class SeededRandom {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** @param seed an integer from 0 to 4294967295 */
  constructor(seed: number) {
    const mix = splitMix(seed);
    this.#a = mix();
    this.#b = mix();
    this.#c = mix();
    this.#d = mix();
  }

  /** All that the numbers to come depend on. */
  state(): RandomState {
    return [this.#a, this.#b, this.#c, this.#d];
  }

  restore([a, b, c, d]: RandomState): void {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
  }

  /** Uniform in [0, 1), with 53 random bits. */
  next(): number {
    const high = this.#bits() >>> 5;
    const low = this.#bits() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** Uniform among 0 … below - 1; `below` at most 2^32. Rejects the uneven rest, so that no value is favoured. */
  integer(below: number): number {
    const limit = 2 ** 32 - (2 ** 32 % below);
    let bits = this.#bits();
    while (bits >= limit) bits = this.#bits();
    return bits % below;
  }

  /** Standard normal, by the polar method of Marsaglia. */
  normal(): number {
    for (;;) {
      const x = 2 * this.next() - 1;
      const y = 2 * this.next() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }

  /** Shuffles in place (Fisher and Yates) and returns the same array. */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      const item = items[last] as T;
      items[last] = items[other] as T;
      items[other] = item;
    }
    return items;
  }

  /** 32 random bits as an unsigned integer. */
  #bits(): number {
    const result = Math.imul(rotateLeft(Math.imul(this.#b, 5), 7), 9) >>> 0;
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotateLeft(this.#d, 11);
    return result;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function splitMix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  };
}
