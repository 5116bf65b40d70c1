/** Arrays as NumPy reads them: .npz, a zip archive (stored, not compressed) of .npy files, written as the numbers come. */
import { crc32 } from 'node:zlib';
import type { OutputFile } from '../output-file.ts';
import { ArrayPieces, type ArraySink, type Attributes, type NumberArray, type NumberType } from './sink.ts';
import { directory, largestSize, localHeader, localHeaderBytes, type ZipMember } from './zip.ts';

const types: Readonly<Record<NumberType, { description: string; bytes: number }>> = {
  int32: { description: '<i4', bytes: 4 },
  float32: { description: '<f4', bytes: 4 },
  float64: { description: '<f8', bytes: 8 },
};

/** Numbers of an array that wait for each other; all arrays of a layer are open at once. */
const pieceLength = 8192;

/** An array is found by its path, numpy.load(file)['run-0/dense_1/step']; attributes are one JSON text, 'attributes'. */
export class NpzFile implements ArraySink {
  private readonly output: OutputFile;
  private readonly largest: number;
  private readonly members: ZipMember[] = [];
  private readonly open = new Map<string, ArrayPieces>();
  private readonly described = new Map<string, Attributes>();
  private end = 0;

  /** @param largest bytes of an archive that does without Zip64 */
  constructor(output: OutputFile, largest: number = largestSize) {
    this.output = output;
    this.largest = largest;
  }

  attributes(path: string, attributes: Attributes): void {
    this.described.set(path, { ...this.described.get(path), ...attributes });
  }

  numbers(path: string, type: NumberType, shape: readonly number[]): NumberArray {
    const { description, bytes } = types[type];
    const size = bytes * shape.reduce((product, edge) => product * edge, 1);
    const member = this.begin(path, description, shape, size);
    const pieces = new ArrayPieces(type, shape, pieceLength, (piece, from) => {
      member.write(new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength), bytes * from);
      if (pieces.isComplete) this.open.delete(path);
    });
    if (!pieces.isComplete) this.open.set(path, pieces);
    return pieces;
  }

  texts(path: string, texts: readonly string[]): void {
    this.writeTexts(path, [texts.length], texts);
  }

  finish(): void {
    for (const path of this.open.keys()) throw new TypeError(`${path} was handed less than it announced.`);
    if (this.described.size > 0) {
      this.writeTexts('attributes', [], [JSON.stringify(Object.fromEntries(this.described))]);
    }
    for (const member of this.members) this.output.writeAt(localHeader(member), member.offset);
    this.output.writeAt(directory(this.members, this.end), this.end);
  }

  /** Characters as UTF-32, as many for each text as the longest has. */
  private writeTexts(path: string, shape: readonly number[], texts: readonly string[]): void {
    const characters = texts.map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
    const longest = Math.max(1, ...characters.map(({ length }) => length));
    const codes = new Uint32Array(longest * texts.length);
    characters.forEach((each, i) => codes.set(each, i * longest));
    this.begin(path, `<U${longest}`, shape, codes.byteLength).write(new Uint8Array(codes.buffer), 0);
  }

  /** Keeps the place of a member, whose local header is written when its checksum is known. */
  private begin(
    path: string,
    description: string,
    shape: readonly number[],
    dataBytes: number,
  ): { write(bytes: Uint8Array, at: number): void } {
    const head = npyHead(description, shape);
    const name = Buffer.from(`${path}.npy`, 'utf8');
    const size = head.length + dataBytes;
    const isLarge = this.end + size > this.largest;
    const member: ZipMember = { name, size, crc: crc32(head), offset: this.end, isLarge };
    const start = this.end + localHeaderBytes(member);
    this.output.writeAt(head, start);
    this.members.push(member);
    this.end = start + size;
    return {
      write: (bytes, at) => {
        member.crc = crc32(bytes, member.crc);
        this.output.writeAt(bytes, start + head.length + at);
      },
    };
  }
}

/** Version 1.0 of the format, C order; the data begin at a multiple of 64 bytes. */
function npyHead(description: string, shape: readonly number[]): Buffer {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${description}', 'fortran_order': False, 'shape': (${axes}), }`;
  const preamble = 10;
  const padded = `${text.padEnd(Math.ceil((preamble + text.length + 1) / 64) * 64 - preamble - 1)}\n`;
  const head = Buffer.alloc(preamble);
  head.write('\x93NUMPY', 'latin1');
  head.writeUInt8(1, 6);
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1')]);
}
