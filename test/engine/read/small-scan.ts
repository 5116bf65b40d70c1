/** A small, sound NIfTI-1 file (uint8, sform RAS) for tests of what surrounds the reading of scans. */
import { gzipSync } from 'node:zlib';

export function smallScan(seed = 1, edge = 4, options: { gzip?: boolean } = {}): Buffer {
  const file = Buffer.alloc(352 + edge ** 3);
  file.writeInt32LE(348, 0);
  [3, edge, edge, edge, 1, 1, 1, 1].forEach((size, i) => file.writeInt16LE(size, 40 + 2 * i));
  file.writeInt16LE(2, 70);
  file.writeInt16LE(8, 72);
  [1, 2, 2, 2, 0, 0, 0, 0].forEach((size, i) => file.writeFloatLE(size, 76 + 4 * i));
  file.writeFloatLE(352, 108);
  file.writeFloatLE(1, 112);
  file.writeUInt8(2, 123);
  file.writeInt16LE(1, 254);
  [2, 0, 0, -3, 0, 2, 0, -3, 0, 0, 2, -3].forEach((value, i) => file.writeFloatLE(value, 280 + 4 * i));
  file.write('n+1\0', 344, 'latin1');
  for (let i = 0; i < edge ** 3; i++) file[352 + i] = (i * 7 + seed * 13) % 251;
  return options.gzip === true ? gzipSync(file) : file;
}
