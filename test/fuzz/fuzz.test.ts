/** A small share of what `npm run fuzz` does, with a seed of its own. */
import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';

test('damaged files are read or refused in words: none crashes, hangs or takes memory that it does not hold', async () => {
  const { failures, read, refused, codes } = await fuzz({ inputs: 800, seed: 20261125 });
  expect(failures).toEqual([]);
  expect(read + refused).toBe(800);
  // The changes reach the readers: many are refused, for many different reasons, and many are not.
  expect(read).toBeGreaterThan(80);
  expect(Object.keys(codes).length).toBeGreaterThan(12);
}, 60_000);
