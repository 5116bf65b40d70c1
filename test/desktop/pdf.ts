/** What is on the only page of a PDF that Chromium made, where every object stands by itself: its texts, lines and size. */
import { inflateSync } from 'node:zlib';

export interface ReadPdf {
  /** Width and height, rounded. */
  boxMm: [number, number];
  texts: string[];
  /** Paths that are stroked. */
  lines: number;
}

/** @throws Error when there are more pages, or none */
export function readPdf(pdf: Buffer): ReadPdf {
  const objects = objectsOf(pdf);
  const [page, ...others] = [...objects.values()]
    .map(({ head }) => head)
    .filter((head) => /\/Type\s*\/Page\b/.test(head));
  if (page === undefined || others.length > 0)
    throw new Error(`One page was expected, ${page === undefined ? 0 : others.length + 1} are there.`);
  const [, width = 0, height = 0] = (/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)/.exec(page) ?? []).map(Number);
  const content = streamOf(objects, referred(page, 'Contents'));
  const letters = new Map<string, ReadonlyMap<string, string>>();
  const fonts = /\/Font\s*<<([^>]*)>>/.exec(page)?.[1] ?? '';
  for (const [, name = '', number] of fonts.matchAll(/\/(\w+) (\d+) 0 R/g)) {
    const head = objects.get(Number(number))?.head ?? '';
    letters.set(name, lettersOf(streamOf(objects, referred(head, 'ToUnicode'))));
  }
  const mm = (points: number): number => Math.round((points / 72) * 25.4);
  return {
    boxMm: [mm(width), mm(height)],
    texts: [...content.matchAll(/\bBT\b([^]*?)\bET\b/g)].map(([, block = '']) => textOf(block, letters)),
    lines: content.split('\n').filter((line) => line === 'S').length,
  };
}

/** Those before the titles of a figure's panels, in their order. */
export function panelLetters(texts: readonly string[]): string {
  return texts
    .filter((text) => /^[a-z]( {2}|$)/.test(text))
    .map((text) => text.charAt(0))
    .join('');
}

interface PdfObject {
  head: string;
  stream: Buffer | null;
}

function objectsOf(pdf: Buffer): Map<number, PdfObject> {
  // One byte is one character: positions in the text are those in the file.
  const text = pdf.toString('latin1');
  const found = new Map<number, PdfObject>();
  for (const { 0: opening, 1: number, index } of text.matchAll(/^(\d+) 0 obj\s/gm)) {
    const start = index + opening.length;
    const end = text.indexOf('endobj', start);
    const begins = text.indexOf('stream\n', start);
    if (begins === -1 || begins > end) {
      found.set(Number(number), { head: text.slice(start, end), stream: null });
      continue;
    }
    const head = text.slice(start, begins);
    const length = Number(/\/Length (\d+)/.exec(head)?.[1]);
    const from = begins + 'stream\n'.length;
    found.set(Number(number), { head, stream: pdf.subarray(from, from + length) });
  }
  return found;
}

/** The number of the object that an entry names. */
function referred(head: string, entry: string): number {
  return Number(new RegExp(`/${entry} (\\d+) 0 R`).exec(head)?.[1]);
}

function streamOf(objects: ReadonlyMap<number, PdfObject>, number: number): string {
  const { head = '', stream = null } = objects.get(number) ?? {};
  if (stream === null) return '';
  return (head.includes('/FlateDecode') ? inflateSync(stream) : stream).toString('latin1');
}

/** Unicode of each glyph, both as four hexadecimal digits and as text. */
function lettersOf(toUnicode: string): Map<string, string> {
  const letters = new Map<string, string>();
  const hex = (code: number): string => code.toString(16).toUpperCase().padStart(4, '0');
  for (const [, glyph = '', code = ''] of toUnicode.matchAll(/^<(\w{4})> <(\w{4})>$/gm)) {
    letters.set(glyph, String.fromCharCode(Number.parseInt(code, 16)));
  }
  for (const [, first = '', last = '', code = ''] of toUnicode.matchAll(/^<(\w{4})> <(\w{4})> <(\w{4})>$/gm)) {
    const [from, to, start] = [first, last, code].map((each) => Number.parseInt(each, 16)) as [number, number, number];
    for (let glyph = from; glyph <= to; glyph++) letters.set(hex(glyph), String.fromCharCode(start + glyph - from));
  }
  return letters;
}

function textOf(block: string, letters: ReadonlyMap<string, ReadonlyMap<string, string>>): string {
  const of = letters.get(/\/(\w+) [\d.]+ Tf/.exec(block)?.[1] ?? '');
  const glyphs = [...block.matchAll(/<([0-9A-F]+)> Tj/g)].flatMap(([, hex = '']) => hex.match(/.{4}/g) ?? []);
  // Fonts write 'ff' as one letter.
  return glyphs.map((glyph) => (of?.get(glyph) ?? '?').replace('\uFB00', 'ff')).join('');
}
