/** Headers of a zip archive whose members are stored, not compressed (APPNOTE 6.3; Zip64 above 4 GB). */

export interface ZipMember {
  name: Buffer;
  size: number;
  crc: number;
  /** Of its local header. */
  offset: number;
  /** Whether its sizes and offset stand in a Zip64 field. */
  isLarge: boolean;
}

const usualVersion = 20;
const zip64Version = 45;
/** Names are UTF-8. */
const nameFlag = 0x0800;
/** 1 January 1980, the first day that a zip archive knows: the same numbers give the same bytes. */
const firstDay = 0x21;
const inZip64 = 0xffffffff;
/** The largest size that is no mark. */
export const largestSize = inZip64 - 1;

export function localHeaderBytes({ name, isLarge }: Pick<ZipMember, 'name' | 'isLarge'>): number {
  return 30 + name.length + (isLarge ? 20 : 0);
}

export function localHeader(member: ZipMember): Buffer {
  const { name, size, isLarge } = member;
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(isLarge ? zip64Version : usualVersion, 4);
  writeCommon(header, 6, member);
  return Buffer.concat([header, name, ...(isLarge ? [zip64Field([size, size])] : [])]);
}

function centralHeader(member: ZipMember): Buffer {
  const { name, size, offset, isLarge } = member;
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE(isLarge ? zip64Version : usualVersion, 4);
  header.writeUInt16LE(isLarge ? zip64Version : usualVersion, 6);
  writeCommon(header, 8, member);
  // The field of a local header has one number less.
  header.writeUInt16LE(isLarge ? 28 : 0, 30);
  header.writeUInt32LE(isLarge ? inZip64 : offset, 42);
  return Buffer.concat([header, name, ...(isLarge ? [zip64Field([size, size, offset])] : [])]);
}

/** Flags, method (0: stored), time, date, checksum, sizes and lengths of name and fields, as both headers hold them. */
function writeCommon(header: Buffer, at: number, { name, size, crc, isLarge }: ZipMember): void {
  header.writeUInt16LE(nameFlag, at);
  header.writeUInt16LE(firstDay, at + 6);
  header.writeUInt32LE(crc, at + 8);
  header.writeUInt32LE(isLarge ? inZip64 : size, at + 12);
  header.writeUInt32LE(isLarge ? inZip64 : size, at + 16);
  header.writeUInt16LE(name.length, at + 20);
  header.writeUInt16LE(isLarge ? 20 : 0, at + 22);
}

function zip64Field(numbers: readonly number[]): Buffer {
  const field = Buffer.alloc(4 + 8 * numbers.length);
  field.writeUInt16LE(0x0001, 0);
  field.writeUInt16LE(8 * numbers.length, 2);
  numbers.forEach((number, i) => field.writeBigUInt64LE(BigInt(number), 4 + 8 * i));
  return field;
}

/** @param offset where the directory begins */
export function directory(members: readonly ZipMember[], offset: number): Buffer {
  const entries = Buffer.concat(members.map(centralHeader));
  const isLarge = members.length >= 0xffff || members.some((member) => member.isLarge) || offset > largestSize;
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(isLarge ? 0xffff : members.length, 8);
  end.writeUInt16LE(isLarge ? 0xffff : members.length, 10);
  end.writeUInt32LE(isLarge ? inZip64 : entries.length, 12);
  end.writeUInt32LE(isLarge ? inZip64 : offset, 16);
  const large = isLarge ? zip64End(members.length, entries.length, offset) : [];
  return Buffer.concat([entries, ...large, end]);
}

/** The end of the directory in 64 bits, and where it is found. */
function zip64End(members: number, bytes: number, offset: number): Buffer[] {
  const end = Buffer.alloc(56);
  end.writeUInt32LE(0x06064b50, 0);
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(zip64Version, 12);
  end.writeUInt16LE(zip64Version, 14);
  end.writeBigUInt64LE(BigInt(members), 24);
  end.writeBigUInt64LE(BigInt(members), 32);
  end.writeBigUInt64LE(BigInt(bytes), 40);
  end.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return [end, locator];
}
