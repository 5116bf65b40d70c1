import { expect, test } from 'vitest';
import { formatBytes } from '#app/data/bytes.ts';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1000, '1 kB'],
  [3840, '3.84 kB'],
  [25_930_000, '25.9 MB'],
  [999_600, '1 MB'],
  [432_000, '432 kB'],
  [2_147_483_648, '2.15 GB'],
])('%i is written as %s', (bytes, written) => {
  expect(formatBytes(bytes)).toBe(written);
});
