/** Voxel values as scans store them: data types (by the codes of NIfTI), byte order, scaling. */
import { sentence, type Sentence } from '#app/text/sentence.ts';

interface StoredType {
  name: string;
  bytes: 1 | 2 | 4 | 8;
  /** A view of values in this machine's byte order. */
  view: (buffer: ArrayBuffer, offset: number, count: number) => ArrayLike<number> | ArrayLike<bigint>;
}

/** By the header's `datatype`. */
const storedTypes: Readonly<Record<number, StoredType>> = {
  2: { name: 'uint8', bytes: 1, view: (buffer, offset, count) => new Uint8Array(buffer, offset, count) },
  4: { name: 'int16', bytes: 2, view: (buffer, offset, count) => new Int16Array(buffer, offset, count) },
  8: { name: 'int32', bytes: 4, view: (buffer, offset, count) => new Int32Array(buffer, offset, count) },
  16: { name: 'float32', bytes: 4, view: (buffer, offset, count) => new Float32Array(buffer, offset, count) },
  64: { name: 'float64', bytes: 8, view: (buffer, offset, count) => new Float64Array(buffer, offset, count) },
  256: { name: 'int8', bytes: 1, view: (buffer, offset, count) => new Int8Array(buffer, offset, count) },
  512: { name: 'uint16', bytes: 2, view: (buffer, offset, count) => new Uint16Array(buffer, offset, count) },
  768: { name: 'uint32', bytes: 4, view: (buffer, offset, count) => new Uint32Array(buffer, offset, count) },
  1024: { name: 'int64', bytes: 8, view: (buffer, offset, count) => new BigInt64Array(buffer, offset, count) },
  1280: { name: 'uint64', bytes: 8, view: (buffer, offset, count) => new BigUint64Array(buffer, offset, count) },
};

/** Data types of the format that hold no single real number per voxel, or none that is read here. */
const refusedTypes: Readonly<Record<number, Sentence>> = {
  0: sentence('values of unknown type'),
  1: sentence('one bit per voxel'),
  32: sentence('complex numbers'),
  128: sentence('colours (RGB)'),
  1536: sentence('128-bit floats'),
  1792: sentence('complex numbers'),
  2048: sentence('complex numbers'),
  2304: sentence('colours (RGBA)'),
};

export function storedType(code: number): StoredType | null {
  return storedTypes[code] ?? null;
}

/** What a data type that is not read stands for, in words; null for a code that the format does not have. */
export function refusedType(code: number): Sentence | null {
  return refusedTypes[code] ?? null;
}

const machineIsLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

export interface StoredValues {
  /** File content, inflated. float32 values in this machine's byte order are not copied out of it. */
  content: Uint8Array<ArrayBuffer>;
  offset: number;
  count: number;
  type: StoredType;
  littleEndian: boolean;
  slope: number;
  intercept: number;
}

/** slope x stored + intercept, computed in float64 and rounded once to float32. */
export function decodeValues(stored: StoredValues): Float32Array {
  const { count, type, slope, intercept } = stored;
  const raw = viewStored(stored);
  if (slope === 1 && intercept === 0) {
    if (raw instanceof Float32Array) return raw;
    if (type.bytes < 8) return new Float32Array(raw as ArrayLike<number>);
  }
  const values = new Float32Array(count);
  for (let index = 0; index < count; index++) values[index] = Number(raw[index]) * slope + intercept;
  return values;
}

function viewStored({ content, offset, count, type, littleEndian }: StoredValues) {
  const { bytes } = type;
  let buffer = content.buffer;
  let start = content.byteOffset + offset;
  const swapped = bytes > 1 && littleEndian !== machineIsLittleEndian;
  if (swapped || start % bytes !== 0) {
    buffer = new Uint8Array(content.subarray(offset, offset + count * bytes)).buffer;
    start = 0;
  }
  if (swapped) {
    const stored = Buffer.from(buffer, start, count * bytes);
    if (bytes === 2) stored.swap16();
    if (bytes === 4) stored.swap32();
    if (bytes === 8) stored.swap64();
  }
  return type.view(buffer, start, count);
}
