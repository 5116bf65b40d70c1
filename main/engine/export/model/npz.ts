/** Arrays as NumPy reads them: .npz, a zip archive (stored, not compressed) of .npy files. */
import { crc32 } from 'node:zlib';

export interface NamedArray {
  shape: readonly number[];
  values: Float32Array;
}

/** @returns the archive; each array is found by its name, numpy.load(file)['dense_1/weight'] */
export function npzOf(arrays: ReadonlyMap<string, NamedArray>): Buffer {
  const members = [...arrays].map(([name, array]) => memberOf(`${name}.npy`, npyOf(array)));
  let offset = 0;
  const directory = members.map(({ name, content, crc }) => {
    const entry = centralHeader(name, content.length, crc, offset);
    offset += localHeaderBytes + name.length + content.length;
    return entry;
  });
  const files = members.flatMap(({ name, content, crc }) => [localHeader(name, content.length, crc), name, content]);
  const listed = Buffer.concat(directory);
  return Buffer.concat([...files, listed, endOfDirectory(members.length, listed.length, offset)]);
}

/** Version 1.0 of the format, little-endian float32 in C order; the data begin at a multiple of 64 bytes. */
function npyOf({ shape, values }: NamedArray): Buffer {
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${axes}), }`;
  const preamble = 10;
  const padded = `${text.padEnd(Math.ceil((preamble + text.length + 1) / 64) * 64 - preamble - 1)}\n`;
  const head = Buffer.alloc(preamble);
  head.write('\x93NUMPY', 'latin1');
  head.writeUInt8(1, 6);
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([
    head,
    Buffer.from(padded, 'latin1'),
    Buffer.from(values.buffer, values.byteOffset, values.byteLength),
  ]);
}

function memberOf(name: string, content: Buffer): { name: Buffer; content: Buffer; crc: number } {
  return { name: Buffer.from(name, 'utf8'), content, crc: crc32(content) };
}

const localHeaderBytes = 30;
const zipVersion = 20;
/** Names are UTF-8. */
const nameFlag = 0x0800;
/** 1 January 1980, the first day that a zip archive knows: the same weights give the same bytes. */
const firstDay = 0x21;

function localHeader(name: Buffer, size: number, crc: number): Buffer {
  const header = Buffer.alloc(localHeaderBytes);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(zipVersion, 4);
  writeCommon(header, 6, name, size, crc);
  return header;
}

function centralHeader(name: Buffer, size: number, crc: number, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(zipVersion, 4);
  header.writeUInt16LE(zipVersion, 6);
  writeCommon(header, 8, name, size, crc);
  header.writeUInt32LE(offset, 42);
  return Buffer.concat([header, name]);
}

/** Flags, method (0: stored), time, date, checksum, sizes and length of the name, as both headers hold them. */
function writeCommon(header: Buffer, at: number, name: Buffer, size: number, crc: number): void {
  header.writeUInt16LE(nameFlag, at);
  header.writeUInt16LE(firstDay, at + 6);
  header.writeUInt32LE(crc, at + 8);
  header.writeUInt32LE(size, at + 12);
  header.writeUInt32LE(size, at + 16);
  header.writeUInt16LE(name.length, at + 20);
}

function endOfDirectory(members: number, bytes: number, offset: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members, 8);
  end.writeUInt16LE(members, 10);
  end.writeUInt32LE(bytes, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
