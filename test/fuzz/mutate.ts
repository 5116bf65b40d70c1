/** Sound files made unsound: bytes, header fields, gzip streams and tables, by a seeded generator. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { SeededRandom } from '#app/run/random.ts';

/** Whole numbers at which arithmetic goes wrong. */
const edges = [0, 1, 2, 7, 255, 256, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
const decimals = [0, -0, 1e-38, 1e38, -1, NaN, Infinity, -Infinity, 4294967296];
const cells = [
  '',
  'n/a',
  'NaN',
  '1e999',
  '-',
  '"',
  '""',
  '\t',
  '\n',
  '\r',
  '\0',
  '﻿',
  '=1+1',
  '../../x',
  '𝒳',
  '0x10',
  ' ',
];

export function choice<T>(random: SeededRandom, items: readonly T[]): T {
  return items[random.integer(items.length)] as T;
}

/** A few changes, most of them within the first `head` bytes, where the header is. */
export function mutateBytes(random: SeededRandom, sound: Buffer, head: number): Buffer {
  let bytes: Buffer = Buffer.from(sound);
  for (let change = 0; change <= random.integer(4); change++) bytes = changed(random, bytes, head);
  return bytes;
}

function changed(random: SeededRandom, bytes: Buffer, head: number): Buffer {
  if (bytes.length < 16) return Buffer.concat([bytes, Buffer.alloc(1 + random.integer(16), random.integer(256))]);
  const inHead = random.next() < 0.8;
  const at = random.integer(Math.max(1, Math.min(bytes.length, inHead ? head : bytes.length) - 8));
  const little = random.next() < 0.5;
  switch (random.integer(9)) {
    case 0:
      bytes[at] = random.integer(256);
      return bytes;
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.integer(8));
      return bytes;
    case 2: {
      const value = choice(random, edges) & 0xffff;
      if (little) bytes.writeUInt16LE(value, at);
      else bytes.writeUInt16BE(value, at);
      return bytes;
    }
    case 3: {
      const value = choice(random, edges);
      if (little) bytes.writeUInt32LE(value, at);
      else bytes.writeUInt32BE(value, at);
      return bytes;
    }
    case 4: {
      const value = choice(random, decimals);
      if (little) bytes.writeFloatLE(value, at);
      else bytes.writeFloatBE(value, at);
      return bytes;
    }
    case 5:
      return bytes.subarray(0, random.integer(bytes.length));
    case 6: {
      const piece = bytes.subarray(at, at + random.integer(64));
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    }
    case 7:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.integer(32))]);
    default:
      bytes.fill(random.integer(2) === 0 ? 0 : 255, at, Math.min(bytes.length, at + random.integer(24)));
      return bytes;
  }
}

/** Of a compressed file: its content changed and compressed again, or the stream itself, or what its trailer claims. */
export function mutateGzip(random: SeededRandom, sound: Buffer, head: number): Buffer {
  switch (random.integer(5)) {
    case 0:
    case 1:
      return gzipSync(mutateBytes(random, gunzipSync(sound), head), { level: 1 });
    case 2:
      return mutateBytes(random, sound, 64);
    case 3: {
      // A header that claims much, and a trailer that agrees.
      const zipped = gzipSync(mutateBytes(random, gunzipSync(sound), head), { level: 1 });
      zipped.writeUInt32LE(choice(random, [...edges, 2 ** 27, 2 ** 29 + 352]), zipped.length - 4);
      return zipped;
    }
    default:
      return Buffer.concat([
        sound,
        random.next() < 0.5 ? sound : Buffer.alloc(random.integer(600), random.integer(256)),
      ]);
  }
}

export function mutateTable(random: SeededRandom, sound: string): Buffer {
  const separator = sound.includes('\t') ? '\t' : ',';
  const rows = sound.split('\n').map((line) => line.split(separator));
  for (let change = 0; change <= random.integer(6); change++) {
    const row = choice(random, rows);
    const at = random.integer(Math.max(1, row.length));
    switch (random.integer(7)) {
      case 0:
        row[at] = choice(random, cells);
        break;
      case 1:
        row.splice(at, 1);
        break;
      case 2:
        row.splice(at, 0, choice(random, cells));
        break;
      case 3:
        row[at] = (row[at] ?? '').repeat(1 + random.integer(300));
        break;
      case 4:
        rows.splice(random.integer(rows.length), 0, [...row]);
        break;
      case 5:
        // A column of one value, or one whose name there is already.
        for (const each of rows) each[at] = random.next() < 0.9 ? (row[at] ?? '') : (each[at] ?? '');
        break;
      default:
        row.length = random.integer(row.length + 1);
    }
  }
  const text = rows.map((row) => row.join(separator)).join(choice(random, ['\n', '\r\n', '\r', '\n\n']));
  const encoding = choice(random, ['utf8', 'utf8', 'utf8', 'latin1', 'utf16le'] as const);
  const bytes = Buffer.from(text, encoding);
  return random.next() < 0.2 ? mutateBytes(random, bytes, bytes.length) : bytes;
}
