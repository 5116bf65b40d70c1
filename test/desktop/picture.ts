/** Pixels of a part of the window, as a person sees it. */
import type { Locator } from 'playwright';
import { decodePng } from './png.ts';

export interface Picture {
  width: number;
  height: number;
  /** Mean of red, green and blue [height x width], first row on top. */
  grey: Uint8Array;
}

export async function pictureOf(part: Locator): Promise<Picture> {
  return greyOf(await part.screenshot());
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

export function greyOf(png: Buffer): Picture {
  const { width, height, channels, bytes } = decodePng(png);
  const grey = new Uint8Array(width * height);
  for (let at = 0, pixel = 0; pixel < grey.length; at += channels, pixel++) {
    grey[pixel] = ((bytes[at] ?? 0) + (bytes[at + 1] ?? 0) + (bytes[at + 2] ?? 0)) / 3;
  }
  return { width, height, grey };
}

/** Standard deviation of the grey of a rectangle, in pixels of the picture; of one colour it is 0. */
export function contrast(
  { width, grey }: Picture,
  box: { x: number; y: number; width: number; height: number },
): number {
  let [count, sum, squares] = [0, 0, 0];
  for (let y = Math.ceil(box.y); y < Math.floor(box.y + box.height); y++) {
    for (let x = Math.ceil(box.x); x < Math.floor(box.x + box.width); x++) {
      const value = grey[y * width + x] ?? 0;
      count++;
      sum += value;
      squares += value * value;
    }
  }
  return Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
}
