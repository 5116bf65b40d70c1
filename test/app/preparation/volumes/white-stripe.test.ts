import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { normaliseIntensity } from '#app/preparation/volumes/intensity.ts';
import { whiteStripeOf } from '#app/preparation/volumes/white-stripe.ts';

interface Reference {
  count: number;
  classes: [share: number, mean: number, deviation: number][];
  sum: number;
  mode: number;
  low: number;
  high: number;
  mean: number;
  deviation: number;
  first: number[];
}
const file = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'preparation', 'white-stripe-reference.json');
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference;

/** The voxels that make_white_stripe_reference.py makes up. */
function madeUp(): Float32Array {
  let state = 12345;
  const uniform = (): number => {
    state = Number((1664525n * BigInt(state) + 1013904223n) % 4294967296n);
    return (state + 0.5) / 4294967296;
  };
  return Float32Array.from({ length: reference.count }, (_, at) => {
    const [which, a, b] = [uniform(), uniform(), uniform()];
    let reached = 0;
    const found = reference.classes.find(([share]) => which < (reached += share)) ?? reference.classes.at(-1);
    const [, mean = 0, deviation = 0] = found ?? [];
    return at % 10 === 0 ? 0 : mean + deviation * Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
  });
}

describe('the white stripe', () => {
  it('is where NumPy and SciPy find it, without bins', () => {
    const values = madeUp();
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(reference.sum, 0);
    const stripe = whiteStripeOf(values);
    for (const name of ['mode', 'low', 'high', 'mean', 'deviation'] as const) {
      expect(Math.abs((stripe?.[name] ?? NaN) - reference[name]), name).toBeLessThan(1e-3);
    }
  });

  it('makes white matter 0 with a deviation of 1 in it, and leaves background', () => {
    const values = madeUp();
    normaliseIntensity(values, 'white-stripe');
    reference.first.forEach((value, at) => expect(values[at]).toBeCloseTo(value, 1));
    expect(values[10]).toBe(0);
  });

  it('is the same on another scale of the scanner', () => {
    const [one, other] = [madeUp(), madeUp().map((value) => 37 * value)];
    normaliseIntensity(one, 'white-stripe');
    normaliseIntensity(other, 'white-stripe');
    one.forEach((value, at) => expect(Math.abs(value - (other[at] ?? NaN))).toBeLessThan(0.02));
  });

  it('leaves a scan of one value as it is', () => {
    const flat = Float32Array.of(0, 5, 5, 5);
    normaliseIntensity(flat, 'white-stripe');
    expect([...flat]).toEqual([0, 5, 5, 5]);
    expect(whiteStripeOf(new Float32Array(8))).toBeNull();
  });
});
