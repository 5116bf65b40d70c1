/** Pixels of a part of the window, as a person sees it. */
import { inflateSync } from 'node:zlib';
import type { Locator } from 'playwright';

export interface Picture {
  width: number;
  height: number;
  /** Mean of red, green and blue [height x width], first row on top. */
  grey: Uint8Array;
}

export async function pictureOf(part: Locator): Promise<Picture> {
  return decodePng(await part.screenshot());
}

/** Share of the pixels of columns `from` to `to` (parts of the width) that are brighter than `level`. */
export function brightShare({ width, grey }: Picture, level: number, from = 0, to = 1): number {
  let [seen, bright] = [0, 0];
  grey.forEach((value, at) => {
    const x = (at % width) / width;
    if (x < from || x >= to) return;
    seen++;
    if (value > level) bright++;
  });
  return bright / seen;
}

/** Mean difference of two pictures of one size. */
export function difference(a: Picture, b: Picture): number {
  return a.grey.reduce((sum, value, at) => sum + Math.abs(value - (b.grey[at] ?? 0)), 0) / a.grey.length;
}

/** PNG of 8 bits without interlacing, as screenshots are (RFC 2083). */
function decodePng(file: Buffer): Picture {
  const [width, height, colourType] = [file.readUInt32BE(16), file.readUInt32BE(20), file[25]];
  const channels = colourType === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const bytes = unfilter(inflateSync(Buffer.concat(parts)), height, width * channels, channels);
  const grey = new Uint8Array(width * height);
  for (let at = 0; at < grey.length; at++) {
    const [red = 0, green = 0, blue = 0] = bytes.subarray(at * channels, at * channels + 3);
    grey[at] = (red + green + blue) / 3;
  }
  return { width, height, grey };
}

function unfilter(filtered: Buffer, rows: number, rowBytes: number, step: number): Uint8Array {
  const bytes = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const kind = filtered[row * (rowBytes + 1)];
    for (let at = 0; at < rowBytes; at++) {
      const here = row * rowBytes + at;
      const left = at >= step ? (bytes[here - step] ?? 0) : 0;
      const up = row > 0 ? (bytes[here - rowBytes] ?? 0) : 0;
      const corner = row > 0 && at >= step ? (bytes[here - rowBytes - step] ?? 0) : 0;
      const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][kind ?? 0] ?? 0;
      bytes[here] = (filtered[row * (rowBytes + 1) + 1 + at] ?? 0) + guess;
    }
  }
  return bytes;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
