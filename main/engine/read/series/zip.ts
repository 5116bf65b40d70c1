/** Members of a zip archive, stored or deflated, also beyond 4 GB (zip64). Read by its directory, checked by its sums. */
import { sentence } from '#app/text/sentence.ts';
import { crc32, inflateRawSync } from 'node:zlib';
import { damaged, unsupported } from './stored-arrays.ts';

export interface ZipMember {
  name: string;
  /** Inflates it. @throws SpectroscopeError (input) when it is damaged */
  content(): Uint8Array;
}

interface Entry {
  name: string;
  method: number;
  flags: number;
  crc: number;
  packed: number;
  size: number;
  offset: number;
}

const none32 = 0xffffffff;
/** A member that claims to be larger is refused before memory is taken. */
const mostBytes = 2 ** 31;
/** No deflated data are smaller than a thousandth of what they hold. */
const tightest = 1040;

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** @throws SpectroscopeError (input) when there is no directory at its end, or it is damaged */
export function zipMembers(bytes: Uint8Array, file: string): ZipMember[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { count, start } = directoryOf(view, file);
  const members: ZipMember[] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== 0x02014b50) throw cut(file);
    const nameBytes = view.getUint16(at + 28, true);
    const extraBytes = view.getUint16(at + 30, true);
    const next = at + 46 + nameBytes + extraBytes + view.getUint16(at + 32, true);
    if (next > bytes.length) throw cut(file);
    const entry = entryAt(view, at, nameBytes, extraBytes);
    members.push({ name: entry.name, content: () => contentOf(bytes, view, entry, file) });
    at = next;
  }
  return members;
}

function cut(file: string) {
  return damaged(file, sentence('is a zip archive whose directory is damaged or cut off'));
}

function directoryOf(view: DataView, file: string): { count: number; start: number } {
  const lowest = Math.max(0, view.byteLength - 22 - 0xffff);
  for (let at = view.byteLength - 22; at >= lowest; at--) {
    if (view.getUint32(at, true) !== 0x06054b50) continue;
    const count = view.getUint16(at + 10, true);
    const start = view.getUint32(at + 16, true);
    if (count !== 0xffff && start !== none32) return { count, start };
    // The locator of the zip64 directory lies just before.
    if (at < 20 || view.getUint32(at - 20, true) !== 0x07064b50) return { count, start };
    const wide = Number(view.getBigUint64(at - 12, true));
    if (wide + 56 > view.byteLength || view.getUint32(wide, true) !== 0x06064b50) throw cut(file);
    return { count: Number(view.getBigUint64(wide + 32, true)), start: Number(view.getBigUint64(wide + 48, true)) };
  }
  throw cut(file);
}

function entryAt(view: DataView, at: number, nameBytes: number, extraBytes: number): Entry {
  const name = new Uint8Array(view.buffer, view.byteOffset + at + 46, nameBytes);
  const entry = {
    name: new TextDecoder('utf-8').decode(name),
    flags: view.getUint16(at + 8, true),
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
  // Sizes that do not fit into 32 bits stand in an extra field, in this order.
  const wide = wideField(view, at + 46 + nameBytes, extraBytes);
  let next = 0;
  const widened = (value: number): number =>
    value === none32 && (wide[next] ?? null) !== null ? (wide[next++] as number) : value;
  const size = widened(entry.size);
  const packed = widened(entry.packed);
  return { ...entry, size, packed, offset: widened(entry.offset) };
}

function wideField(view: DataView, start: number, bytes: number): number[] {
  for (let at = start; at + 4 <= start + bytes;) {
    const length = view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === 1 && at + 4 + length <= view.byteLength) {
      return Array.from({ length: Math.floor(length / 8) }, (_, i) => Number(view.getBigUint64(at + 4 + 8 * i, true)));
    }
    at += 4 + length;
  }
  return [];
}

function contentOf(bytes: Uint8Array, view: DataView, entry: Entry, file: string): Uint8Array {
  const { name, method, flags, crc, packed, size, offset } = entry;
  if ((flags & 1) !== 0)
    throw unsupported(file, sentence('{name} is encrypted. Save the archive without a password.', { name }));
  if (offset + 30 > bytes.length || view.getUint32(offset, true) !== 0x04034b50) throw cut(file);
  const start = offset + 30 + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
  if (start + packed > bytes.length) throw damaged(file, sentence('is cut off within {name}', { name }));
  if (size > mostBytes || size > packed * tightest + 1024)
    throw damaged(file, sentence('has a size of {size} bytes for {name}', { size, name }));
  const data = bytes.subarray(start, start + packed);
  if (method !== 0 && method !== 8) {
    throw unsupported(
      file,
      sentence('{name} is packed by method {method}. Save the archive with deflate, as NumPy does.', { name, method }),
    );
  }
  const content = method === 0 ? data : inflated(data, size, name, file);
  if (content.length !== size || crc32(content) !== crc)
    throw damaged(file, sentence('holds {name} with a wrong checksum', { name }));
  return content;
}

function inflated(data: Uint8Array, size: number, name: string, file: string): Uint8Array {
  try {
    return inflateRawSync(data, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw damaged(file, sentence('holds {name}, which cannot be inflated', { name }), cause);
  }
}
