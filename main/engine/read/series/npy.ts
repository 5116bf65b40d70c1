/** Arrays of NumPy, `.npy`: every numeric type, both byte orders, both orders of axes, and texts (NEP 1). */
import { sentence, type Sentence } from '#app/text/sentence.ts';
import { countOf, damaged, rowMajor, unsupported, type StoredNumbers, type StoredTexts } from './stored-arrays.ts';

interface Header {
  /** Kind and bytes of one element, as 'f8'. */
  type: string;
  littleEndian: boolean;
  fortranOrder: boolean;
  shape: number[];
  /** Where the data begin. */
  data: number;
}

export type NpyArray = { kind: 'numbers'; array: StoredNumbers } | { kind: 'texts'; array: StoredTexts };

export function isNpy(bytes: Uint8Array): boolean {
  return [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => bytes[i] === byte);
}

/**
 * @param file for messages
 * @param name of the array within the file
 * @throws SpectroscopeError (input) when it is damaged, or holds neither real numbers nor texts
 */
export function readNpy(bytes: Uint8Array, file: string, name: string): NpyArray {
  const header = headerOf(bytes, file);
  const { type, shape, fortranOrder } = header;
  const count = countOf(shape, file, name);
  const view = new DataView(bytes.buffer, bytes.byteOffset + header.data, bytes.byteLength - header.data);
  const size = elementBytes(type);
  if (view.byteLength < count * size) {
    const there = Math.floor(view.byteLength / Math.max(1, size));
    throw damaged(file, sentence('ends after {there} of {number} numbers', { there, number: count }));
  }
  if (type.startsWith('U') || type.startsWith('S')) {
    const texts = Array.from({ length: count }, (_, i) => textAt(view, i * size, type, header.littleEndian));
    return { kind: 'texts', array: { name, texts } };
  }
  const read = readers[type];
  if (read === undefined) throw unsupported(file, typeWords(type));
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, i * size, header.littleEndian);
  return {
    kind: 'numbers',
    array: { name, shape, values: fortranOrder ? rowMajor(values, shape) : values, columns: null, rows: null },
  };
}

function headerOf(bytes: Uint8Array, file: string): Header {
  if (!isNpy(bytes)) throw damaged(file, sentence('is no NumPy array (expected a file that begins with \\x93NUMPY)'));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wide = (bytes[6] ?? 1) >= 2;
  const start = wide ? 12 : 10;
  if (bytes.length < start) throw damaged(file, sentence('ends within its header'));
  const length = wide ? view.getUint32(8, true) : view.getUint16(8, true);
  if (start + length > bytes.length) throw damaged(file, sentence('ends within its header'));
  const text = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const type = /'descr':\s*'([<>|=]?)([a-zA-Z])(\d*)'/.exec(text);
  const shape = /'shape':\s*\(([^)]*)\)/.exec(text);
  const order = /'fortran_order':\s*(True|False)/.exec(text);
  if (type === null && text.includes("'descr'")) throw unsupported(file, typeWords('structured'));
  if (type === null || shape === null || order === null)
    throw damaged(file, sentence('has a header that cannot be read'));
  return {
    type: `${type[2] ?? ''}${type[3] ?? ''}`,
    littleEndian: type[1] !== '>',
    fortranOrder: order[1] === 'True',
    shape: (shape[1] ?? '').split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)])),
    data: start + length,
  };
}

function elementBytes(type: string): number {
  const size = Number(type.slice(1) || '0');
  return type.startsWith('U') ? size * 4 : size;
}

type Read = (view: DataView, at: number, littleEndian: boolean) => number;

const readers: Readonly<Record<string, Read>> = {
  b1: (view, at) => Number(view.getUint8(at) !== 0),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  f2: (view, at, little) => halfFloat(view.getUint16(at, little)),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

/** IEEE 754 binary16. */
function halfFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function textAt(view: DataView, at: number, type: string, littleEndian: boolean): string {
  const size = elementBytes(type);
  if (type.startsWith('S')) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size);
    return new TextDecoder('utf-8').decode(bytes).replace(/\0+$/, '');
  }
  let text = '';
  for (let i = 0; i < size; i += 4) {
    const point = view.getUint32(at + i, littleEndian);
    if (point !== 0 && point <= 0x10ffff) text += String.fromCodePoint(point);
  }
  return text;
}

function typeWords(type: string): Sentence {
  if (type.startsWith('c')) return sentence('holds complex numbers. Save their real part or their size.');
  if (type.startsWith('O')) {
    return sentence(
      'holds Python objects, which only Python can read (arrays of different lengths, perhaps). Save one array for each subject.',
    );
  }
  if (type === 'structured') return sentence('holds records of several fields. Save the numbers as a plain array.');
  return sentence("holds elements of type '{type}'. Save them as float64: array.astype(float).", { type });
}
