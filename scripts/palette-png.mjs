/** A smaller PNG of a screenshot: at most 256 colours, one byte a pixel. A picture of an interface loses nothing that one sees. */
import { crc32, deflateSync } from 'node:zlib';
import { decodePng } from '../test/desktop/png.ts';

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const mostColours = 256;
/** So many of them are the most frequent ones. */
const mostFrequent = 128;

/**
 * @param {Buffer} png 8 bits a channel, RGB or RGBA (taken as opaque), not interlaced: as browsers write it
 * @returns {Buffer} the same picture with a palette
 */
export function palettePng(png) {
  const { width, height, channels, bytes: pixels } = decodePng(png);
  const { palette, indexOf } = choosePalette(pixels, channels);
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      rows[y * (width + 1) + 1 + x] = indexOf(cell(pixels, (y * width + x) * channels));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Colours that agree in their 5 upper bits a channel are one cell. */
function cell(pixels, at) {
  return ((pixels[at] >> 3) << 10) | ((pixels[at + 1] >> 3) << 5) | (pixels[at + 2] >> 3);
}

/** The most frequent cells and then the worst served ones, each by the mean of its pixels; others take the nearest. */
function choosePalette(pixels, channels) {
  const sums = new Map();
  for (let at = 0; at < pixels.length; at += channels) {
    const key = cell(pixels, at);
    const sum = sums.get(key) ?? [0, 0, 0, 0];
    sum[0] += 1;
    for (let channel = 0; channel < 3; channel++) sum[channel + 1] += pixels[at + channel];
    sums.set(key, sum);
  }
  const cells = [...sums]
    .map(([key, [count, ...totals]]) => ({
      key,
      count,
      rgb: totals.map((total) => Math.round(total / count)),
      nearest: 0,
      distance: Infinity,
    }))
    .sort((a, b) => b.count - a.count);
  const palette = [];
  while (palette.length < Math.min(mostColours, cells.length)) {
    const next = palette.length < mostFrequent ? cells[palette.length] : worstServed(cells);
    for (const each of cells) {
      const distance = each.rgb.reduce((sum, of, at) => sum + (of - next.rgb[at]) ** 2, 0);
      if (distance < each.distance) Object.assign(each, { distance, nearest: palette.length });
    }
    palette.push(next.rgb);
  }
  const indices = new Map(cells.map(({ key, nearest }) => [key, nearest]));
  return { palette, indexOf: (key) => indices.get(key) };
}

/** A rare colour that is far from all others matters more than one more shade of a frequent one. */
function worstServed(cells) {
  const cost = ({ count, distance }) => Math.sqrt(count) * distance;
  return cells.reduce((worst, each) => (cost(each) > cost(worst) ? each : worst));
}

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}
