/** PNG of 8 bits a channel without interlacing, as screenshots are (PNG specification, third edition). */
import { inflateSync } from 'node:zlib';

export interface Pixels {
  width: number;
  height: number;
  /** 3 (RGB) or 4 (RGBA) */
  channels: number;
  /** [height x width x channels], first row on top */
  bytes: Uint8Array;
}

/** @throws Error for another kind of PNG */
export function decodePng(file: Buffer): Pixels {
  const [width, height] = [file.readUInt32BE(16), file.readUInt32BE(20)];
  const [depth, colour, , , interlaced] = file.subarray(24, 29);
  if (depth !== 8 || interlaced !== 0 || (colour !== 2 && colour !== 6)) {
    throw new Error(`A PNG of ${depth} bits, colour type ${colour}: expected 8 bits, RGB or RGBA, not interlaced.`);
  }
  const channels = colour === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return {
    width,
    height,
    channels,
    bytes: unfilter(inflateSync(Buffer.concat(parts)), height, width * channels, channels),
  };
}

type Guess = (left: number, up: number, corner: number) => number;

/** What each filter foretells of a byte (9.2). */
const guesses: readonly Guess[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const estimate = left + up - corner;
    const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
    if (a <= b && a <= c) return left;
    return b <= c ? up : corner;
  },
];

function unfilter(filtered: Uint8Array, rows: number, rowBytes: number, step: number): Uint8Array {
  const bytes = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const source = row * (rowBytes + 1) + 1;
    const guess = guesses[filtered[source - 1] ?? 0] ?? guesses[0];
    for (let at = 0; at < rowBytes; at++) {
      const here = row * rowBytes + at;
      const left = at >= step ? (bytes[here - step] ?? 0) : 0;
      const up = row > 0 ? (bytes[here - rowBytes] ?? 0) : 0;
      const corner = row > 0 && at >= step ? (bytes[here - rowBytes - step] ?? 0) : 0;
      bytes[here] = (filtered[source + at] ?? 0) + (guess?.(left, up, corner) ?? 0);
    }
  }
  return bytes;
}
