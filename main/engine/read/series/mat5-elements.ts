/** The elements that a MATLAB file of version 5 is made of: a tag of type and length, then the data. */
import { sentence } from '#app/text/sentence.ts';
import { damaged } from './stored-arrays.ts';

export interface Mat5Place {
  view: DataView;
  littleEndian: boolean;
  file: string;
}

export interface Mat5Element {
  type: number;
  content: Mat5Place;
}

export type Mat5Array = { name: string; shape: number[]; isComplex: boolean } & (
  | { kind: 'numbers' | 'texts'; values: Float64Array }
  | { kind: 'cells'; parts: Mat5Place[] }
  /** One struct after another, each with all its fields. */
  | { kind: 'fields'; names: string[]; parts: Mat5Place[] }
  /** Objects, functions, sparse matrices. */
  | { kind: 'other' }
);

const compressed = 15;
const matrix = 14;

/** @throws SpectroscopeError (input) when an element ends beyond its surroundings */
export function mat5Elements({ view, littleEndian, file }: Mat5Place, start: number): Mat5Element[] {
  const elements: Mat5Element[] = [];
  for (let at = start; at + 8 <= view.byteLength;) {
    const tag = view.getUint32(at, littleEndian);
    // A small element has its length in the upper half of the type, and its data in the place of the length.
    const small = tag >>> 16;
    const type = small === 0 ? tag : tag & 0xffff;
    const length = small === 0 ? view.getUint32(at + 4, littleEndian) : small;
    const data = small === 0 ? at + 8 : at + 4;
    if (data + length > view.byteLength || small > 4)
      throw damaged(file, sentence('is a MATLAB file that is damaged or cut off'));
    const part = new DataView(view.buffer, view.byteOffset + data, length);
    elements.push({ type, content: { view: part, littleEndian, file } });
    // Padded to eight bytes, all but compressed ones.
    at = small !== 0 ? at + 8 : type === compressed ? data + length : data + Math.ceil(length / 8) * 8;
  }
  return elements;
}

const classes = { cell: 1, struct: 2, object: 3, text: 4, sparse: 5, firstNumber: 6, lastNumber: 15 } as const;

/** @throws SpectroscopeError (input) when parts are missing or of a type that there is not */
export function readMat5Array(place: Mat5Place): Mat5Array {
  const { view, littleEndian, file } = place;
  // An empty cell is an array without anything in it.
  if (view.byteLength === 0)
    return { kind: 'numbers', name: '', shape: [0, 0], isComplex: false, values: new Float64Array() };
  const elements = mat5Elements(place, 0);
  const [flags, sizes, names, ...parts] = elements;
  if (flags === undefined || flags.content.view.byteLength < 4)
    throw damaged(file, sentence('holds a variable without a header'));
  const word = flags.content.view.getUint32(0, littleEndian);
  const kind = word & 0xff;
  const isObject = kind === classes.object;
  if (kind === classes.sparse || isObject || kind > classes.lastNumber || kind === 0) {
    return { kind: 'other', name: '', shape: [], isComplex: false };
  }
  if (sizes === undefined || names === undefined) throw damaged(file, sentence('holds a variable without a header'));
  const common = {
    name: textOf(names),
    shape: [...numbersOf(sizes)],
    isComplex: (word & 0x0800) !== 0,
  };
  const matrices = parts.filter(({ type }) => type === matrix).map(({ content }) => content);
  if (kind === classes.cell) return { ...common, kind: 'cells', parts: matrices };
  if (kind === classes.struct) return { ...common, kind: 'fields', names: fieldNames(parts), parts: matrices };
  const [real] = parts;
  const values = real === undefined ? new Float64Array() : numbersOf(real);
  if (kind === classes.text) return { ...common, kind: 'texts', values: real?.type === 16 ? utf8Codes(real) : values };
  return { ...common, kind: 'numbers', values };
}

function textOf({ content: { view } }: Mat5Element): string {
  return new TextDecoder('utf-8').decode(view).replace(/\0+$/, '');
}

/** Characters of UTF-8 as UTF-16 codes, as other texts hold them. */
function utf8Codes(element: Mat5Element): Float64Array {
  const text = textOf(element);
  return Float64Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** Names of one length each, which is told first. */
function fieldNames([lengths, names]: readonly Mat5Element[]): string[] {
  if (lengths === undefined || names === undefined) return [];
  const length = numbersOf(lengths)[0] ?? 0;
  if (length < 1) return [];
  const bytes = names.content.view;
  return Array.from({ length: Math.floor(bytes.byteLength / length) }, (_, i) =>
    new TextDecoder('utf-8')
      .decode(new DataView(bytes.buffer, bytes.byteOffset + i * length, length))
      .replace(/\0.*$/s, ''),
  );
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

/** By the number of the type. MATLAB stores numbers in the smallest type that holds them. */
const readers: Readonly<Record<number, [bytes: number, read: Read]>> = {
  1: [1, (view, at) => view.getInt8(at)],
  2: [1, (view, at) => view.getUint8(at)],
  3: [2, (view, at, little) => view.getInt16(at, little)],
  4: [2, (view, at, little) => view.getUint16(at, little)],
  5: [4, (view, at, little) => view.getInt32(at, little)],
  6: [4, (view, at, little) => view.getUint32(at, little)],
  7: [4, (view, at, little) => view.getFloat32(at, little)],
  9: [8, (view, at, little) => view.getFloat64(at, little)],
  12: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
  13: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
  16: [1, (view, at) => view.getUint8(at)],
  17: [2, (view, at, little) => view.getUint16(at, little)],
};

function numbersOf({ type, content: { view, littleEndian, file } }: Mat5Element): Float64Array {
  const reader = readers[type];
  if (reader === undefined)
    throw damaged(file, sentence('holds data of type {type}, which MATLAB files do not have', { type }));
  const [bytes, read] = reader;
  const values = new Float64Array(Math.floor(view.byteLength / bytes));
  for (let i = 0; i < values.length; i++) values[i] = read(view, i * bytes, littleEndian);
  return values;
}
